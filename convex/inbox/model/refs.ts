import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Candidate, RefCandidate } from "../threading";
import { liveThread } from "./rows";

/** A Message-ID seen in more places than this is a constant of some broken mail program. */
const MAX_HITS_PER_REF = 5;
/** Ids followed of one mail: the header as received is capped already, and the newest ones decide. */
const MAX_REFS = 30;

/** The places in which any of these Message-IDs was seen in the organisation. */
export async function findRefs(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  ids: readonly string[],
): Promise<RefCandidate<Id<"threads">>[]> {
  const found: RefCandidate<Id<"threads">>[] = [];
  for (const ref of [...new Set(ids)].slice(-MAX_REFS)) {
    for (const row of await rowsOf(ctx, orgId, ref)) {
      const thread = await ctx.db.get("threads", row.threadId);
      const candidate = thread === null ? null : await candidateOf(ctx, thread);
      if (candidate !== null) found.push({ ref, thread: candidate, isMessage: row.messageId !== undefined });
    }
  }
  return found;
}

/** The number of the deleted conversation that one of these Message-IDs was seen in, the last one first; null for none. */
export async function deletedByRef(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  ids: readonly string[],
): Promise<number | null> {
  for (const ref of [...new Set(ids)].slice(-MAX_REFS).toReversed()) {
    for (const row of await rowsOf(ctx, orgId, ref)) {
      const thread = await ctx.db.get("threads", row.threadId);
      const live = thread === null ? null : await liveThread(ctx, thread);
      if (live?.deleted !== undefined) return live.number;
    }
  }
  return null;
}

/** The messages that carry this Message-ID: one as a rule, more when senders repeat ids (product.md 2.2 no. 13). */
export async function messagesByRef(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  ref: string,
): Promise<Doc<"messages">[]> {
  const rows = await rowsOf(ctx, orgId, ref);
  const ids = rows.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]));
  const messages = await Promise.all(ids.map((id) => ctx.db.get("messages", id)));
  return messages.filter((message) => message !== null);
}

/** The message a browser wrote under its own id, or null. */
export async function messageByClientId(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  clientId: string,
): Promise<Doc<"messages"> | null> {
  return await ctx.db
    .query("messages")
    .withIndex("by_client", (q) => q.eq("threadId", threadId).eq("clientId", clientId))
    .unique();
}

/** Remembers a message's own id and the ancestors it names, so that later mails find the thread by any of them. */
export async function recordRefs(
  ctx: MutationCtx,
  message: Pick<Doc<"messages">, "_id" | "orgId" | "threadId">,
  ownId: string,
  ancestors: readonly string[] = [],
): Promise<void> {
  const { orgId, threadId } = message;
  await ctx.db.insert("messageRefs", { orgId, ref: ownId, threadId, messageId: message._id });
  await recordNamed(ctx, { orgId, threadId }, ancestors);
}

/** Remembers ids that belong to a thread although their messages do not lie in it. */
export async function recordNamed(
  ctx: MutationCtx,
  { orgId, threadId }: Pick<Doc<"messages">, "orgId" | "threadId">,
  ancestors: readonly string[],
): Promise<void> {
  for (const ref of [...new Set(ancestors)].slice(-MAX_REFS)) {
    const known = await rowsOf(ctx, orgId, ref);
    if (known.some((row) => row.threadId === threadId)) continue;
    if (known.length < MAX_HITS_PER_REF) await ctx.db.insert("messageRefs", { orgId, ref, threadId });
  }
}

/**
 * What threading needs to know of a thread. A merged one is recognised as before and leads to the one it is in now: the
 * customer who wrote there goes on there. Null for a deleted one: who answers it begins a new one.
 */
export async function candidateOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<Candidate<Id<"threads">> | null> {
  const { contactId = null, channelId = null, channel, subject } = thread;
  const { _id: threadId, lastMessageAt, deleted } = await liveThread(ctx, thread);
  if (deleted !== undefined) return null;
  return { threadId, contactId, channelId, channel, subject, lastMessageAt };
}

async function rowsOf(ctx: QueryCtx, orgId: Id<"organisations">, ref: string): Promise<Doc<"messageRefs">[]> {
  return await ctx.db
    .query("messageRefs")
    .withIndex("by_ref", (q) => q.eq("orgId", orgId).eq("ref", ref))
    .take(MAX_HITS_PER_REF);
}
