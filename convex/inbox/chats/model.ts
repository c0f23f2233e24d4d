import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { connectionsFor } from "../../connections/model";
import { enqueue, messageByProviderId, requireMessage } from "../../delivery/model";
import { reactsAndQuotes } from "../../delivery/providers/chatAbilities";
import { answerWindow } from "../../delivery/windows/model";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { requireMemberOf } from "../../orgs/model";
import { statusOfState } from "../deliveryStatus";
import { messagesByRef, recordRefs } from "../model/refs";
import { requireThread } from "../model/rows";
import { senderName } from "../model/senderName";
import { mailboxOf } from "../senders/model";
import type { Reaction } from "./emojis";

// Reactions to the messages of a WhatsApp chat, and answers that quote one (product.md A-10).

const QUOTE_CHARS = 160;

/** How long a reaction waits for its message. */
export const REACTION_WAIT_MS = 30 * DAY_MS;
/** A reaction at a message of a conversation goes with its texts: nobody has to look again. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** Each reads the places of one id, and at most a row for each of a few WhatsApp accounts. */
const PRUNE_BATCH = 100;

type Side = Doc<"messageReactions">["side"];

/** The customer reacted, changed it, or took it back (an empty emoji). What is older than what is known changes nothing. */
export async function noteReaction(
  ctx: MutationCtx,
  { orgId, targetId, emoji, at }: { orgId: Id<"organisations">; targetId: string; emoji: string; at: number },
): Promise<void> {
  const known = await reactionBy(ctx, orgId, targetId, "customer");
  const row = { orgId, targetId, side: "customer" as const, emoji, at };
  if (known === null) await ctx.db.insert("messageReactions", { ...row, lookAt: Date.now() + REACTION_WAIT_MS });
  else if (at >= known.at) await ctx.db.patch("messageReactions", known._id, { emoji, at });
}

async function reactionBy(ctx: QueryCtx, orgId: Id<"organisations">, targetId: string, side: Side) {
  return await ctx.db
    .query("messageReactions")
    .withIndex("by_target", (q) => q.eq("orgId", orgId).eq("targetId", targetId).eq("side", side))
    .unique();
}

/** The reactions to a message that stand, the customer's first. */
export async function reactionsOf(ctx: QueryCtx, message: Doc<"messages">) {
  const { orgId, channel, externalMessageId: targetId } = message;
  if (channel !== "whatsapp" || targetId === undefined) return [];
  const rows = await ctx.db
    .query("messageReactions")
    .withIndex("by_target", (q) => q.eq("orgId", orgId).eq("targetId", targetId))
    .take(2);
  return await Promise.all(rows.filter(({ emoji }) => emoji !== "").map((row) => shownReaction(ctx, message, row)));
}

/** What the customer reacted with to a message that went out, whoever sent it, and when; undefined for nothing. */
export async function customerReactionTo(
  ctx: QueryCtx,
  row: Doc<"messageQueue">,
): Promise<{ emoji: string; at: number } | undefined> {
  const { orgId, channel, routedChannel = channel, providerMessageId } = row;
  if (routedChannel !== "whatsapp" || providerMessageId === undefined) return undefined;
  const found = await reactionBy(ctx, orgId, providerMessageId, "customer");
  return found === null || found.emoji === "" ? undefined : { emoji: found.emoji, at: found.at };
}

async function shownReaction(
  ctx: QueryCtx,
  message: Doc<"messages">,
  { orgId, emoji, memberId, queueId }: Doc<"messageReactions">,
) {
  if (memberId === undefined) return { emoji, name: await customerName(ctx, message), isOurs: false };
  const { displayName: name } = await requireMemberOf(ctx, orgId, memberId);
  const sent = queueId === undefined ? null : await requireMessage(ctx, orgId, queueId);
  return { emoji, name, isOurs: true, status: sent === null ? undefined : statusOfState(sent.state).status };
}

