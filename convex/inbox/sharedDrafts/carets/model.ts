import type { Infer, ObjectType } from "convex/values";
import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import type { vEditor } from "../../../lib/editors";
import { appError } from "../../../lib/errors";
import { findMemberOf } from "../../../orgs/model";
import { CARET_PAUSE_MS, toneOf } from "./rules";
import type { caretFields } from "./schema";

type Caret = ObjectType<typeof caretFields>;
type Editor = Infer<typeof vEditor>;
/** What is written together: an answer, or the document of a template. */
type Draft = { _id: Doc<"sharedDraftCarets">["draftId"]; orgId: Id<"organisations"> };

/** More do not write one answer; further ones write unseen. */
const MAX_CARETS = 20;
/** The editor's ids are numbers or short. */
const MAX_EDITOR_CHARS = 64;

/**
 * Notes where a member is in a draft; the caller has checked that they may write in it. A version that does not exist is
 * no harm: nobody shows a place before they have its words. Throws `invalid` for what is no place.
 */
export async function placeCaret(
  ctx: MutationCtx,
  { draft, memberId }: { draft: Draft; memberId: Id<"members"> },
  { editor, version, anchor, head }: Caret,
): Promise<void> {
  const isPlace = [version, anchor, head].every((number) => Number.isSafeInteger(number) && number >= 0);
  if (!isPlace || String(editor).length > MAX_EDITOR_CHARS) throw appError("invalid", "This is no place in a draft.");
  const caret = { editor, version, anchor, head, at: Date.now() };
  const known = await caretOf(ctx, draft._id, memberId);
  if (known !== null) return await ctx.db.patch("sharedDraftCarets", known._id, caret);
  const others = await caretsIn(ctx, draft._id);
  if (others.length >= MAX_CARETS) return;
  const tone = toneOf(
    memberId,
    others.map((other) => other.tone),
  );
  const ids = { orgId: draft.orgId, draftId: draft._id, memberId };
  const caretId = await ctx.db.insert("sharedDraftCarets", { ...ids, ...caret, tone });
  await ctx.scheduler.runAfter(CARET_PAUSE_MS, internal.inbox.sharedDrafts.carets.jobs.endPaused, { caretId });
}

/** A member left a draft with that editor; the one they went on in stays. */
export async function leaveWith(
  ctx: MutationCtx,
  { draft, memberId }: { draft: Draft; memberId: Id<"members"> },
  editor: Editor,
): Promise<void> {
  const known = await caretOf(ctx, draft._id, memberId);
  if (known?.editor === editor) await ctx.db.delete("sharedDraftCarets", known._id);
}

/** Where the others are in a draft. Members who may not sign in any more are left out. */
export async function caretsOfOthers(ctx: QueryCtx, draftId: Draft["_id"], memberId: Id<"members">) {
  const others = (await caretsIn(ctx, draftId)).filter((caret) => caret.memberId !== memberId);
  const seen = await Promise.all(
    others.map(async (caret) => ({ caret, member: await findMemberOf(ctx, caret.orgId, caret.memberId) })),
  );
  return seen.flatMap(({ caret, member }) => {
    if (member?.status !== "active") return [];
    const { memberId: id, editor, version, anchor, head, tone } = caret;
    return [{ memberId: id, name: member.displayName, editor, version, anchor, head, tone }];
  });
}

/** Takes a caret away whose member pauses; looks again when they have moved since. */
export async function endPaused(ctx: MutationCtx, caretId: Id<"sharedDraftCarets">, now: number): Promise<void> {
  const caret = await ctx.db.get("sharedDraftCarets", caretId);
  if (caret === null) return;
  const pausesAt = caret.at + CARET_PAUSE_MS;
  if (now >= pausesAt) await ctx.db.delete("sharedDraftCarets", caretId);
  else await ctx.scheduler.runAt(pausesAt, internal.inbox.sharedDrafts.carets.jobs.endPaused, { caretId });
}

/** The draft goes: nobody is in it any more. */
export async function removeCarets(ctx: MutationCtx, draftId: Draft["_id"]): Promise<void> {
  for (const { _id } of await caretsIn(ctx, draftId)) await ctx.db.delete("sharedDraftCarets", _id);
}

async function caretsIn(ctx: QueryCtx, draftId: Draft["_id"]): Promise<Doc<"sharedDraftCarets">[]> {
  return await ctx.db
    .query("sharedDraftCarets")
    .withIndex("by_draft_member", (q) => q.eq("draftId", draftId))
    .take(MAX_CARETS);
}

async function caretOf(
  ctx: QueryCtx,
  draftId: Draft["_id"],
  memberId: Id<"members">,
): Promise<Doc<"sharedDraftCarets"> | null> {
  return await ctx.db
    .query("sharedDraftCarets")
    .withIndex("by_draft_member", (q) => q.eq("draftId", draftId).eq("memberId", memberId))
    .unique();
}
