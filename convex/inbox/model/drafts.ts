import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { isInSight } from "../../lib/threadAccess";
import { attachmentsOf, detach } from "../attachments/model";
import { noteTalk } from "../humanFirst/model";
import { MAX_FILES } from "../attachments/limits";
import { MAX_RECIPIENTS } from "../recipients/rules";
import type { DraftParts } from "../recipients/schema";
import { ownThread, requireThread } from "./rows";

export type DraftMode = Doc<"drafts">["mode"];

/** Tiptap JSON of the longest reply; a draft beyond it is a pasted document. */
export const MAX_DRAFT_CHARS = 200_000;

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

/**
 * The conversation in which a member writes, also when somebody deleted it meanwhile: the words are there again once it is
 * restored, so only as long as it can be. Throws `not_found` like `requireThread`.
 */
export async function threadOfWriter(
  ctx: QueryCtx & { orgId: Id<"organisations">; member: Doc<"members"> },
  threadId: Id<"threads">,
): Promise<Doc<"threads">> {
  const thread = await ownThread(ctx, ctx.orgId, threadId);
  const isRestorable = thread.restorableUntil !== undefined && thread.restorableUntil > Date.now();
  const isKept = isRestorable && (await isInSight(ctx, ctx.member, thread));
  return isKept ? thread : await requireThread(ctx, ctx.orgId, threadId);
}

/**
 * Keeps what a member is writing, so that it survives reload and device (product.md 3.2). `doc` is Tiptap JSON text.
 * Without `parts` those of before stay.
 */
export async function saveDraft(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  memberId: Id<"members">,
  { mode, doc, parts }: { mode: DraftMode; doc: string; parts?: DraftParts | undefined },
): Promise<void> {
  if (doc.length > MAX_DRAFT_CHARS) throw appError("invalid", "This draft is too long to be kept.", { field: "doc" });
  checkDraftParts(parts);
  const known = await getDraft(ctx, thread._id, memberId, mode);
  const updatedAt = Date.now();
  if (known === null) {
    await ctx.db.insert("drafts", { orgId: thread.orgId, threadId: thread._id, memberId, mode, doc, parts, updatedAt });
  } else if (known.doc !== doc || parts !== undefined) {
    await ctx.db.patch("drafts", known._id, { doc, updatedAt, ...(parts === undefined ? {} : { parts }) });
  }
  if (mode === "reply" && known?.doc !== doc) await noteTalk(ctx, thread, memberId);
}

/** Throws `invalid` for too many people or files. What is being typed may not be right yet; only its size is looked at. */
export function checkDraftParts(parts: DraftParts | undefined): void {
  if (parts === undefined) return;
  const { envelope, fileIds } = parts;
  const people = envelope === undefined ? 0 : envelope.to.length + envelope.cc.length + envelope.bcc.length;
  if (people <= 2 * MAX_RECIPIENTS && fileIds.length <= MAX_FILES) return;
  throw appError("invalid", "This draft has too many people or files.", { field: "parts" });
}

/** Removes a draft whose words are sent; nothing happens when there is none. */
export async function removeDraft(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  memberId: Id<"members">,
  mode: DraftMode,
): Promise<void> {
  const known = await getDraft(ctx, threadId, memberId, mode);
  if (known !== null) await ctx.db.delete("drafts", known._id);
}

/** Throws a draft away, and what was attached to it. */
export async function discardDraft(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  threadId: Id<"threads">,
  mode: DraftMode,
): Promise<void> {
  const known = await getDraft(ctx, threadId, member._id, mode);
  if (known === null) return;
  const files = await attachmentsOf(ctx, orgId, known.parts?.fileIds ?? []);
  for (const { fileId } of files) await detach(ctx, { orgId, member }, fileId);
  await ctx.db.delete("drafts", known._id);
}
