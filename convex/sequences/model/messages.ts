import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { findBooking, getBookingByText } from "../../bookings/model/read";
import { requireMessage } from "../../delivery/model";
import type { MessageSource, SourceAnswer } from "../../delivery/schema";
import { leftBy } from "../flow/leaving";
import { keepOutcomes } from "../figures/model/outcomes";
import { wantedSteps } from "../flow/walk";
import { runStateAfter } from "../runStates";
import type { SkipReason } from "../schema";
import { standingOf } from "../standing";
import { Desk } from "./desk";
import { syncBooking, syncOne } from "./enrol";
import { figuresOf, Tally } from "./figures";
import { personOf, walkEnrolment } from "./path";
import { pathStateKept, settleEnrolment } from "./settle";

// The way between a step run and the message queued for it.

type SequenceSource = Extract<MessageSource, { kind: "sequence" }>;

/**
 * Brings the step run of a queued message to the message's present state; other messages are none of our business. Reads
 * the state rather than the event, so that late and repeated events do no harm.
 */
export async function followMessage(
  ctx: MutationCtx,
  orgId: Doc<"organisations">["_id"],
  queueIdText: string,
  now: number,
): Promise<void> {
  const queueId = ctx.db.normalizeId("messageQueue", queueIdText);
  if (queueId === null) return;
  const message = await requireMessage(ctx, orgId, queueId);
  if (message.source.kind !== "sequence") return;
  const found = await runBehind(ctx, message.source);
  if (found === null) return;
  const { run, enrolment } = found;
  const state = runStateAfter(run.state, queueId, message.state);
  const tally = new Tally();
  await keepOutcomes(ctx, { ...run, state: state ?? run.state }, message, tally);
  if (state === null) {
    await tally.write(ctx, enrolment);
    // Delivered, read or opened: the same for the run, but perhaps what the journey waits for.
    if (isWatched(enrolment)) await syncOne(ctx, enrolment, now);
    return;
  }
  await ctx.db.patch("stepRuns", run._id, { state });
  tally.run(run.stepId, run.state, state);
  const booking = await getBookingByText(ctx, orgId, run.bookingId);
  let settled = enrolment;
  if (booking !== null) {
    const standing = standingOf(booking, await personOf(ctx, enrolment));
    settled = await settleEnrolment(ctx, enrolment, pathStateKept(enrolment), { booking, standing, tally, now });
  }
  await tally.write(ctx, enrolment);
  // What a message came to may be what the journey waits for.
  if (isWatched(settled)) await syncOne(ctx, settled, now);
  // Taken back because the booking had moved before its journey did: now plan it anew.
  if (state.kind === "skipped" && state.reason === "past_after_move") await syncBooking(ctx, orgId, run.bookingId, now);
}

function isWatched({ isUnderWay, isListening }: Doc<"enrolments">): boolean {
  return isUnderWay === true || isListening === true;
}

async function runBehind(ctx: QueryCtx, source: SequenceSource) {
  const runId = ctx.db.normalizeId("stepRuns", source.stepRunId);
  const run = runId === null ? null : await ctx.db.get("stepRuns", runId);
  const enrolment = run === null ? null : await ctx.db.get("enrolments", run.enrolmentId);
  return run === null || enrolment === null ? null : { run, enrolment };
}

/**
 * Whether a due message is still wanted (product.md 4.2 rule 7): the sequence runs, the step is in the person's version, the
 * booking stands, the person takes part, the step does not pass the start, and the booking has not moved meanwhile.
 */
export async function answerSource(ctx: QueryCtx, source: MessageSource, now: number): Promise<SourceAnswer> {
  const reason = source.kind === "sequence" ? await objection(ctx, source, now) : null;
  return reason === null ? { wanted: true } : { wanted: false, reason };
}

async function objection(ctx: QueryCtx, source: SequenceSource, now: number): Promise<SkipReason | null> {
  const found = await runBehind(ctx, source);
  if (found === null) return "step_removed";
  const { run, enrolment } = found;
  if (run.state.kind !== "planned") return "reason" in run.state ? reasonOf(run.state) : "already_sent";
  const sequence = await ctx.db.get("sequences", run.sequenceId);
  if (sequence?.status === "paused") return "sequence_paused";
  if (sequence === null) return "step_removed";
  if (sequence.status === "archived" && sequence.lastPeople === "stop") return "left_journey";
  const desk = new Desk();
  const { flow, settings } = await desk.journeyOf(ctx, enrolment.versionId);
  const { sendCap = null } = settings;
  if (sendCap !== null && (await figuresOf(ctx, run.sequenceId)).total.sent >= sendCap) return "cap_reached";
  if (!flow.nodes.some(({ stepId }) => stepId === run.stepId)) return "step_removed";
  const booking = await findBooking(ctx, run.bookingId);
  if (booking === null) return "booking_cancelled";
  const person = await personOf(ctx, enrolment);
  const { visits, standing } = await walkEnrolment(ctx, { enrolment, booking, person }, now, desk);
  const wanted = wantedSteps(visits).find(({ step }) => step.stepId === run.stepId);
  if (wanted === undefined) return standing.isOn ? (leftBy(visits)?.reason ?? "not_on_path") : standing.reason;
  if (wanted.step.phase === "before" && now >= booking.startsAt) return "would_pass_start";
  return wanted.plan.kind !== "wait" && wanted.plan.at !== run.plannedAt ? "past_after_move" : null;
}

function reasonOf(state: Extract<Doc<"stepRuns">["state"], { reason: unknown }>): SkipReason {
  return state.kind === "failed" ? "already_sent" : state.reason;
}
