import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { asRule, setListener } from "../../../events/model";
import { appError } from "../../../lib/errors";
import { clockTime, localDay } from "../../../lib/time";
import { isAway } from "../../../lib/threadScope";
import { findMemberOf, requireOrg } from "../../../orgs/model";
import { membersFor } from "../../../sla/model/targets";
import { createAutomaticTask } from "../../automatic/model";
import { dueWithin, rulesOf, setRules } from "../model";
import { THREAD_TRIGGERS, type ThreadTrigger, type ThreadTriggers } from "../sets";
import {
  decideTriggers,
  DEFAULT_THREAD_TRIGGERS,
  TRIGGER_MINUTES,
  triggerWords,
  type TriggerMoment,
} from "../threadRules";
import { patchTask } from "../../model/rows";

// Tasks that conversations make by themselves (product.md A-37).

/** The optional reaction of events/subscriptions.ts: organisations without a trigger do not run it. */
const REACTION = "tasks.onThread";
/** Tasks of one kind that one conversation made; more answers than that are followed up by nobody. */
const MAX_OF_THREAD = 200;
const CREATED_BY = { kind: "system", name: "task_trigger" } as const;

/** The organisation's rules for conversations: what was set, else the defaults. */
export async function threadTriggers(ctx: QueryCtx, orgId: Id<"organisations">): Promise<ThreadTriggers> {
  return { ...DEFAULT_THREAD_TRIGGERS, ...(await rulesOf(ctx, orgId))?.threads };
}

/** Sets one of them, from now on. Throws `invalid` for a time that is not offered, and for a rule about no conversation. */
export async function setThreadTrigger(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  trigger: ThreadTrigger,
  rule: ThreadTriggers[ThreadTrigger],
): Promise<void> {
  if (!TRIGGER_MINUTES.some((known) => known === rule.withinMinutes)) {
    throw appError("invalid", `Choose one of ${TRIGGER_MINUTES.join(", ")} minutes.`, { field: "withinMinutes" });
  }
  if (rule.isOn && rule.threadTypes.length === 0) {
    throw appError("invalid", "Choose the conversations this is about.", { field: "threadTypes" });
  }
  const threads = { ...(await threadTriggers(ctx, orgId)), [trigger]: rule };
  await setRules(ctx, orgId, { threads });
  await setListener(
    ctx,
    orgId,
    REACTION,
    THREAD_TRIGGERS.some((each) => threads[each].isOn),
  );
  const { isOn, withinMinutes, threadTypes } = rule;
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "task_triggers.changed",
    subject: { table: "organisations", id: orgId },
    details: { trigger, isOn, withinMinutes, threadTypes: threadTypes.join(", ") },
  });
}

/** A moment of a conversation: makes and takes away the tasks that follow from it. The same event again changes nothing. */
export async function followThread(ctx: MutationCtx, event: Doc<"domainEvents">): Promise<void> {
  const { orgId, subject, kind } = event;
  const threadId = ctx.db.normalizeId("threads", subject.threadId ?? "");
  const thread = threadId === null ? null : await ctx.db.get("threads", threadId);
  if (thread === null || thread.orgId !== orgId) return;
  const rules = await threadTriggers(ctx, orgId);
  const facts = {
    threadType: thread.threadType,
    priority: thread.priority,
    isOpen: thread.isOpen === true,
    isAway: thread.isSpam === true || isAway(thread),
    isAwaitingUs: thread.lastMessageType === "incoming" && thread.lastMessageAt >= event.at,
  };
  const { make, drop } = decideTriggers(kind as TriggerMoment, facts, rules);
  for (const trigger of drop) await dropTask(ctx, event, thread, trigger);
  for (const trigger of make) {
    const named = { orgId, rule: `task_trigger:${trigger}` };
    await asRule(ctx, named, async (by) => await makeTask(by, event, thread, { trigger, rule: rules[trigger] }));
  }
}

