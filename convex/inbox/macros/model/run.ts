import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { emit } from "../../../events/model";
import { appError } from "../../../lib/errors";
import { addCalendarDays } from "../../../lib/time";
import { requireMemberOf, requireOrg } from "../../../orgs/model";
import { assignToTeam } from "../../assignment/model/work";
import { replyToOne } from "../../bulk/replies/model";
import { getDraft, saveDraft } from "../../model/drafts";
import { changeThread } from "../../model/fields";
import { ownThread } from "../../model/rows";
import { addNote, assignThread, setThreadStatus } from "../../model/work";
import { setPersonal } from "../../personal/model";
import { docOfText, joinDocs } from "../../sending/joinDocs";
import { snoozeThread } from "../../snooze/model";
import { holderOf } from "../rules";
import type { MacroBefore, MacroStep } from "../schema";
import { planFor } from "./plan";

// A macro on one conversation: one transaction of its own, so that a refused step leaves nothing behind.

/** Snoozed and due things come back before the day begins. */
const MORNING = "08:00";

type Run = { operationId: Id<"bulkOperations">; memberId: Id<"members">; threadId: Id<"threads"> };
type By = { orgId: Id<"organisations">; member: Doc<"members">; operationId: Id<"bulkOperations"> };

/**
 * Does to one conversation what its order says, as the member would by hand. Returns what it was before; null when there
 * was nothing to change. Throws `invalid` where a step would be refused: the conversation is left alone then.
 */
export async function runOnOne(
  ctx: MutationCtx,
  { operationId, memberId, threadId }: Run,
): Promise<MacroBefore | null> {
  const operation = await ctx.db.get("bulkOperations", operationId);
  if (operation?.action.kind !== "macro") return null;
  const { orgId } = operation;
  const { steps } = operation.action;
  const by: By = { orgId, member: await requireMemberOf(ctx, orgId, memberId), operationId };
  const thread = await ownThread(ctx, orgId, threadId);
  const { plans, outcome, replyText } = await planFor(ctx, by.member, thread, steps);
  if (outcome === "same") return null;
  if (outcome === "refused") throw appError("invalid", "The macro does not fit this conversation.", { field: "steps" });
  const doing = steps.filter((_, index) => plans[index]?.outcome === "change");
  // An answer that closes does so when it leaves: taken back in time, nothing was closed.
  const closes = steps.some((step) => step.kind === "status" && step.status === "closed");
  const isSent = doing.some((step) => step.kind === "reply" && step.send);
  const before: MacroBefore = {};
  for (const step of doing) {
    if (isSent && closes && step.kind === "status") continue;
    const words = step.kind === "reply" ? { text: replyText ?? "", close: closes } : null;
    Object.assign(before, await doStep(ctx, by, await ownThread(ctx, orgId, threadId), step, { before, words }));
  }
  return before;
}

type Meanwhile = { before: MacroBefore; words: { text: string; close: boolean } | null };

async function doStep(
  ctx: MutationCtx,
  by: By,
  thread: Doc<"threads">,
  step: MacroStep,
  { before, words }: Meanwhile,
): Promise<MacroBefore> {
  const { member, operationId } = by;
  const on = { ...by, threadId: thread._id };
  switch (step.kind) {
    case "reply":
      if (words === null) return {};
      if (!step.send) return await draftReply(ctx, member, thread, { ...step, text: words.text });
      await replyToOne(ctx, by, thread, { ...words, templateId: step.templateId });
      return { isSent: true };
    case "note":
      return { noteId: await addNote(ctx, { ...on, text: step.text, clientId: `macro:${operationId}` }) };
    case "tag":
    case "untag":
      return await setTag(ctx, by, thread, step, before);
    case "type":
      await changeThread(ctx, by, thread._id, { threadType: step.threadType });
      return { threadType: { before: thread.threadType, after: step.threadType } };
    case "priority":
      await changeThread(ctx, by, thread._id, { priority: step.priority });
      return { priority: { before: thread.priority, after: step.priority } };
    case "team":
      await assignToTeam(ctx, member, { threadId: thread._id, teamId: step.teamId });
      return await placeAfter(ctx, thread, before);
    case "assign":
      await assignThread(ctx, { ...on, assigneeId: holderOf(step.assigneeId, member._id) });
      return await placeAfter(ctx, thread, before);
    case "task":
      return await askForTask(ctx, by, thread, step, before);
    case "follow":
      await setPersonal(ctx, thread, member._id, { isFollowing: true });
      return { isFollowing: false };
    case "status":
      await setThreadStatus(ctx, { ...on, status: step.status });
      return { status: { before: thread.status, after: step.status }, ...snoozeBefore(thread, before) };
    case "snooze":
      await snoozeThread(ctx, { ...on, until: step.days === null ? null : await morningIn(ctx, thread, step.days) });
      return snoozeBefore(thread, before);
  }
}

