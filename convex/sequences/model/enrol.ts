import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { bookingPeopleOf, PEOPLE_LIMIT, requireBooking } from "../../bookings/model/read";
import { requireContact } from "../../contacts/model";
import { requireOrg } from "../../orgs/model";
import { planEnrolment, type Standing } from "../planner";
import { type Anchors, chooseZone } from "../timing";
import { templateValues } from "../../bookings/values";
import { Tally } from "./figures";
import { applyAction, refreshMessage, type RunContext, runsOf } from "./runs";
import { sequencesStartedBy } from "./sequences";

/** Enrolments of one booking: people times sequences, far below this in practice. */
const ENROLMENTS_LIMIT = PEOPLE_LIMIT * 10;

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

function isOn({ status }: Doc<"bookings">): boolean {
  return status === "confirmed" || status === "checked_in" || status === "completed";
}

/** Whether the booking takes place for a person; somebody who was taken off it is as if it were cancelled. */
export function standingOf(booking: Doc<"bookings">, person: Person | null): Standing {
  if (booking.status === "no_show") return { isOn: false, reason: "booking_no_show" };
  return isOn(booking) && person !== null ? { isOn: true } : { isOn: false, reason: "booking_cancelled" };
}

/** The anchors of product.md 4.2 rule 1, as far as they have happened. */
export function anchorsOf(booking: Doc<"bookings">): Anchors {
  return {
    start: booking.startsAt,
    end: booking.endsAt,
    created: booking.bookedAt,
    checked_in: booking.checkedInAt ?? null,
    completed: booking.completedAt ?? null,
    cancelled: booking.cancelledAt ?? null,
    no_show: booking.noShowAt ?? null,
  };
}

async function enrolMissing(ctx: MutationCtx, booking: Doc<"bookings">, people: Person[], now: number): Promise<void> {
  for (const { sequence, version } of await sequencesStartedBy(ctx, booking.orgId, booking.sourceId)) {
    for (const { contactId } of people) {
      const known = await ctx.db
        .query("enrolments")
        .withIndex("by_key", (q) =>
          q.eq("sequenceId", sequence._id).eq("bookingId", booking._id).eq("contactId", contactId),
        )
        .unique();
      if (known !== null) continue;
      const enrolmentId = await ctx.db.insert("enrolments", {
        orgId: booking.orgId,
        sequenceId: sequence._id,
        versionId: version._id,
        bookingId: booking._id,
        contactId,
        state: { kind: "active" },
        enrolledAt: now,
      });
      await countEnrolment(ctx, enrolmentId);
    }
  }
}

async function countEnrolment(ctx: MutationCtx, enrolmentId: Id<"enrolments">): Promise<void> {
  const enrolment = await ctx.db.get("enrolments", enrolmentId);
  if (enrolment === null) return;
  const tally = new Tally();
  tally.enrolment(null, enrolment.state.kind);
  await tally.write(ctx, enrolment);
}

async function syncEnrolment(
  ctx: MutationCtx,
  enrolment: Doc<"enrolments">,
  booking: Doc<"bookings">,
  person: Person | null,
  now: number,
): Promise<void> {
  const version = await ctx.db.get("sequenceVersions", enrolment.versionId);
  if (version === null) throw new Error(`Version ${enrolment.versionId} of an enrolment is gone.`);
  const org = await requireOrg(ctx, booking.orgId);
  const contact = await requireContact(ctx, booking.orgId, enrolment.contactId);
  const chosen = chooseZone(booking.location, person?.timezone ?? contact.timezone, org.timezone);
  const runs = await runsOf(ctx, enrolment._id);
  const standing = standingOf(booking, person);
  const tally = new Tally();
  const values = templateValues({ contact, booking, organisation: org, zone: chosen.zone });
  const context: RunContext = { enrolment, zone: chosen.zone, values, tally, now };
  const actions = planEnrolment({
    steps: version.steps,
    runs: runs.map((run) => ({ ...run, runId: run._id })),
    anchors: anchorsOf(booking),
    standing,
    zone: chosen,
    now,
  });
  const steps = new Map(version.steps.map((step) => [step.stepId, step]));
  const acted = new Set<Id<"stepRuns">>();
  for (const action of actions) {
    const run = "runId" in action ? (runs.find(({ _id }) => _id === action.runId) ?? null) : null;
    const step = steps.get("stepId" in action ? action.stepId : (run?.stepId ?? ""));
    if (step === undefined) continue;
    if (run !== null) acted.add(run._id);
    await applyAction(ctx, context, step, run, action);
  }
  for (const run of runs) {
    const step = steps.get(run.stepId);
    if (standing.isOn && step !== undefined && !acted.has(run._id)) await refreshMessage(ctx, context, step, run);
  }
  await settleEnrolment(ctx, enrolment, booking, standing, tally, now);
  await tally.write(ctx, enrolment);
}

/** An enrolment is over when its booking is, or when nothing of it is planned any more. */
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
  const runs = await runsOf(ctx, enrolment._id);
  // What waits for a check-in or a no-show waits in vain once the booking is completed.
  const isOpen = runs.some(
    ({ state }) => state.kind === "planned" || (state.kind === "waiting" && booking.status !== "completed"),
  );
  return isOpen ? { kind: "active" } : { kind: "completed", at: now };
}
