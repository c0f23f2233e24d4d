import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { listChannels } from "../../connections/model";
import { mailSenders } from "../../connections/senders/model";
import { normaliseEmail } from "../../contacts/addresses";
import { findByAddress, primaryAddress, resolveContact } from "../../contacts/model";
import { suppressionOf } from "../../contacts/suppressions/model";
import { appError } from "../../lib/errors";
import { MAX_RECIPIENTS, NOBODY, replyRecipients, tidyEnvelope, type Envelope } from "./rules";

/** Messages of a thread looked at for the newest one that has recipients. */
const MAX_LOOKED_AT = 30;

/** What the plus-addresses of our own Reply-To look like: "reply+<token>@". */
const REPLY_ADDRESS = /^reply\+[0-9a-f]+$/;

/** Who a reply and a reply to all go to; nobody where the customer cannot be reached on the thread's channel. */
export async function recipientsOf(
  ctx: QueryCtx,
  thread: Doc<"threads">,
): Promise<{ reply: Envelope; replyAll: Envelope }> {
  const primary = thread.contactId === undefined ? null : await primaryAddress(ctx, thread.contactId, thread.channel);
  const known = { ...NOBODY, to: primary === null ? [] : [primary.address] };
  const newest = thread.channel === "email" ? await newestMail(ctx, thread._id) : null;
  if (newest === null) return { reply: known, replyAll: known };
  const isOwn = await ownAddresses(ctx, thread.orgId);
  const { sender, recipients } = newest;
  const from = sender.kind === "contact" ? sender.address : null;
  const found = replyRecipients({ from, recipients }, isOwn);
  // Nobody is left of a mail we wrote to ourselves, or of one whose person was erased.
  return found.reply.to.length === 0 ? { reply: known, replyAll: { ...found.replyAll, to: known.to } } : found;
}

// What is planned for later has not been said yet.
async function newestMail(ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"messages"> | null> {
  const newest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lte("at", Date.now()))
    .order("desc")
    .take(MAX_LOOKED_AT);
  const isMail = ({ messageType, channel, isAutomatic, isForward, sender }: Doc<"messages">) =>
    channel === "email" &&
    !isAutomatic &&
    isForward === undefined &&
    (messageType === "incoming" ? sender.kind === "contact" : messageType === "outgoing");
  return newest.find(isMail) ?? null;
}

/** Tells whether an address is one of the organisation's: mailboxes, senders, and the Reply-To addresses of threads. */
export async function ownAddresses(ctx: QueryCtx, orgId: Id<"organisations">): Promise<(address: string) => boolean> {
  const channels = (await listChannels(ctx, orgId)).map(({ address }) => address);
  const senders = await mailSenders(ctx, orgId);
  const own = new Set([...channels, ...senders].map((address) => String(address ?? "").toLowerCase()));
  const domains = new Set([...own].map((address) => address.split("@")[1] ?? ""));
  return (address) => {
    const [local = "", domain = ""] = address.toLowerCase().split("@");
    const [mailbox = ""] = local.split("+");
    return own.has(`${mailbox}@${domain}`) || (REPLY_ADDRESS.test(local) && domains.has(domain));
  };
}

/**
 * The recipients a member chose for a mail: normalised, each once, without our own addresses (product.md 2.3 no. 33).
 * Throws `invalid` with the field for what is no address, for an address that must not be written to, for more than
 * fifty, and when nobody is left.
 */
export async function checkedEnvelope(ctx: QueryCtx, orgId: Id<"organisations">, wished: Envelope): Promise<Envelope> {
  const isOwn = await ownAddresses(ctx, orgId);
  const read = (field: keyof Envelope) =>
    wished[field].map((text) => {
      const address = normaliseEmail(text);
      if (address === null) throw appError("invalid", `"${text}" is no e-mail address.`, { field });
      return address;
    });
  const all = tidyEnvelope({ to: read("to"), cc: read("cc"), bcc: read("bcc") });
  const foreign = (addresses: string[]) => addresses.filter((address) => !isOwn(address));
  const envelope = { to: foreign(all.to), cc: foreign(all.cc), bcc: foreign(all.bcc) };
  const everybody = [...envelope.to, ...envelope.cc, ...envelope.bcc];
  if (envelope.to.length === 0) throw appError("invalid", "Name somebody this goes to.", { field: "to" });
  if (everybody.length > MAX_RECIPIENTS) {
    throw appError("invalid", `A mail may go to ${MAX_RECIPIENTS} people.`, { field: "to" });
  }
  for (const address of everybody) {
    const found = await suppressionOf(ctx, { orgId, channel: "email", address, purpose: "service" });
    if (found !== null) throw appError("invalid", `${address} must not be written to.`, { field: "to" });
  }
  return envelope;
}

/** The contact of an address; a stranger becomes one. */
export async function personAt(ctx: MutationCtx, orgId: Id<"organisations">, address: string): Promise<Id<"contacts">> {
  const known = await findByAddress(ctx, { orgId, channel: "email", address });
  return (known ?? (await resolveContact(ctx, { orgId, email: address })))._id;
}
