import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { getConnection } from "../../connections/model";
import { appError } from "../../lib/errors";
import { recordDecision, setState } from "../model";
import type { DeadGroup } from "../deadLetters/schema";
import { deadGroups, Tally } from "./counts";
import { requeue } from "./operate";

/** Dead letters one transaction works on; each costs a few writes. */
const JOB_BATCH = 50;
const MAX_JOBS_SHOWN = 10;
const MAX_REASON_CHARS = 300;

/** As long as "Undo" stands on the screen (product.md 3.2): what was sent again cannot be called back. */
const GRACE_MS = 10_000;

type Order = {
  orgId: Id<"organisations">;
  memberId: Id<"members">;
  action: Doc<"deadLetterJobs">["action"];
  /** Absent: all dead letters. */
  group?: DeadGroup;
};

/**
 * Orders work on all dead letters, or on those of one group; it begins after the time to take it back. Throws `invalid`
 * for a discard without a reason, `not_found` for another organisation's connection.
 */
export async function beginDeadLetterJob(ctx: MutationCtx, order: Order): Promise<Id<"deadLetterJobs">> {
  const { orgId, memberId, action, group } = order;
  if (action.kind === "discard") requireReason(action.reason);
  await requireOwn(ctx, orgId, group);
  const now = Date.now();
  const beginsAt = now + GRACE_MS;
  const total = await countOf(ctx, orgId, group);
  const jobId = await ctx.db.insert("deadLetterJobs", { ...order, before: now, beginsAt, total, done: 0 });
  const scheduledId = await ctx.scheduler.runAt(beginsAt, internal.delivery.jobs.workOnDeadLetters, { jobId });
  await ctx.db.patch("deadLetterJobs", jobId, { scheduledId });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: action.kind === "requeue" ? "dead_letters.requeued" : "dead_letters.discarded",
    subject: { table: "deadLetterJobs", id: jobId },
    details: {
      deadReason: group?.reason ?? null,
      connectionId: group?.connectionId ?? null,
      total,
      reason: action.kind === "discard" ? action.reason : null,
    },
  });
  return jobId;
}

// One that was removed has left its dead letters behind.
async function requireOwn(ctx: QueryCtx, orgId: Id<"organisations">, group: DeadGroup | undefined): Promise<void> {
  if (group === undefined || group.connectionId === null) return;
  const connection = await getConnection(ctx, group.connectionId);
  if (connection !== null && connection.orgId !== orgId) throw appError("not_found", "This connection does not exist.");
}

async function countOf(ctx: QueryCtx, orgId: Id<"organisations">, wanted: DeadGroup | undefined): Promise<number> {
  const counted = await deadGroups(ctx, orgId);
  const isWanted = ({ reason, connectionId }: DeadGroup) =>
    wanted === undefined || (reason === wanted.reason && connectionId === wanted.connectionId);
  return counted.filter(({ group }) => isWanted(group)).reduce((sum, { count }) => sum + count, 0);
}

/**
 * Takes an order back: all of it before work began, else what is left. Throws `not_found` for another organisation's,
 * `conflict` when it is done.
 */
export async function stopDeadLetterJob(
  ctx: MutationCtx,
  { orgId, memberId, jobId }: { orgId: Id<"organisations">; memberId: Id<"members">; jobId: Id<"deadLetterJobs"> },
): Promise<void> {
  const job = await ctx.db.get("deadLetterJobs", jobId);
  if (job === null || job.orgId !== orgId) throw appError("not_found", "This order does not exist.");
  if (job.endedAt !== undefined) throw appError("conflict", "This is done already.");
  const hasBegun = Date.now() >= job.beginsAt;
  if (!hasBegun && job.scheduledId !== undefined) await ctx.scheduler.cancel(job.scheduledId);
  await ctx.db.patch("deadLetterJobs", jobId, { endedAt: Date.now(), isStopped: true });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: "dead_letters.stopped",
    subject: { table: "deadLetterJobs", id: jobId },
    details: { done: job.done },
  });
}