async function makeTask(
  ctx: MutationCtx,
  event: Doc<"domainEvents">,
  thread: Doc<"threads">,
  { trigger, rule }: { trigger: ThreadTrigger; rule: ThreadTriggers[ThreadTrigger] },
): Promise<void> {
  const { orgId, _id: threadId, contactId, priority, number } = thread;
  const dueAt = await dueWithin(ctx, orgId, rule, event.at);
  const known = await newestTask(ctx, thread, trigger);
  const again = known === null ? "new" : whatAgain(trigger, known, event);
  if (again === "nothing") return;
  const { locale, timezone } = await requireOrg(ctx, orgId);
  const at = `${localDay(event.at, timezone).date} ${clockTime(event.at, timezone)}`;
  const { title, reason: description } = triggerWords(locale, trigger, { number, at });
  if (known !== null && again === "move") {
    const occurrences = known.occurrences + 1;
    return await patchTask(ctx, known._id, { dueAt, description, lastAt: event.at, occurrences });
  }
  await createAutomaticTask(ctx, {
    orgId,
    by: CREATED_BY.name,
    key: `${keyOf(trigger, threadId)}:${event._id}`,
    title,
    description,
    taskType: trigger,
    priority,
    dueAt,
    assigneeId: await holderOf(ctx, event, thread, trigger),
    about: { threadId, contactId },
    at: event.at,
  });
}

// An answer moves the follow-up that waits; what is documented or approved is so once, unless it was taken away.
function whatAgain(
  trigger: ThreadTrigger,
  { status, lastAt }: Doc<"tasks">,
  { at }: Doc<"domainEvents">,
): "nothing" | "move" | "new" {
  if (lastAt >= at) return "nothing";
  if (status === "cancelled") return "new";
  if (trigger !== "follow_up") return "nothing";
  return status === "completed" ? "new" : "move";
}

/** Takes a task away that nobody began and that is not of a later moment. */
async function dropTask(
  ctx: MutationCtx,
  { orgId, at, kind }: Doc<"domainEvents">,
  thread: Doc<"threads">,
  trigger: ThreadTrigger,
): Promise<void> {
  const known = await newestTask(ctx, thread, trigger);
  if (known === null || known.status !== "open" || known.lastAt > at) return;
  await patchTask(ctx, known._id, { status: "cancelled", lastAt: at, remindAt: undefined });
  const subject = { table: "tasks", id: known._id };
  await record(ctx, {
    orgId,
    actor: CREATED_BY,
    action: "task.changed",
    subject,
    details: { status: "cancelled", reason: kind },
  });
}

async function newestTask(ctx: QueryCtx, { orgId, _id }: Doc<"threads">, trigger: ThreadTrigger) {
  const key = keyOf(trigger, _id);
  // ";" follows ":": these are the keys that begin with this one.
  const all = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).gte("key", `${key}:`).lt("key", `${key};`))
    .take(MAX_OF_THREAD);
  return all.reduce<Doc<"tasks"> | null>(
    (newest, task) => (newest === null || task.lastAt > newest.lastAt ? task : newest),
    null,
  );
}

function keyOf(trigger: ThreadTrigger, threadId: Id<"threads">): string {
  return `${trigger}:${threadId}`;
}

// Who answered follows up, who has the conversation documents it, who leads the team approves.
async function holderOf(
  ctx: QueryCtx,
  { orgId, payload }: Doc<"domainEvents">,
  { assigneeId, teamId }: Doc<"threads">,
  trigger: ThreadTrigger,
): Promise<Id<"members"> | undefined> {
  if (trigger === "approval_request") return (await membersFor(ctx, orgId, "role:team_lead", teamId))[0]?._id;
  const by = ctx.db.normalizeId("members", String(payload.by ?? ""));
  const answered = by === null ? null : await findMemberOf(ctx, orgId, by);
  return assigneeId ?? (answered?.status === "active" ? answered._id : undefined);
}
