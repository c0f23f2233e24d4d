import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { bookingPeopleOf, getBookingByText } from "../../bookings/model/read";
import { requireContact } from "../../contacts/model";
import { requireMessage } from "../../delivery/model";
import type { MessageSource, SourceAnswer } from "../../delivery/schema";
import { requireOrg } from "../../orgs/model";
import { isWanted } from "../planner";
import { runStateAfter } from "../runStates";
import type { SkipReason, Step } from "../schema";
import { chooseZone, planStep } from "../timing";
import { anchorsOf, settleEnrolment, standingOf, syncBooking } from "./enrol";
import { Tally } from "./figures";
import { liveVersionOf } from "./sequences";

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
  if (state === null) return;
  await ctx.db.patch("stepRuns", run._id, { state });
  const tally = new Tally();
  tally.run(run.stepId, run.state.kind, state.kind);
  const booking = await getBookingByText(ctx, orgId, run.bookingId);
  if (booking !== null) {
    const person = await personOf(ctx, booking, enrolment);
    await settleEnrolment(ctx, enrolment, booking, standingOf(booking, person), tally, now);
  }
  await tally.write(ctx, enrolment);
  // Taken back because the booking had moved before its journey did: now plan it anew.
  if (state.kind === "skipped" && state.reason === "past_after_move") await syncBooking(ctx, orgId, run.bookingId, now);
}

async function runBehind(ctx: QueryCtx, source: SequenceSource) {
  const runId = ctx.db.normalizeId("stepRuns", source.stepRunId);
  const run = runId === null ? null : await ctx.db.get("stepRuns", runId);
  const enrolment = run === null ? null : await ctx.db.get("enrolments", run.enrolmentId);
  return run === null || enrolment === null ? null : { run, enrolment };
}

async function personOf(ctx: QueryCtx, booking: Doc<"bookings">, { contactId }: Doc<"enrolments">) {
  const people = await bookingPeopleOf(ctx, booking._id);
  return people.find((person) => person.contactId === contactId) ?? null;
}

/**
 * Whether a due message is still wanted (product.md 4.2 rule 7): the sequence runs, the step is in its live version, the
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
  const version = sequence?.status === "active" ? await liveVersionOf(ctx, sequence) : null;
  const step = version?.steps.find(({ stepId }) => stepId === run.stepId);
  if (step === undefined) return "step_removed";
  const booking = await ctx.db.get("bookings", run.bookingId);
  if (booking === null) return "booking_cancelled";
  const person = await personOf(ctx, booking, enrolment);
  const standing = standingOf(booking, person);
  if (!standing.isOn && !isWanted(step, standing)) return standing.reason;
  if (step.phase === "before" && now >= booking.startsAt) return "would_pass_start";
  return (await hasMoved(ctx, run, enrolment, booking, person?.timezone, now)) ? "past_after_move" : null;
}

/** The timing of the version the run was planned with decides; a newer version's is for new enrolments. */
async function hasMoved(
  ctx: QueryCtx,
  run: Doc<"stepRuns">,
  enrolment: Doc<"enrolments">,
  booking: Doc<"bookings">,
  personZone: string | undefined,
  now: number,
): Promise<boolean> {
  const version = await ctx.db.get("sequenceVersions", enrolment.versionId);
  const planned = version?.steps.find(({ stepId }) => stepId === run.stepId);
  if (planned === undefined) return false;
  const contact = await requireContact(ctx, run.orgId, run.contactId);
  const org = await requireOrg(ctx, run.orgId);
  const chosen = chooseZone(booking.location, personZone ?? contact.timezone, org.timezone);
  const plan = planStep(planned satisfies Step, anchorsOf(booking), chosen, now);
  return plan.kind !== "wait" && plan.at !== run.plannedAt;
}

function reasonOf(state: Extract<Doc<"stepRuns">["state"], { reason: unknown }>): SkipReason {
  return state.kind === "failed" ? "already_sent" : state.reason;
}
