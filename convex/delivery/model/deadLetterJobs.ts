import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { recordDecision, setState } from "../model";
import { Tally } from "./counts";
import { requeue } from "./operate";

/** Dead letters one transaction works on; each costs a few writes. */
const JOB_BATCH = 50;
const MAX_JOBS_SHOWN = 10;
const MAX_REASON_CHARS = 300;

type Order = {
  orgId: Id<"organisations">;
  memberId: Id<"members">;
  action: Doc<"deadLetterJobs">["action"];
  deadReason?: string;
};

/** Begins work on all dead letters, or on those given up by one rule. Throws `invalid` for a discard without a reason. */
export async function beginDeadLetterJob(ctx: MutationCtx, order: Order): Promise<Id<"deadLetterJobs">> {
  const { orgId, memberId, action, deadReason } = order;
  if (action.kind === "discard") requireReason(action.reason);
  const jobId = await ctx.db.insert("deadLetterJobs", { ...order, before: Date.now(), done: 0 });
  await ctx.scheduler.runAfter(0, internal.delivery.jobs.workOnDeadLetters, { jobId });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: action.kind === "requeue" ? "dead_letters.requeued" : "dead_letters.discarded",
    subject: { table: "deadLetterJobs", id: jobId },
    details: { deadReason: deadReason ?? null, reason: action.kind === "discard" ? action.reason : null },
  });
  return jobId;
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
  const { orgId, deadReason, before } = job;
  const rows =
    deadReason === undefined
      ? ctx.db
          .query("messageQueue")
          .withIndex("by_org_dead", (q) => q.eq("orgId", orgId).gt("deadAt", 0).lte("deadAt", before))
      : ctx.db
          .query("messageQueue")
          .withIndex("by_org_dead_reason", (q) =>
            q.eq("orgId", orgId).eq("deadReason", deadReason).gt("deadAt", 0).lte("deadAt", before),
          );
  return await rows.take(JOB_BATCH);
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

/** Ends a dead letter for good, with the reason a member gave. */
export async function discard(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { memberId, reason }: { memberId: Id<"members">; reason: string },
  now: number,
  tally?: Tally,
): Promise<void> {
  const inputs = { memberId, reason };
  await recordDecision(ctx, row, { stage: "discard", rule: "member", outcome: "cancelled", inputs });
  const changes = { deadAt: undefined, deadReason: undefined };
  await setState(ctx, row, { kind: "cancelled", at: now, reason }, changes, tally);
}

/** The latest jobs of an organisation, newest first. */
export async function listDeadLetterJobs(ctx: QueryCtx, orgId: Id<"organisations">) {
  return await ctx.db
    .query("deadLetterJobs")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .take(MAX_JOBS_SHOWN);
}
