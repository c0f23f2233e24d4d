import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Priority } from "../../lib/closedSets";
import { MINUTE_MS } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { requireClock } from "../../sla/model/clocks";
import { membersFor } from "../../sla/model/targets";
import { ESCALATED_MINUTES } from "../../sla/policies";
import type { SlaStage } from "../../sla/sets";
import { tellMade } from "../automatic/model";
import { missedDeadlineText } from "./text";
import { insertTask, patchTask } from "../model/rows";

/** Stages that are work for somebody; "critical" is for escalation and people only (product.md 0.2). */
const PRIORITIES: Partial<Record<SlaStage, Priority>> = { manager_escalation: "urgent", executive_alert: "critical" };

const createdBy = { kind: "system", name: "sla" } as const;

/**
 * Makes a missed deadline a task of whom the stage names (product.md A-34); the executive's alert raises the one that is
 * still open. Earlier stages are no work. The same stage again changes nothing.
 */
export async function escalateStage(ctx: MutationCtx, event: Doc<"domainEvents">): Promise<void> {
  const { orgId, payload } = event;
  const clockId = ctx.db.normalizeId("slaClocks", String(payload.clockId));
  const priority = PRIORITIES[payload.stage as SlaStage];
  if (clockId === null || priority === undefined) return;
  const key = `sla:${clockId}`;
  const known = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .order("desc")
    .first();
  const { facts } = await requireClock(ctx, clockId);
  const [assignee] = await membersFor(ctx, orgId, String(payload.to), facts.teamId);
  if (known === null) {
    await openTask(ctx, event, { key, priority, assigneeId: assignee?._id, clockId });
  } else if (priority === "critical" && known.priority !== "critical" && known.completedAt === undefined) {
    const raised = { priority, assigneeId: assignee?._id ?? known.assigneeId, occurrences: known.occurrences + 1 };
    await patchTask(ctx, known._id, { ...raised, lastAt: Date.now() });
  }
}

async function openTask(
  ctx: MutationCtx,
  { orgId, subject: { threadId } }: Doc<"domainEvents">,
  task: { key: string; priority: Priority; assigneeId: Id<"members"> | undefined; clockId: Id<"slaClocks"> },
): Promise<void> {
  const { clockId, ...fields } = task;
  const { kind: clock, facts, ...at } = await requireClock(ctx, clockId);
  const { locale, timezone } = await requireOrg(ctx, orgId);
  const now = Date.now();
  const dueAt = at.breachedAt ?? at.dueAt ?? now;
  const taskId = await insertTask(ctx, {
    orgId,
    ...missedDeadlineText({ clock, number: facts.number, dueAt }, { locale, timezone }),
    ...fields,
    taskType: "escalate",
    status: "open",
    createdBy,
    links: { queueIds: [], threadId },
    dueAt: now + ESCALATED_MINUTES * MINUTE_MS,
    occurrences: 1,
    lastAt: now,
  });
  const subject = { table: "tasks", id: taskId };
  await record(ctx, { orgId, actor: createdBy, action: "task.created", subject, details: { clockId } });
  await tellMade(ctx, taskId);
}
