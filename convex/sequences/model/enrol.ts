import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { bookingPeopleOf, PEOPLE_LIMIT, requireBooking } from "../../bookings/model/read";
import { leftBy } from "../flow/leaving";
import { wantedSteps } from "../flow/walk";
import { planEnrolment, type Standing } from "../planner";
import { isOn } from "../standing";
import { keepDecisions, keepPath } from "./decisions";
import { Tally } from "./figures";
import { enrol } from "./entries";
import { personOf, walkEnrolment } from "./path";
import { applyAction, refreshMessage, type RunContext, runsOf } from "./runs";
import { sequencesStartedBy } from "./sequences";

/** Enrolments of one booking: people times sequences, far below this in practice. */
const ENROLMENTS_LIMIT = PEOPLE_LIMIT * 10;

/** Journeys of one person that are looked at when they write; each is a transaction's work of a few rows. */
const UNDER_WAY_LIMIT = 50;

type Person = Doc<"bookingPeople">;

/**
 * Makes all journeys of a booking agree with it, in one transaction: every person is enrolled in every active matching
 * sequence, every step planned, moved, stopped or left alone. Depends only on the booking's present state, so it may run
 * late, twice or for events in the wrong order. Throws `not_found` for other organisations' ids.
 */
export async function syncBooking(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  bookingId: Id<"bookings">,
  now: number,
): Promise<void> {
  const booking = await requireBooking(ctx, orgId, bookingId);
  const people = await bookingPeopleOf(ctx, bookingId);
  if (isOn(booking)) await enrolMissing(ctx, booking, people, now);
  for (const enrolment of await enrolmentsOf(ctx, bookingId)) {
    const person = people.find(({ contactId }) => contactId === enrolment.contactId) ?? null;
    await syncEnrolment(ctx, enrolment, booking, person, now);
  }
}

/** All runs of a booking, one per sequence and person (rule 9). */
export async function enrolmentsOf(ctx: QueryCtx, bookingId: Id<"bookings">): Promise<Doc<"enrolments">[]> {
  return await ctx.db
    .query("enrolments")
    .withIndex("by_booking", (q) => q.eq("bookingId", bookingId))
    .take(ENROLMENTS_LIMIT);
}

async function enrolMissing(ctx: MutationCtx, booking: Doc<"bookings">, people: Person[], now: number): Promise<void> {
  for (const { sequence, version } of await sequencesStartedBy(ctx, booking.orgId, booking.sourceId)) {
    for (const { contactId } of people) {
      await enrol(ctx, { orgId: booking.orgId, sequence, version, bookingId: booking._id, contactId }, now);
    }
  }
}

/** The same for one enrolment, when its time has come or something about the person has changed. */
export async function syncOne(ctx: MutationCtx, enrolment: Doc<"enrolments">, now: number): Promise<void> {
  const booking = await requireBooking(ctx, enrolment.orgId, enrolment.bookingId);
  await syncEnrolment(ctx, enrolment, booking, await personOf(ctx, enrolment), now);
}

/** All journeys of a person whose path still goes on, the newest ones first. Ids of other tables' rows change nothing. */
export async function syncUnderWay(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactIdText: string,
  now: number,
): Promise<void> {
  const contactId = ctx.db.normalizeId("contacts", contactIdText);
  if (contactId === null) return;
  const enrolments = await ctx.db
    .query("enrolments")
    .withIndex("by_contact_under_way", (q) => q.eq("contactId", contactId).eq("isUnderWay", true))
    .order("desc")
    .take(UNDER_WAY_LIMIT);
  for (const enrolment of enrolments) if (enrolment.orgId === orgId) await syncOne(ctx, enrolment, now);
}

async function syncEnrolment(
  ctx: MutationCtx,
  enrolment: Doc<"enrolments">,
  booking: Doc<"bookings">,
  person: Person | null,
  now: number,
): Promise<void> {
  const { visits, zone, values, runs, standing } = await walkEnrolment(ctx, enrolment, booking, person, now);
  const tally = new Tally();
  const context: RunContext = { enrolment, zone: zone.zone, values, tally, now };
  const wanted = wantedSteps(visits);
  const existing = runs.map((run) => ({ ...run, runId: run._id }));
  const actions = planEnrolment({ wanted, runs: existing, standing, left: leftBy(visits) });
  const steps = new Map(wanted.map(({ step }) => [step.stepId, step]));
  const acted = new Set<Id<"stepRuns">>();
  for (const action of actions) {
    const run = "runId" in action ? (runs.find(({ _id }) => _id === action.runId) ?? null) : null;
    if (run !== null) acted.add(run._id);
    const step = steps.get("stepId" in action ? action.stepId : (run?.stepId ?? "")) ?? null;
    await applyAction(ctx, context, step, run, action);
  }
  for (const run of runs) {
    const step = steps.get(run.stepId);
    if (standing.isOn && step !== undefined && !acted.has(run._id)) await refreshMessage(ctx, context, step, run);
  }
  await keepDecisions(ctx, enrolment, visits, tally, now);
  const isUnderWay = await keepPath(ctx, enrolment, visits);
  await settleEnrolment(ctx, { ...enrolment, isUnderWay }, booking, standing, tally, now);
  await tally.write(ctx, enrolment);
}

/** An enrolment is over when its booking is, or when nothing of it is planned and its path has ended. */
export async function settleEnrolment(
  ctx: MutationCtx,
  enrolment: Doc<"enrolments">,
  booking: Doc<"bookings">,
  standing: Standing,
  tally: Tally,
  now: number,
): Promise<void> {
  const state = await settledState(ctx, enrolment, booking, standing, now);
  if (state.kind === enrolment.state.kind) return;
  await ctx.db.patch("enrolments", enrolment._id, { state });
  tally.enrolment(enrolment.state.kind, state.kind);
}

async function settledState(
  ctx: QueryCtx,
  enrolment: Doc<"enrolments">,
  booking: Doc<"bookings">,
  standing: Standing,
  now: number,
): Promise<Doc<"enrolments">["state"]> {
  if (!standing.isOn) return { kind: "exited", at: now, reason: standing.reason };
  if (enrolment.isUnderWay === true) return { kind: "active" };
  const runs = await runsOf(ctx, enrolment._id);
  // What waits for a check-in or a no-show waits in vain once the booking is completed.
  const isOpen = runs.some(
    ({ state }) => state.kind === "planned" || (state.kind === "waiting" && booking.status !== "completed"),
  );
  return isOpen ? { kind: "active" } : { kind: "completed", at: now };
}
