import type { Infer } from "convex/values";
import { components } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { SECOND_MS } from "../../lib/time";
import { findMemberOf } from "../../orgs/model";
import { attachmentsOf, detach, handOver } from "../attachments/model";
import { noteTalk } from "../humanFirst/model";
import { checkDraftParts, getDraft, MAX_DRAFT_CHARS, removeDraft, saveDraft } from "../model/drafts";
import { requireThread } from "../model/rows";
import type { DraftParts } from "../recipients/schema";
import { joinDocs } from "../sending/joinDocs";
import { removeCarets } from "./carets/model";
import type { vSharedDraftSeen } from "./schema";

export type SharedDraftSeen = Infer<typeof vSharedDraftSeen>;

type Caller = { orgId: Id<"organisations">; member: Doc<"members"> };

/** One is shared at a time; merging conversations may bring more together. */
const MAX_SHARED = 10;
const MAX_PRIVATE = 50;
/** "Is writing" is noted so often, not with every letter. */
const WRITER_NOTED_EVERY_MS = 10 * SECOND_MS;
/** What an editor sends at once; the component's client sends a thousand at most. */
const MAX_STEPS = 1_000;

const { lib } = components.prosemirrorSync;

/** A draft of this organisation, in a conversation the caller may open. Throws `not_found`. */
export async function requireSharedDraft(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  draftId: Id<"sharedDrafts">,
): Promise<Doc<"sharedDrafts">> {
  const draft = await ctx.db.get("sharedDrafts", draftId);
  if (draft === null || draft.orgId !== orgId) throw gone();
  await requireThread(ctx, orgId, draft.threadId);
  return draft;
}

/** The same; null for a draft that is gone: whoever has it open learns of its end by their list. */
export async function findSharedDraft(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  draftId: Id<"sharedDrafts">,
): Promise<Doc<"sharedDrafts"> | null> {
  if ((await ctx.db.get("sharedDrafts", draftId)) === null) return null;
  return await requireSharedDraft(ctx, orgId, draftId);
}

function gone() {
  return appError("not_found", "This draft was sent or discarded.");
}

/** The drafts written together in a thread, oldest first, and which colleagues have one of their own there. */
export async function draftsOnThread(ctx: QueryCtx, { orgId, member }: Caller, threadId: Id<"threads">) {
  const shared = await sharedIn(ctx, threadId);
  const own = await ctx.db
    .query("drafts")
    .withIndex("by_thread_member", (q) => q.eq("threadId", threadId))
    .take(MAX_PRIVATE);
  const others = own.filter(({ mode, memberId }) => mode === "reply" && memberId !== member._id);
  const people = await Promise.all(others.map(({ memberId }) => activeMember(ctx, orgId, memberId)));
  return {
    shared: await Promise.all(
      shared.map(async ({ _id, startedBy, writers, parts }) => ({
        id: _id,
        isMine: startedBy === member._id,
        startedBy: await nameOf(ctx, orgId, startedBy),
        writers: (
          await Promise.all(
            writers.map(async (writer) => ({ ...writer, member: await activeMember(ctx, orgId, writer.memberId) })),
          )
        ).flatMap(({ memberId, at, member: who }) => (who === null ? [] : [{ memberId, at, name: who.displayName }])),
        parts,
        files: await attachmentsOf(ctx, orgId, parts?.fileIds ?? []),
      })),
    ),
    others: people.flatMap((person) => (person === null ? [] : [{ memberId: person._id, name: person.displayName }])),
  };
}

async function activeMember(ctx: QueryCtx, orgId: Id<"organisations">, memberId: Id<"members">) {
  const member = await findMemberOf(ctx, orgId, memberId);
  return member?.status === "active" ? member : null;
}

async function nameOf(ctx: QueryCtx, orgId: Id<"organisations">, memberId: Id<"members">): Promise<string> {
  return (await findMemberOf(ctx, orgId, memberId))?.displayName ?? "";
}

