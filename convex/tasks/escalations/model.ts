import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { requireContact } from "../../contacts/model";
import { requireMessage } from "../../delivery/model";
import { settingsOf } from "../../delivery/settings/model";
import { customerLanguage } from "../../lib/languages";
import { MINUTE_MS } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { tellMade } from "../automatic/model";
import { escalationKey, escalationOf, UNDECIDED_RULE, type GivenUp, type Trouble } from "../escalation";
import type { TaskStatus } from "../schema";
import { insertTask, patchTask } from "../model/rows";

/** Messages a task links to; more are counted only. */
const MAX_LINKED = 20;
/** Tasks of one key that are looked at; one is open at a time. */
const MAX_OF_KEY = 20;

const ENDED: readonly TaskStatus[] = ["completed", "cancelled"];

/**
 * Makes a task of a message that was given up or left undecided, where the organisation wants that of its lane; the same trouble again is
 * counted on the task that is open. The same message again changes nothing.
 */
export async function escalateMessage(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  queueIdText: string,
): Promise<void> {
  const queueId = ctx.db.normalizeId("messageQueue", queueIdText);
  if (queueId === null) return;
  const row = await requireMessage(ctx, orgId, queueId);
  const { alertSettings } = (await settingsOf(ctx, orgId)).trackingSettings;
  const trouble = troubleOf(row);
  if (trouble === null || !alertSettings.escalatesLanes.includes(row.lane)) return;
  const message = await givenUp(ctx, row, trouble);
  const known = await openTaskOf(ctx, orgId, escalationKey(message));
  if (known === null) await openEscalation(ctx, row, message, alertSettings);
  else if (!known.links.queueIds.includes(queueId)) await countOn(ctx, known, queueId);
}

// What a person has to look at, or null: the message may have moved on before the reaction ran.
function troubleOf({ state, deadReason }: Doc<"messageQueue">): Trouble | null {
  if (state.kind === "unknown") return { rule: UNDECIDED_RULE, failureClass: UNDECIDED_RULE, reason: state.reason };
  if (!("failure" in state)) return null;
  return { rule: deadReason ?? state.kind, failureClass: state.failure.class, reason: state.failure.reason };
}

async function givenUp(ctx: QueryCtx, row: Doc<"messageQueue">, trouble: Trouble): Promise<GivenUp> {
  const contact = await requireContact(ctx, row.orgId, row.contactId);
  return {
    lane: row.lane,
    channel: row.routedChannel ?? row.channel,
    subject: row.subject,
    contactName: contact.name,
    ...trouble,
    connectionId: row.connectionId ?? null,
  };
}

async function openTaskOf(ctx: QueryCtx, orgId: Id<"organisations">, key: string): Promise<Doc<"tasks"> | null> {
  const tasks = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .order("desc")
    .take(MAX_OF_KEY);
  return tasks.find(({ status }) => !ENDED.includes(status)) ?? null;
}

async function openEscalation(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  message: GivenUp,
  { escalationDueMinutes, escalatesTo }: { escalationDueMinutes: number; escalatesTo?: Id<"members"> },
): Promise<void> {
  const { orgId, _id: queueId, contactId } = row;
  const { locale } = await requireOrg(ctx, orgId);
  const now = Date.now();
  const createdBy = { kind: "system", name: "delivery" } as const;
  const taskId = await insertTask(ctx, {
    orgId,
    ...escalationOf(message, customerLanguage(locale)),
    taskType: "escalate",
    status: "open",
    assigneeId: escalatesTo,
    createdBy,
    links: { queueIds: [queueId], contactId },
    dueAt: now + escalationDueMinutes * MINUTE_MS,
    key: escalationKey(message),
    occurrences: 1,
    lastAt: now,
  });
  const subject = { table: "tasks", id: taskId };
  await record(ctx, { orgId, actor: createdBy, action: "task.created", subject, details: { queueId } });
  await tellMade(ctx, taskId);
}

async function countOn(ctx: MutationCtx, task: Doc<"tasks">, queueId: Id<"messageQueue">): Promise<void> {
  const queueIds = [...task.links.queueIds, queueId].slice(-MAX_LINKED);
  await patchTask(ctx, task._id, {
    links: { ...task.links, queueIds },
    occurrences: task.occurrences + 1,
    lastAt: Date.now(),
  });
}
