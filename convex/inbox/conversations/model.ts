import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { primaryAddress, requireContact, resolveContact } from "../../contacts/model";
import type { AddressChannel } from "../../contacts/schema";
import { appError } from "../../lib/errors";
import { openConversation } from "../model/open";
import { patchThread } from "../model/rows";
import { mailboxOn, openThreads } from "./model/ways";

export type Opening = {
  /** Somebody known, or an address that may be a stranger's. */
  person: { kind: "contact"; contactId: Id<"contacts"> } | { kind: "address"; address: string };
  channel: AddressChannel;
  subject: string;
};

/**
 * The conversation a member begins with a person; it is the member's. Texts have no subject: an open conversation with the
 * person on that channel goes on instead. Throws `invalid` when the person has no address on the channel, for what is no
 * address, and for an empty subject.
 */
export async function beginConversation(
  ctx: MutationCtx,
  by: { orgId: Id<"organisations">; org: Doc<"organisations">; member: Doc<"members"> },
  { person, channel, subject }: Opening,
): Promise<Id<"threads">> {
  const { orgId, member } = by;
  const contactId =
    person.kind === "contact" ? person.contactId : await strangerAt(ctx, orgId, channel, person.address);
  await requireContact(ctx, orgId, contactId);
  if ((await primaryAddress(ctx, contactId, channel)) === null) {
    throw appError("invalid", `This contact has no usable address for ${channel}.`, { field: "person" });
  }
  const [going] = channel === "email" ? [] : await openThreads(ctx, { orgId, contactId, channel });
  if (going !== undefined) return going._id;
  const opened = await openConversation(ctx, by, {
    contactId,
    channel,
    subject,
    threadType: "customer_support",
    priority: "normal",
    tags: [],
    externalReferences: {},
  });
  // What comes back in is theirs by the number it comes in on.
  const mailbox = channel === "email" ? null : await mailboxOn(ctx, by, channel);
  await patchThread(ctx, opened, { assigneeId: member._id, channelId: mailbox?._id });
  return opened._id;
}

async function strangerAt(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  channel: Opening["channel"],
  address: string,
): Promise<Id<"contacts">> {
  const facts =
    channel === "email" ? { email: address } : channel === "sms" ? { phone: address } : { whatsapp: address };
  return (await resolveContact(ctx, { orgId, ...facts }))._id;
}
