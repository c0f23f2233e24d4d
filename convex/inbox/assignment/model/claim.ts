import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { scopeOf } from "../../../lib/threadScope";
import { requireMemberOf } from "../../../orgs/model";
import { firstThreads } from "../../model/ranges";
import { requireThread } from "../../model/rows";
import { decision } from "./decisions";
import { giveThread } from "./give";

/** Unassigned conversations looked through for the next one, where a member sees only some. */
const LOOKED_AT = 50;

export type Claim =
  | { kind: "yours" }
  | { kind: "lost"; holder: { memberId: Id<"members">; name: string } | null; nextId: Id<"threads"> | null };

/**
 * A member takes a thread from whom they see with it (`fromId`; null: nobody). Of many who do so at once one gets it;
 * the others are told who, and which unassigned thread is next in the order of the list (product.md O-15).
 */
export async function claimThread(
  ctx: MutationCtx,
  member: Doc<"members">,
  { threadId, fromId }: { threadId: Id<"threads">; fromId: Id<"members"> | null },
): Promise<Claim> {
  const { orgId, _id: memberId } = member;
  const thread = await requireThread(ctx, orgId, threadId);
  const holderId = thread.assigneeId ?? null;
  if (holderId === memberId) return { kind: "yours" };
  if (holderId === fromId) {
    await giveThread(ctx, thread, { assigneeId: memberId }, decision({ trigger: "member", byId: memberId }));
    return { kind: "yours" };
  }
  const holder = holderId === null ? null : await requireMemberOf(ctx, orgId, holderId);
  return {
    kind: "lost",
    holder: holder === null ? null : { memberId: holder._id, name: holder.displayName },
    nextId: await nextUnassigned(ctx, member, thread),
  };
}

/** The open thread of nobody that comes after this one, newest activity first, else the first of all; null for none. */
async function nextUnassigned(
  ctx: QueryCtx,
  member: Doc<"members">,
  { _id, orgId, lastMessageAt }: Doc<"threads">,
): Promise<Id<"threads"> | null> {
  if (scopeOf(member) !== null) {
    const viewer = { orgId, member };
    const rows = (await firstThreads(ctx, viewer, { view: "unassigned" }, LOOKED_AT)).filter((row) => row._id !== _id);
    return (rows.find((row) => row.lastMessageAt <= lastMessageAt) ?? rows[0])?._id ?? null;
  }
  for (const upTo of [lastMessageAt, Number.MAX_SAFE_INTEGER]) {
    const found = await ctx.db
      .query("threads")
      .withIndex("by_org_assignee", (q) =>
        q
          .eq("orgId", orgId)
          .eq("isOpen", true)
          .eq("assigneeId", undefined)
          .eq("snoozedUntil", undefined)
          .lte("lastMessageAt", upTo),
      )
      .order("desc")
      // Itself, when somebody has given it back meanwhile.
      .take(2);
    const next = found.find((one) => one._id !== _id);
    if (next !== undefined) return next._id;
  }
  return null;
}