/** A reason for discarding, tidied. Throws `invalid` when there is none. */
export function requireReason(text: string): string {
  const reason = text.trim();
  if (reason === "" || reason.length > MAX_REASON_CHARS) {
    throw appError("invalid", `Say why, in at most ${MAX_REASON_CHARS} characters.`, { field: "reason" });
  }
  return reason;
}

/** Works on one batch. Returns true when there is more. Each message is looked at once: later deaths are left alone. */
export async function continueDeadLetterJob(ctx: MutationCtx, jobId: Id<"deadLetterJobs">): Promise<boolean> {
  const job = await ctx.db.get("deadLetterJobs", jobId);
  if (job === null || job.endedAt !== undefined) return false;
  const rows = await deadLettersBefore(ctx, job);
  const now = Date.now();
  const tally = new Tally();
  for (const row of rows) await workOn(ctx, row, job, now, tally);
  await tally.write(ctx);
  const hasMore = rows.length === JOB_BATCH;
  await ctx.db.patch("deadLetterJobs", jobId, {
    done: job.done + rows.length,
    ...(hasMore ? {} : { endedAt: now }),
  });
  return hasMore;
}

async function deadLettersBefore(ctx: QueryCtx, job: Doc<"deadLetterJobs">): Promise<Doc<"messageQueue">[]> {
  const { orgId, group, before } = job;
  return await deadRows(ctx, orgId, group, before).take(JOB_BATCH);
}

/** The dead letters of an organisation, or of one group of them, that died by then: in the order of their death. */
export function deadRows(ctx: QueryCtx, orgId: Id<"organisations">, group: DeadGroup | undefined, before?: number) {
  const until = before ?? Number.MAX_SAFE_INTEGER;
  if (group === undefined) {
    return ctx.db
      .query("messageQueue")
      .withIndex("by_org_dead", (q) => q.eq("orgId", orgId).gt("deadAt", 0).lte("deadAt", until));
  }
  const { reason, connectionId } = group;
  return ctx.db.query("messageQueue").withIndex("by_org_dead_group", (q) =>
    q
      .eq("orgId", orgId)
      .eq("deadReason", reason)
      .eq("connectionId", connectionId ?? undefined)
      .gt("deadAt", 0)
      .lte("deadAt", until),
  );
}

async function workOn(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { action, memberId }: Doc<"deadLetterJobs">,
  now: number,
  tally: Tally,
): Promise<void> {
  if (action.kind === "requeue") {
    await recordDecision(ctx, row, { stage: "requeue", rule: "member", outcome: "queued", inputs: { memberId } });
    await requeue(ctx, row, now, tally);
  } else {
    await discard(ctx, row, { memberId, reason: action.reason }, now, tally);
  }
}

/** Ends a dead letter, with the reason a member gave; what it died of is kept with the decision, to be restored from. */
export async function discard(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { memberId, reason }: { memberId: Id<"members">; reason: string },
  now: number,
  tally?: Tally,
): Promise<void> {
  const died = row.state.kind === "dead" ? { deadAt: row.state.at, ...diedOf(row.state.failure) } : {};
  const inputs = { memberId, reason, deadReason: row.deadReason ?? null, ...died };
  await recordDecision(ctx, row, { stage: "discard", rule: "member", outcome: "cancelled", inputs });
  const changes = { deadAt: undefined, deadReason: undefined };
  await setState(ctx, row, { kind: "cancelled", at: now, reason }, changes, tally);
}

function diedOf({ class: failureClass, code, reason }: { class: string; code?: string; reason: string }) {
  return { failureClass, failureCode: code ?? null, failureReason: reason };
}

/** The latest orders of an organisation, newest first. */
export async function listDeadLetterJobs(ctx: QueryCtx, orgId: Id<"organisations">) {
  const jobs = await ctx.db
    .query("deadLetterJobs")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .take(MAX_JOBS_SHOWN);
  return jobs.map(({ _id, _creationTime, action, group, beginsAt, total, done, endedAt, isStopped }) => {
    return { id: _id, action, group, orderedAt: _creationTime, beginsAt, total, done, endedAt, isStopped };
  });
}
