import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { bookingPeopleOf, PEOPLE_LIMIT, requireBooking } from "../../bookings/model/read";
import { leftBy } from "../flow/leaving";
import { wantedSteps } from "../flow/walk";
import { planEnrolment } from "../planner";
import { isOn } from "../standing";
import { Desk } from "./desk";
import { enrol } from "./entries";
import { Tally } from "./figures";
import { keepDecisions } from "./keep";
import { personOf, type Traveller, walkEnrolment } from "./path";
import { applyAction, refreshMessage, type RunContext } from "./runs";
import { pathStateOf, settleEnrolment } from "./settle";
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
  const desk = new Desk();
  if (isOn(booking)) await enrolMissing(ctx, booking, people, now, desk);
  for (const enrolment of await enrolmentsOf(ctx, bookingId)) {
    const person = people.find(({ contactId }) => contactId === enrolment.contactId) ?? null;
    await syncEnrolment(ctx, { enrolment, booking, person }, now, desk);
  }
}

/** All runs of a booking, one per sequence and person (rule 9). */
export async function enrolmentsOf(ctx: QueryCtx, bookingId: Id<"bookings">): Promise<Doc<"enrolments">[]> {
  return await ctx.db
    .query("enrolments")
    .withIndex("by_booking", (q) => q.eq("bookingId", bookingId))
    .take(ENROLMENTS_LIMIT);
}

async function enrolMissing(
  ctx: MutationCtx,
  booking: Doc<"bookings">,
  people: Person[],
  now: number,
  desk: Desk,
): Promise<void> {
  for (const { sequence, version } of await sequencesStartedBy(ctx, booking.orgId, booking.sourceId)) {
    for (const { contactId } of people) await enrol(ctx, { sequence, version, booking, contactId }, now, desk);
  }
}

/** The same for one enrolment, when its time has come or something about the person has changed. */
export async function syncOne(ctx: MutationCtx, enrolment: Doc<"enrolments">, now: number): Promise<void> {
  const booking = await requireBooking(ctx, enrolment.orgId, enrolment.bookingId);
  await syncEnrolment(ctx, { enrolment, booking, person: await personOf(ctx, enrolment) }, now, new Desk());
}

/** All journeys of a person that go on or may be ended by a rule, the newest ones first. Ids of other tables' rows change nothing. */
export async function syncUnderWay(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactIdText: string,
  now: number,
): Promise<void> {
  const contactId = ctx.db.normalizeId("contacts", contactIdText);
  if (contactId === null) return;
  const underWay = await ctx.db
    .query("enrolments")
    .withIndex("by_contact_under_way", (q) => q.eq("contactId", contactId).eq("isUnderWay", true))
    .order("desc")
    .take(UNDER_WAY_LIMIT);
  const listening = await ctx.db
    .query("enrolments")
    .withIndex("by_contact_listening", (q) => q.eq("contactId", contactId).eq("isListening", true))
    .order("desc")
    .take(UNDER_WAY_LIMIT);
  const all = new Map([...underWay, ...listening].map((enrolment) => [enrolment._id, enrolment]));
  for (const enrolment of all.values()) if (enrolment.orgId === orgId) await syncOne(ctx, enrolment, now);
}

/** What has to change so that the messages of one person agree with the journey they are in. */
export async function planTraveller(ctx: QueryCtx, traveller: Traveller, now: number, desk: Desk) {
  const path = await walkEnrolment(ctx, traveller, now, desk);
  const wanted = wantedSteps(path.visits);
  const runs = path.runs.map((run) => ({ ...run, runId: run._id }));
  const actions = planEnrolment({ wanted, runs, standing: path.standing, left: leftBy(path.visits) });
  return { path, wanted, actions };
}

/**
 * Makes the journey of one person agree with all that is known. `isRenewed` says whose texts are filled anew: all of them
 * unless told otherwise, since names, places and templates may have changed.
 */
export async function syncEnrolment(
  ctx: MutationCtx,
  traveller: Traveller,
  now: number,
  desk: Desk,
  isRenewed: (stepId: string) => boolean = () => true,
): Promise<void> {
  const { enrolment, booking } = traveller;
  const { path, wanted, actions } = await planTraveller(ctx, traveller, now, desk);
  const { visits, zone, values, runs, standing } = path;
  const tally = new Tally();
  const context: RunContext = { enrolment, zone: zone.zone, values, tally, desk, now };
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
    const isMeant = standing.isOn && step !== undefined && !acted.has(run._id) && isRenewed(run.stepId);
    if (isMeant) await refreshMessage(ctx, context, step, run);
  }
  await keepDecisions(ctx, enrolment, visits, tally, now);
  const unchanged = actions.length === 0 ? { runs } : {};
  const circumstances = { booking, standing, tally, now, ...unchanged };
  await settleEnrolment(ctx, enrolment, pathStateOf(visits, path.listens), circumstances);
  await tally.write(ctx, enrolment);
}
