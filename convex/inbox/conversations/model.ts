import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { primaryAddress, requireContact, resolveContact } from "../../contacts/model";
import { appError } from "../../lib/errors";
import { callerMayOpen } from "../../lib/threadAccess";
import { openConversation } from "../model/open";
import { patchThread } from "../model/rows";

/** Threads of a person looked at for one that goes on. */
const MAX_RECENT = 20;

export type Opening = {
  /** Somebody known, or an address that may be a stranger's. */
  person: { kind: "contact"; contactId: Id<"contacts"> } | { kind: "address"; address: string };
  channel: "email" | "sms" | "whatsapp";
  subject: string;
};

/**
 * The conversation a member begins with a person; it is the member's. Texts have no subject: an open conversation with the
 * person on that channel goes on instead. Throws `invalid` when the person has no address on the channel, for what is no
 * address, and for an empty subject.
 */
export async function beginConversation(
  ctx: MutationCtx,
  by: { orgId: Id<"organisations">; member: Doc<"members"> },
  { person, channel, subject }: Opening,
): Promise<Id<"threads">> {
  const { orgId, member } = by;
  const contactId =
    person.kind === "contact" ? person.contactId : await strangerAt(ctx, orgId, channel, person.address);
  await requireContact(ctx, orgId, contactId);
  if ((await primaryAddress(ctx, contactId, channel)) === null) {
    throw appError("invalid", `This contact has no usable address for ${channel}.`, { field: "person" });
  }
  const going = channel === "email" ? null : await openThread(ctx, orgId, contactId, channel);
  if (going !== null) return going;
  const opened = await openConversation(ctx, by, {
    contactId,
    channel,
    subject,
    threadType: "customer_support",
    priority: "normal",
    tags: [],
    externalReferences: {},
  });
  await patchThread(ctx, opened, { assigneeId: member._id });
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

async function openThread(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  channel: Opening["channel"],
): Promise<Id<"threads"> | null> {
  const recent = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(MAX_RECENT);
  for (const thread of recent) {
    const isMeant = thread.orgId === orgId && thread.isOpen && thread.channel === channel;
    // One the member may not see is none to them: they begin their own.
    if (isMeant && (await callerMayOpen(ctx, thread))) return thread._id;
  }
  return null;
}