async function customerName(ctx: QueryCtx, message: Doc<"messages">): Promise<string> {
  if (message.messageType === "incoming") return await senderName(ctx, message);
  const thread = await ctx.db.get("threads", message.threadId);
  const contact = thread?.contactId === undefined ? null : await ctx.db.get("contacts", thread.contactId);
  return contact?.name ?? message.recipients[0]?.address ?? "";
}

/** Reactions go with the words of their message. */
export async function forgetReactions(ctx: MutationCtx, message: Doc<"messages">): Promise<void> {
  const { orgId, externalMessageId: targetId, channel } = message;
  if (targetId === undefined || channel !== "whatsapp") return;
  for (const side of ["customer", "team"] as const) {
    const row = await reactionBy(ctx, orgId, targetId, side);
    if (row !== null) await ctx.db.delete("messageReactions", row._id);
  }
}

/**
 * Looks after one batch of reactions that have waited long enough: those without a message go. Returns true when there may
 * be more. One to a message that no conversation shows (of a journey, say) is looked at again, as its texts go in silence.
 */
export async function pruneReactions(ctx: MutationCtx, now: number): Promise<boolean> {
  const due = await ctx.db
    .query("messageReactions")
    .withIndex("by_look", (q) => q.lte("lookAt", now))
    .take(PRUNE_BATCH);
  for (const row of due) {
    const lookAt = await nextLook(ctx, row, now);
    if (lookAt === null) await ctx.db.delete("messageReactions", row._id);
    else await ctx.db.patch("messageReactions", row._id, { lookAt });
  }
  return due.length === PRUNE_BATCH;
}

/** When to look at a reaction again; null where it has no message. */
async function nextLook(ctx: QueryCtx, row: Doc<"messageReactions">, now: number): Promise<number | null> {
  const { orgId, targetId, _creationTime, lookAt = _creationTime + REACTION_WAIT_MS } = row;
  if (lookAt > now) return lookAt;
  const messages = await messagesByRef(ctx, orgId, targetId);
  if (messages.some((message) => message.externalMessageId === targetId && message.purgedAt === undefined))
    return NEVER;
  return (await isWithoutConversation(ctx, orgId, targetId)) ? now + REACTION_WAIT_MS : null;
}

/** Whether the id is of a message with its texts that left without a conversation. */
async function isWithoutConversation(ctx: QueryCtx, orgId: Id<"organisations">, targetId: string): Promise<boolean> {
  for (const { _id } of await connectionsFor(ctx, orgId, "whatsapp")) {
    const sent = await messageByProviderId(ctx, _id, targetId);
    if (sent === null || sent.source.kind === "agent") continue;
    const body = await ctx.db.get("messageBodies", sent.bodyId);
    if (body !== null && body.purgedAt === undefined) return true;
  }
  return false;
}

/** The message that one answers, or nothing where it is not here (any more). */
export async function quoteOf(ctx: QueryCtx, { orgId, answersId, threadId }: Doc<"messages">) {
  if (answersId === undefined) return undefined;
  const found = await messagesByRef(ctx, orgId, answersId);
  const quoted = found.find((message) => message.threadId === threadId && message.purgedAt === undefined);
  if (quoted === undefined) return undefined;
  return { messageId: quoted._id, name: await senderName(ctx, quoted), text: quoted.text.slice(0, QUOTE_CHARS) };
}

/**
 * The provider's id of a WhatsApp message of ours, once it is known: reactions and answers that quote it name it. One that
 * is sent again gets another.
 */
export async function followProviderId(
  ctx: MutationCtx,
  message: Doc<"messages">,
  { providerMessageId: id }: Doc<"messageQueue">,
): Promise<void> {
  const { _id, orgId, threadId, channel, externalMessageId } = message;
  if (channel !== "whatsapp" || id === undefined || id === externalMessageId) return;
  await ctx.db.patch("messages", _id, { externalMessageId: id });
  await recordRefs(ctx, { _id, orgId, threadId }, id);
}

