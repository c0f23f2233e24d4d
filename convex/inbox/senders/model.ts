import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { findChannel, listChannels } from "../../connections/model";
import { SENT_AS } from "../../connections/channels/sets";
import { sendersOn, type OfferedSender } from "../../connections/senders/model";
import type { FromWish } from "../../delivery/schema";
import { isCustomerChannel, type BusinessEntity, type OnCustomerChannel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";
import { scopeOf } from "../../lib/threadScope";
import { teamsOf } from "../../orgs/teams/model";
import { brandOf } from "../composing/model";

// From which of our addresses and numbers an answer goes (product.md A-81).

/** Messages of a thread looked at for the newest answer. */
const MAX_LOOKED_AT = 30;

/** The mailbox or number of a conversation's newest message, or null. */
export async function mailboxOf(
  ctx: QueryCtx,
  { orgId, channelId }: Pick<Doc<"threads">, "orgId" | "channelId">,
): Promise<Doc<"channels"> | null> {
  return channelId === undefined ? null : await findChannel(ctx, orgId, channelId);
}

/** The further address of an account that a mailbox receives at: what it sends from, unless it is the account's own. */
export async function aliasOf(ctx: QueryCtx, mailbox: Doc<"channels">): Promise<FromWish | undefined> {
  const channel = SENT_AS[mailbox.channelType];
  const senders = channel === undefined ? [] : await sendersOn(ctx, mailbox.orgId, channel);
  const alias = senders.find(({ address, isOwn }) => address === mailbox.address && !isOwn);
  return alias === undefined ? undefined : { address: alias.address, name: alias.name };
}

/**
 * What a member may write from in a conversation: the accounts' own senders and the aliases of everybody or of one of
 * their teams. A member who is narrowed to some mailboxes does not write in the name of others.
 */
export async function usableSenders(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  member: Doc<"members">,
): Promise<OfferedSender[]> {
  const { orgId, channel } = thread;
  const senders = isCustomerChannel(channel) ? await sendersOn(ctx, orgId, channel) : [];
  if (senders.length === 0) return [];
  const teams = new Set<string>(await teamsOf(ctx, member._id));
  const mayUseAll = can(member.role, "connections.manage");
  const scope = scopeOf(member);
  const mailboxes = scope === null ? [] : await listChannels(ctx, orgId);
  const usable = senders.filter(({ teamIds, address, connectionId }) => {
    if (teamIds.length > 0) return mayUseAll || teamIds.some((teamId) => teams.has(teamId));
    const belongsTo = mailboxes.filter((each) => each.address === address || each.connectionId === connectionId);
    const isMine = ({ _id }: Doc<"channels">) => _id === thread.channelId || scope?.channelIds.includes(_id) === true;
    return belongsTo.length === 0 || belongsTo.some(isMine);
  });
  // The mailbox's own account carries the answer before the others do.
  const first = (await mailboxOf(ctx, thread))?.connectionId;
  const isFirst = ({ connectionId }: OfferedSender) => connectionId === first;
  return [...usable.filter(isFirst), ...usable.filter((sender) => !isFirst(sender))];
}

/**
 * The sender an answer has unless its writer chooses: the one of the newest answer in the conversation, before the first
 * one the member's last in this mailbox, else the further address of an account that the mailbox receives at; null: as the
 * account that carries it has it. Only what is among `usable`.
 */
export async function usualSender(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  member: Doc<"members">,
  usable: readonly OfferedSender[],
): Promise<OfferedSender | null> {
  if (usable.length === 0) return null;
  const newest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).lte("at", Date.now()))
    .order("desc")
    .take(MAX_LOOKED_AT);
  const answer = newest.find(
    ({ messageType, sender, channel, isForward }) =>
      messageType === "outgoing" && sender.kind === "member" && channel === thread.channel && isForward === undefined,
  );
  const address = answer === undefined ? await firstSender(ctx, thread, member) : answer.from;
  return usable.find((sender) => sender.address === address) ?? null;
}

async function firstSender(ctx: QueryCtx, thread: Doc<"threads">, member: Doc<"members">): Promise<string | undefined> {
  const last = await lastUse(ctx, thread, member._id);
  if (last !== null) return last.address;
  const mailbox = await mailboxOf(ctx, thread);
  return mailbox === null ? undefined : (await aliasOf(ctx, mailbox))?.address;
}

/**
 * Whom an answer comes from. `wished`: an address or number, null = as the account has it, absent = as usual. Throws
 * `invalid` for what the member may not write from, or what is no sender any more.
 */
export async function chosenSender(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  member: Doc<"members">,
  wished: string | null | undefined,
): Promise<OfferedSender | null> {
  if (wished === null) return null;
  const usable = await usableSenders(ctx, thread, member);
  if (wished === undefined) return await usualSender(ctx, thread, member, usable);
  const found = usable.find(({ address }) => address === wished.trim().toLowerCase());
  if (found === undefined) throw appError("invalid", `You may not write from ${wished}.`, { field: "from" });
  return found;
}

/** Remembers what a member wrote from in the conversation's mailbox. */
export async function noteSender(
  ctx: MutationCtx,
  thread: OnCustomerChannel<Doc<"threads">>,
  memberId: Id<"members">,
  sender: OfferedSender | null,
): Promise<void> {
  const { orgId, channel, channelId } = thread;
  const known = await lastUse(ctx, thread, memberId);
  if (sender === null) {
    if (known !== null) await ctx.db.delete("senderUses", known._id);
    return;
  }
  const { address } = sender;
  if (known === null) await ctx.db.insert("senderUses", { orgId, memberId, channel, channelId, address });
  else if (known.address !== address) await ctx.db.patch("senderUses", known._id, { address });
}

/** In whose name an answer is: its sender's, else that of the mailbox with this address, else the conversation's. */
export async function brandOfSender(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  sender: OfferedSender | null,
): Promise<BusinessEntity> {
  if (sender === null) return await brandOf(ctx, thread);
  if (sender.businessEntity !== undefined) return sender.businessEntity;
  const mailbox = (await listChannels(ctx, thread.orgId)).find(({ address }) => address === sender.address);
  return mailbox?.businessEntity ?? (await brandOf(ctx, thread));
}

async function lastUse(ctx: QueryCtx, { channel, channelId }: Doc<"threads">, memberId: Id<"members">) {
  if (!isCustomerChannel(channel)) return null;
  return await ctx.db
    .query("senderUses")
    .withIndex("by_member", (q) => q.eq("memberId", memberId).eq("channel", channel).eq("channelId", channelId))
    .first();
}
