import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { PaginationOptions } from "convex/server";
import { record } from "../../audit/model";
import { isCustomerChannel, type Channel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { requireMemberOf } from "../../orgs/model";
import { patchThread, requireThread } from "../model/rows";

/** Messages of a thread looked through for who sent them. */
const MAX_LOOKED_AT = 100;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };
type Address = { orgId: Id<"organisations">; channel: Channel; address: string };

/** True when messages from there are kept but bother nobody. */
export async function isBlocked(ctx: QueryCtx, address: Address): Promise<boolean> {
  return (await blockOf(ctx, address)) !== null;
}

async function blockOf(ctx: QueryCtx, { orgId, channel, address }: Address): Promise<Doc<"blockedSenders"> | null> {
  return await ctx.db
    .query("blockedSenders")
    .withIndex("by_address", (q) => q.eq("orgId", orgId).eq("channel", channel).eq("address", address))
    .first();
}

/**
 * Takes a thread for spam: it is closed and stands in its own view only. With `block` its senders' messages are kept in
 * future without bothering anybody. Again changes nothing. Throws `invalid` where there is nobody to block.
 */
export async function markSpam(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  { threadId, block }: { threadId: Id<"threads">; block: boolean },
): Promise<void> {
  const thread = await requireThread(ctx, orgId, threadId);
  const senders = block ? await sendersOf(ctx, thread) : [];
  if (block && senders.length === 0) {
    throw appError("invalid", "Nobody wrote in this conversation who could be blocked.", { field: "block" });
  }
  for (const sender of senders) {
    if ((await blockOf(ctx, sender)) === null) {
      await ctx.db.insert("blockedSenders", { ...sender, by: member._id, at: Date.now() });
    }
  }
  await patchSpam(ctx, thread, true);
  await recordSpam(ctx, member, thread, { isSpam: true, blocked: senders.length });
}

/** Takes that back: the thread is as it was before, and its senders are heard again. */
export async function unmarkSpam(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  threadId: Id<"threads">,
): Promise<void> {
  const thread = await requireThread(ctx, orgId, threadId);
  for (const sender of await sendersOf(ctx, thread)) {
    const block = await blockOf(ctx, sender);
    if (block !== null) await ctx.db.delete("blockedSenders", block._id);
  }
  await patchSpam(ctx, thread, false);
  await recordSpam(ctx, member, thread, { isSpam: false, blocked: 0 });
}

/** Takes a thread for spam or takes that back, whoever is blocked. Returns false where nothing is to be changed. */
export async function setSpam(
  ctx: MutationCtx,
  member: Doc<"members">,
  thread: Doc<"threads">,
  isSpam: boolean,
): Promise<boolean> {
  if (!(await patchSpam(ctx, thread, isSpam))) return false;
  await recordSpam(ctx, member, thread, { isSpam, blocked: 0 });
  return true;
}

async function patchSpam(ctx: MutationCtx, thread: Doc<"threads">, isSpam: boolean): Promise<boolean> {
  if ((thread.isSpam === true) === isSpam) return false;
  const status = thread.statusBeforeSpam ?? "open";
  await patchThread(
    ctx,
    thread,
    isSpam
      ? { isSpam, statusBeforeSpam: thread.status, status: "closed" }
      : { isSpam: undefined, statusBeforeSpam: undefined, status },
  );
  return true;
}

/** Addresses whose messages bother nobody, by channel and address. */
export async function pageOfBlocked(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  const blocked = ctx.db.query("blockedSenders").withIndex("by_address", (q) => q.eq("orgId", orgId));
  const result = await blocked.paginate(paginationOpts);
  const page = await Promise.all(
    result.page.map(async ({ _id: id, channel, address, by, at }) => {
      return { id, channel, address, by: (await requireMemberOf(ctx, orgId, by)).displayName, at };
    }),
  );
  return { ...result, page };
}

/** Hears an address again; conversations taken for spam stay where they are. Throws `not_found`; again changes nothing. */
export async function unblock(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  blockedId: Id<"blockedSenders">,
): Promise<void> {
  const block = await ctx.db.get("blockedSenders", blockedId);
  if (block === null) return;
  if (block.orgId !== orgId) throw appError("not_found", "This address is not blocked.");
  await ctx.db.delete("blockedSenders", blockedId);
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "blockedSenders", id: blockedId };
  await record(ctx, { orgId, actor, action: "sender.unblocked", subject, details: { channel: block.channel } });
}

async function recordSpam(
  ctx: MutationCtx,
  member: Doc<"members">,
  { orgId, _id }: Doc<"threads">,
  details: { isSpam: boolean; blocked: number },
): Promise<void> {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action: "thread.spam", subject: { table: "threads", id: _id }, details });
}

/** Who wrote in a thread; a program without a contact by the address it is called by. */
async function sendersOf(ctx: QueryCtx, { _id, orgId, channel }: Doc<"threads">): Promise<Address[]> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", _id))
    .order("desc")
    .take(MAX_LOOKED_AT);
  const addresses = messages
    .filter(({ messageType }) => messageType === "incoming")
    .flatMap(({ sender, channel: via = channel }) =>
      sender.kind === "contact" && sender.address !== "" && isCustomerChannel(via)
        ? [{ orgId, channel: via, address: sender.address }]
        : [],
    );
  return addresses.filter(
    (one, index) =>
      addresses.findIndex((other) => other.channel === one.channel && other.address === one.address) === index,
  );
}
