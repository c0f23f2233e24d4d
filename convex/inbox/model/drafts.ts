import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";

export type DraftMode = Doc<"drafts">["mode"];

/** Tiptap JSON of the longest reply; a draft beyond it is a pasted document. */
const MAX_DRAFT_CHARS = 200_000;

/** What a member is writing in a thread, or null. */
export async function getDraft(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  memberId: Id<"members">,
  mode: DraftMode,
): Promise<Doc<"drafts"> | null> {
  return await ctx.db
    .query("drafts")
    .withIndex("by_thread_member", (q) => q.eq("threadId", threadId).eq("memberId", memberId).eq("mode", mode))
    .unique();
}

/** Keeps what a member is writing, so that it survives reload and device (product.md 3.2). `doc` is Tiptap JSON text. */
export async function saveDraft(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  memberId: Id<"members">,
  { mode, doc }: { mode: DraftMode; doc: string },
): Promise<void> {
  if (doc.length > MAX_DRAFT_CHARS) throw appError("invalid", "This draft is too long to be kept.", { field: "doc" });
  const known = await getDraft(ctx, thread._id, memberId, mode);
  const updatedAt = Date.now();
  if (known === null) {
    await ctx.db.insert("drafts", { orgId: thread.orgId, threadId: thread._id, memberId, mode, doc, updatedAt });
  } else if (known.doc !== doc) {
    await ctx.db.patch("drafts", known._id, { doc, updatedAt });
  }
}

/** Removes a draft; nothing happens when there is none. */
export async function removeDraft(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  memberId: Id<"members">,
  mode: DraftMode,
): Promise<void> {
  const known = await getDraft(ctx, threadId, memberId, mode);
  if (known !== null) await ctx.db.delete("drafts", known._id);
}