async function draftReply(
  ctx: MutationCtx,
  { _id: memberId }: Doc<"members">,
  thread: Doc<"threads">,
  { text, templateId }: { text: string; templateId: Id<"templates"> },
): Promise<MacroBefore> {
  const begun = await getDraft(ctx, thread._id, memberId, "reply");
  const written = joinDocs(docOfText(text), begun?.doc);
  const parts = begun?.parts ?? { kind: "reply" as const, fileIds: [] };
  await saveDraft(ctx, thread, memberId, { mode: "reply", doc: written, parts: { ...parts, templateId } });
  return { draft: { written, before: begun === null ? null : { doc: begun.doc, parts: begun.parts } } };
}

async function setTag(
  ctx: MutationCtx,
  by: By,
  { _id, tags }: Doc<"threads">,
  { kind, tag }: Extract<MacroStep, { kind: "tag" | "untag" }>,
  { tags: known = { added: [], removed: [] } }: MacroBefore,
): Promise<MacroBefore> {
  const isAdded = kind === "tag";
  await changeThread(ctx, by, _id, { tags: isAdded ? [...tags, tag] : tags.filter((each) => each !== tag) });
  const { added, removed } = known;
  return { tags: isAdded ? { added: [...added, tag], removed } : { added, removed: [...removed, tag] } };
}

// A team's rules may have given it to somebody at once.
async function placeAfter(ctx: MutationCtx, thread: Doc<"threads">, { place }: MacroBefore): Promise<MacroBefore> {
  const now = await ownThread(ctx, thread.orgId, thread._id);
  const { teamId = null, assigneeId = null, neededSkills = [] } = thread;
  const after = { teamId: now.teamId ?? null, assigneeId: now.assigneeId ?? null };
  return { place: { ...(place ?? { teamId, assigneeId, neededSkills }), after } };
}

async function askForTask(
  ctx: MutationCtx,
  { orgId, member, operationId }: By,
  thread: Doc<"threads">,
  { title, dueDays, assigneeId }: Extract<MacroStep, { kind: "task" }>,
  { taskKeys = [] }: MacroBefore,
): Promise<MacroBefore> {
  const { _id: threadId, contactId } = thread;
  const key = `macro:${operationId}:${threadId}:${taskKeys.length}`;
  const payload = {
    key,
    isWanted: true,
    title,
    assigneeId: holderOf(assigneeId, member._id),
    dueAt: dueDays === null ? null : await morningIn(ctx, thread, dueDays),
    by: member._id,
  };
  await emit(ctx, { orgId, kind: "task.asked", subject: { threadId, contactId }, payload });
  return { taskKeys: [...taskKeys, key] };
}

async function morningIn(ctx: MutationCtx, { orgId }: Doc<"threads">, days: number): Promise<number> {
  return addCalendarDays(Date.now(), (await requireOrg(ctx, orgId)).timezone, days, MORNING);
}

function snoozeBefore({ snoozedUntil }: Doc<"threads">, { snooze }: MacroBefore): MacroBefore {
  return { snooze: snooze ?? { before: snoozedUntil ?? null, wasSnoozed: snoozedUntil !== undefined } };
}
