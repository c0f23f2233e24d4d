import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { SENT_AS } from "../../../connections/channels/sets";
import { connectionsFor, listChannels } from "../../../connections/model";
import { consentVerdict } from "../../../contacts/consentRules";
import { consentFacts } from "../../../contacts/consents/model/facts";
import { inboundWindowOpen, primaryAddress, requireContact } from "../../../contacts/model";
import { ADDRESS_CHANNELS, type AddressChannel } from "../../../contacts/schema";
import { suppressionOf } from "../../../contacts/suppressions/model";
import { answerWindow } from "../../../delivery/windows/model";
import { isCustomerChannel } from "../../../lib/closedSets";
import { callerMayOpen } from "../../../lib/threadAccess";
import { scopeOf } from "../../../lib/threadScope";

/** Threads of a person looked at for one that goes on. */
const MAX_RECENT = 20;

type Caller = { org: Doc<"organisations">; member: Doc<"members"> };

/** Another channel a conversation's customer can be answered on. */
export type OtherWay = {
  channel: AddressChannel;
  address: string;
  /** WhatsApp's 24 hours are over: nothing but approved templates goes out. */
  isTemplatesOnly: boolean;
  /** The open conversation it would go on in; null: one is begun. */
  into: Doc<"threads"> | null;
  /** The mailbox or number a new one would lie in. */
  mailbox: Doc<"channels"> | null;
};

/**
 * The other channels the customer of a conversation can be answered on now: with an address of theirs that is not barred,
 * an account that sends, their permission, and a mailbox the member may see. Empty without a customer.
 */
export async function otherWays(ctx: QueryCtx, by: Caller, thread: Doc<"threads">): Promise<OtherWay[]> {
  const { contactId, channel: own } = thread;
  if (contactId === undefined || !isCustomerChannel(own)) return [];
  const contact = await requireContact(ctx, by.org._id, contactId);
  if (contact.erasedAt !== undefined) return [];
  const ways = await Promise.all(
    ADDRESS_CHANNELS.filter((channel) => channel !== own).map((channel) =>
      wayOn(ctx, by, { thread, contact, channel }),
    ),
  );
  return ways.filter((way) => way !== null);
}

type Question = { thread: Doc<"threads">; contact: Doc<"contacts">; channel: AddressChannel };

async function wayOn(ctx: QueryCtx, by: Caller, question: Question): Promise<OtherWay | null> {
  const { thread, contact, channel } = question;
  const { orgId } = thread;
  const row = await primaryAddress(ctx, contact._id, channel);
  if (row === null) return null;
  if (!(await connectionsFor(ctx, orgId, channel)).some(({ isEnabled }) => isEnabled)) return null;
  const mailbox = await mailboxOn(ctx, by, channel, thread.channelId);
  const into = await goingOn(ctx, thread, contact._id, channel);
  // Who is narrowed to some mailboxes writes in the name of no other one.
  if (scopeOf(by.member) !== null && mailbox === null && into === null) return null;
  const { address } = row;
  if (!(await mayWrite(ctx, by.org, { contact, channel, address, isAnswer: into !== null }))) return null;
  const window = channel === "whatsapp" ? await answerWindow(ctx, orgId, contact._id) : null;
  const isTemplatesOnly = window !== null && window.until !== null && window.until <= Date.now();
  if (isTemplatesOnly && window.templates.length === 0) return null;
  return { channel, address, isTemplatesOnly, into, mailbox };
}

type Address = { contact: Doc<"contacts">; channel: AddressChannel; address: string; isAnswer: boolean };

// A no to this channel holds for what was asked on another one; in a conversation of theirs on it, it is an answer.
async function mayWrite(ctx: QueryCtx, org: Doc<"organisations">, to: Address): Promise<boolean> {
  const purpose = "service";
  const key = { orgId: org._id, channel: to.channel, address: to.address };
  if ((await suppressionOf(ctx, { ...key, purpose })) !== null) return false;
  const now = Date.now();
  const hasOpenWindow = await inboundWindowOpen(ctx, key, now);
  const lastSuchAt = () => Promise.resolve(null);
  const facts = await consentFacts(ctx, { org, ...to, purpose, hasOpenWindow, lastSuchAt, now });
  return consentVerdict(facts).kind === "allowed";
}

/**
 * The mailbox or number of a channel that a conversation of a member's begins in: one they see, of the brand of `likeId`
 * if there is one; null when they see none.
 */
export async function mailboxOn(
  ctx: QueryCtx,
  { org, member }: Caller,
  channel: AddressChannel,
  likeId?: Id<"channels">,
): Promise<Doc<"channels"> | null> {
  const all = await listChannels(ctx, org._id);
  const scope = scopeOf(member);
  const brand = all.find(({ _id }) => _id === likeId)?.businessEntity;
  const usable = all.filter(
    ({ _id, isActive, channelType }) =>
      isActive && SENT_AS[channelType] === channel && (scope === null || scope.channelIds.includes(_id)),
  );
  return usable.find(({ businessEntity }) => businessEntity === brand) ?? usable[0] ?? null;
}

/** Texts go on in any open conversation; a mail only in the one that was gone on from, or to: others have their matter. */
async function goingOn(
  ctx: QueryCtx,
  { _id, orgId, goesOnFromId }: Doc<"threads">,
  contactId: Id<"contacts">,
  channel: AddressChannel,
): Promise<Doc<"threads"> | null> {
  const open = await openThreads(ctx, { orgId, contactId, channel });
  const linked = open.find((thread) => thread.goesOnFromId === _id || thread._id === goesOnFromId);
  return linked ?? (channel === "email" ? null : (open[0] ?? null));
}

/** A person's open conversations on a channel, newest first; those the member may not see are none to them. */
export async function openThreads(
  ctx: QueryCtx,
  { orgId, contactId, channel }: { orgId: Id<"organisations">; contactId: Id<"contacts">; channel: AddressChannel },
): Promise<Doc<"threads">[]> {
  const recent = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(MAX_RECENT);
  const open: Doc<"threads">[] = [];
  for (const thread of recent) {
    const isMeant =
      thread.orgId === orgId && thread.isOpen && thread.channel === channel && thread.mergedIntoId === undefined;
    if (isMeant && (await callerMayOpen(ctx, thread))) open.push(thread);
  }
  return open;
}