/** What can be done with the messages of a conversation beside answering; `until`: when WhatsApp's 24 hours end. */
export async function chatAbilities(ctx: QueryCtx, thread: Doc<"threads">) {
  const none = { isAble: false, until: null };
  if (thread.contactId === undefined) return none;
  const accounts = (await connectionsFor(ctx, thread.orgId, "whatsapp")).filter(({ isEnabled }) => isEnabled);
  const isAble = accounts.length > 0 && accounts.every(({ provider }) => reactsAndQuotes(provider));
  if (!isAble) return none;
  return { isAble, until: (await answerWindow(ctx, thread.orgId, thread.contactId)).until };
}

/** The provider's id of a message that can be reacted to or quoted. Throws `invalid`. */
export function chatIdOf({ channel, externalMessageId }: Doc<"messages">): string {
  if (channel === "whatsapp" && externalMessageId !== undefined) return externalMessageId;
  throw appError("invalid", "Only WhatsApp messages that arrived can be reacted to or quoted.", { field: "messageId" });
}

type OwnReaction = { member: Doc<"members">; message: Doc<"messages">; emoji: Reaction | null };

/**
 * Reacts to a message in the team's name, or takes the reaction back (null). It answers nothing: clocks run on. Throws
 * `invalid` where the provider knows no reactions and outside WhatsApp's 24 hours.
 */
export async function react(ctx: MutationCtx, { member, message, emoji }: OwnReaction): Promise<void> {
  const { orgId } = message;
  const thread = await requireThread(ctx, orgId, message.threadId);
  const targetId = chatIdOf(message);
  const known = await reactionBy(ctx, orgId, targetId, "team");
  if ((known?.emoji ?? "") === (emoji ?? "")) return;
  const { contactId } = thread;
  const { isAble, until } = await chatAbilities(ctx, thread);
  if (!isAble || contactId === undefined) {
    throw appError("invalid", "This WhatsApp account knows no reactions.", { field: "messageId" });
  }
  const now = Date.now();
  if (until !== null && now >= until) {
    const reason = "Reactions are possible for 24 hours after the customer's last message.";
    throw appError("invalid", reason, { field: "messageId" });
  }
  const row = { orgId, targetId, side: "team" as const, emoji: emoji ?? "", at: now, memberId: member._id };
  const id = known?._id ?? (await ctx.db.insert("messageReactions", row));
  const queueId = await sendReaction(ctx, { thread, contactId, message, member, targetId, emoji, now });
  await ctx.db.patch("messageReactions", id, { ...row, queueId });
}

async function sendReaction(
  ctx: MutationCtx,
  {
    thread,
    contactId,
    message,
    member,
    targetId,
    emoji,
    now,
  }: OwnReaction & {
    thread: Doc<"threads">;
    contactId: Id<"contacts">;
    targetId: string;
    now: number;
  },
): Promise<Id<"messageQueue">> {
  const { orgId, sender, recipients } = message;
  const address = sender.kind === "contact" ? sender.address : recipients[0]?.address;
  const { queueId } = await enqueue(ctx, {
    orgId,
    lane: "critical",
    channel: "whatsapp",
    contactId,
    ...(address === undefined ? {} : { to: { whatsapp: address } }),
    preferredConnectionId: await accountOf(ctx, message),
    purpose: "service",
    source: { kind: "agent", threadId: thread._id, messageId: message._id, memberId: member._id },
    // Of one taken back the queue shows a cross.
    content: { kind: "finished", text: emoji ?? "✕", fileIds: [], reaction: { to: targetId, emoji: emoji ?? "" } },
    dueAt: now,
    idempotencyKey: `reaction:${message._id}:${now}:${emoji ?? ""}`,
  });
  return queueId;
}

/** The account a message went or came over: it alone knows its id. */
async function accountOf(ctx: QueryCtx, message: Doc<"messages">): Promise<Id<"connections"> | undefined> {
  if (message.queueId !== undefined) return (await requireMessage(ctx, message.orgId, message.queueId)).connectionId;
  return (await mailboxOf(ctx, message))?.connectionId;
}