async function sharedIn(ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"sharedDrafts">[]> {
  return await ctx.db
    .query("sharedDrafts")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(MAX_SHARED);
}

/**
 * Lets the team write in the caller's answer: their own draft becomes the shared one. `doc` is Tiptap JSON text. Throws
 * `conflict` when one is shared in the thread already, `invalid` when it is too much.
 */
export async function share(
  ctx: MutationCtx,
  { orgId, member }: Caller,
  { threadId, doc, parts }: { threadId: Id<"threads">; doc: string; parts?: DraftParts | undefined },
): Promise<Id<"sharedDrafts">> {
  const thread = await requireThread(ctx, orgId, threadId);
  checkSize(doc);
  checkDraftParts(parts);
  const known = (await sharedIn(ctx, thread._id))[0];
  if (known !== undefined) {
    throw appError(
      "conflict",
      `${await nameOf(ctx, orgId, known.startedBy)} shares a draft here already: write in that one.`,
    );
  }
  const draftId = await ctx.db.insert("sharedDrafts", {
    orgId,
    threadId: thread._id,
    startedBy: member._id,
    parts,
    writers: [{ memberId: member._id, at: Date.now() }],
  });
  await ctx.runMutation(lib.submitSnapshot, { id: draftId, version: 1, content: doc });
  await removeDraft(ctx, thread._id, member._id, "reply");
  return draftId;
}

/**
 * Makes a shared draft its starter's own again, behind what they began since. Throws `forbidden` for anybody else,
 * `conflict` when it was written on after `version`.
 */
export async function keepToMyself(
  ctx: MutationCtx,
  { orgId, member }: Caller,
  { draftId, version, doc }: SharedDraftSeen & { doc: string },
): Promise<void> {
  const draft = await requireSharedDraft(ctx, orgId, draftId);
  if (draft.startedBy !== member._id) throw appError("forbidden", "Only who shared this draft can take it back.");
  await checkVersion(ctx, draftId, version);
  const thread = await requireThread(ctx, orgId, draft.threadId);
  const begun = await getDraft(ctx, thread._id, member._id, "reply");
  await handOver(ctx, { orgId, member }, draft.parts?.fileIds ?? []);
  await saveDraft(ctx, thread, member._id, { mode: "reply", doc: joinDocs(doc, begun?.doc), parts: draft.parts });
  await remove(ctx, draftId);
}

/** Keeps who the shared answer goes to and what goes with it: the last who chose is right. */
export async function saveParts(
  ctx: MutationCtx,
  { orgId }: Caller,
  { draftId, parts }: { draftId: Id<"sharedDrafts">; parts: DraftParts },
): Promise<void> {
  await requireSharedDraft(ctx, orgId, draftId);
  checkDraftParts(parts);
  await ctx.db.patch("sharedDrafts", draftId, { parts });
}

/** Throws a shared draft away for everybody, with the caller's files in it; nothing happens when it is gone. */
export async function discardShared(ctx: MutationCtx, caller: Caller, draftId: Id<"sharedDrafts">): Promise<void> {
  const draft = await findSharedDraft(ctx, caller.orgId, draftId);
  if (draft === null) return;
  const fileIds = draft.parts?.fileIds ?? [];
  await handOver(ctx, caller, fileIds);
  for (const { fileId } of await attachmentsOf(ctx, caller.orgId, fileIds)) await detach(ctx, caller, fileId);
  await remove(ctx, draftId);
}

/**
 * The draft goes out now: nobody sends it again, and its files are the sender's. Throws `conflict` when it is gone, or
 * when a colleague wrote in it after what the sender saw.
 */
export async function takeSharedDraft(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { draftId, version, fileIds, ...caller }: Caller & SharedDraftSeen & { fileIds: readonly Id<"files">[] },
): Promise<void> {
  const draft = await ctx.db.get("sharedDrafts", draftId);
  if (draft === null || draft.threadId !== thread._id) {
    throw appError("conflict", "A colleague sent or discarded this draft in the meantime.", { field: "sharedDraft" });
  }
  await checkVersion(ctx, draftId, version);
  const inDraft = new Set(draft.parts?.fileIds ?? []);
  await handOver(
    ctx,
    caller,
    fileIds.filter((fileId) => inDraft.has(fileId)),
  );
  await remove(ctx, draftId);
}

async function checkVersion(ctx: QueryCtx, draftId: Id<"sharedDrafts">, version: number): Promise<void> {
  if ((await ctx.runQuery(lib.latestVersion, { id: draftId })) === version) return;
  throw appError("conflict", "A colleague is still writing in this draft. Read it again, then send.", {
    field: "sharedDraft",
  });
}

async function remove(ctx: MutationCtx, draftId: Id<"sharedDrafts">): Promise<void> {
  await ctx.runMutation(lib.deleteDocument, { id: draftId });
  await removeCarets(ctx, draftId);
  await ctx.db.delete("sharedDrafts", draftId);
}

/** The newest whole text, or the newest up to `version`. */
export async function snapshotOf(
  ctx: QueryCtx,
  draftId: Id<"sharedDrafts">,
  version?: number,
): Promise<{ content: null } | { content: string; version: number }> {
  return await ctx.runQuery(lib.getSnapshot, { id: draftId, version });
}

/** Which version the words have reached; null for a draft that is gone. */
export async function latestVersion(ctx: QueryCtx, { orgId }: Caller, draftId: Id<"sharedDrafts">) {
  // An error here would take the page down with it.
  if ((await findSharedDraft(ctx, orgId, draftId)) === null) return null;
  return await ctx.runQuery(lib.latestVersion, { id: draftId });
}

/** What was done after `version`, in order, and by which editors. */
export async function stepsAfter(ctx: QueryCtx, draftId: Id<"sharedDrafts">, version: number) {
  return await ctx.runQuery(lib.getSteps, { id: draftId, version });
}

/**
 * Takes what an editor did on top of `version`, or answers what came before it: the editor rebases and asks again.
 * Throws `not_found` for a draft that is gone, `invalid` for more than a draft holds.
 */
export async function submitSteps(
  ctx: MutationCtx,
  { orgId, member }: Caller,
  { id, ...edit }: { id: Id<"sharedDrafts">; version: number; clientId: string | number; steps: string[] },
) {
  const draft = await requireSharedDraft(ctx, orgId, id);
  if (edit.steps.length > MAX_STEPS) throw appError("invalid", "This is too much at once.", { field: "steps" });
  checkSize(edit.steps.join(""));
  const answer = await ctx.runMutation(lib.submitSteps, { id, ...edit });
  if (answer.status === "synced") await noteWriter(ctx, draft, member._id);
  return answer;
}

async function noteWriter(ctx: MutationCtx, draft: Doc<"sharedDrafts">, memberId: Id<"members">): Promise<void> {
  const now = Date.now();
  const known = draft.writers.find((writer) => writer.memberId === memberId);
  if (known !== undefined && known.at > now - WRITER_NOTED_EVERY_MS) return;
  const others = draft.writers.filter((writer) => writer !== known);
  await ctx.db.patch("sharedDrafts", draft._id, { writers: [...others, { memberId, at: now }] });
  await noteTalk(ctx, await requireThread(ctx, draft.orgId, draft.threadId), memberId);
}

/** Keeps the whole text at a version, so that nobody reads every step again. */
export async function submitSnapshot(
  ctx: MutationCtx,
  { orgId }: Caller,
  { id, version, content }: { id: Id<"sharedDrafts">; version: number; content: string },
): Promise<void> {
  await requireSharedDraft(ctx, orgId, id);
  checkSize(content);
  const latest = await ctx.runQuery(lib.latestVersion, { id });
  if (latest === null || version > latest)
    throw appError("invalid", "This version does not exist.", { field: "version" });
  await ctx.runMutation(lib.submitSnapshot, { id, version, content, pruneSnapshots: true });
}

function checkSize(text: string): void {
  if (text.length > MAX_DRAFT_CHARS) throw appError("invalid", "This draft is too long to be kept.", { field: "doc" });
}

/** The shared drafts of a conversation go on in the one it was merged into. Returns which. */
export async function moveSharedDrafts(
  ctx: MutationCtx,
  sourceId: Id<"threads">,
  targetId: Id<"threads">,
): Promise<Id<"sharedDrafts">[]> {
  const drafts = await sharedIn(ctx, sourceId);
  for (const { _id } of drafts) await ctx.db.patch("sharedDrafts", _id, { threadId: targetId });
  return drafts.map(({ _id }) => _id);
}

/** The merge was undone: a draft that still lies where it was put goes back. */
export async function moveSharedDraftBack(
  ctx: MutationCtx,
  { sourceId, targetId }: { sourceId: Id<"threads">; targetId: Id<"threads"> },
  draftId: Id<"sharedDrafts">,
): Promise<void> {
  const draft = await ctx.db.get("sharedDrafts", draftId);
  if (draft?.threadId === targetId) await ctx.db.patch("sharedDrafts", draftId, { threadId: sourceId });
}

/** The texts of a conversation are removed: what was being written in it goes too. */
export async function purgeSharedDrafts(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  for (const { _id } of await sharedIn(ctx, threadId)) await remove(ctx, _id);
}
