import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { bookingPeopleOf, PEOPLE_LIMIT, requireBooking } from "../../bookings/model/read";
import { leftBy } from "../flow/leaving";
import type { Flow } from "../flow/schema";
import { wantedSteps } from "../flow/walk";
import { planEnrolment } from "../planner";
import { isOn } from "../standing";
import { Desk, flowOfVersion } from "./desk";
import { enrol, enter } from "./entries";
import { keepDecisions } from "./keep";
import { personOf, type Traveller, walkEnrolment } from "./path";
import { applyAction, expectMessages, refreshMessage, type RunContext } from "./runs";
import { pathStateOf, settleEnrolment } from "./settle";

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
  await syncBookings(ctx, [await requireBooking(ctx, orgId, bookingId)], now);
}

/** The same for several bookings: what they have in common is read once, and counts are written once. */
export async function syncBookings(ctx: MutationCtx, bookings: readonly Doc<"bookings">[], now: number): Promise<void> {
  const desk = new Desk();
  for (const booking of bookings) await syncAll(ctx, booking, now, desk);
  await desk.write(ctx);
}

async function syncAll(ctx: MutationCtx, booking: Doc<"bookings">, now: number, desk: Desk): Promise<void> {
  const people = await bookingPeopleOf(ctx, booking._id);
  const known = await enrolmentsOf(ctx, booking._id);
  const entered = await enrolMissing(ctx, { booking, people, known }, now, desk);
  const personIn = ({ contactId }: Doc<"enrolments">) => people.find((one) => one.contactId === contactId) ?? null;
  for (const enrolment of known) {
    await syncEnrolment(ctx, { enrolment, booking, person: personIn(enrolment) }, now, desk);
  }
  for (const enrolment of entered) {
    await syncEnrolment(ctx, { enrolment, booking, person: personIn(enrolment), isNew: true }, now, desk);
  }
}

/** All runs of a booking, one per sequence and person (rule 9). */
export async function enrolmentsOf(ctx: QueryCtx, bookingId: Id<"bookings">): Promise<Doc<"enrolments">[]> {
  return await ctx.db
    .query("enrolments")
    .withIndex("by_booking", (q) => q.eq("bookingId", bookingId))
    .take(ENROLMENTS_LIMIT);
}

type Enlisted = { booking: Doc<"bookings">; people: Person[]; known: Doc<"enrolments">[] };

async function enrolMissing(
  ctx: MutationCtx,
  { booking, people, known }: Enlisted,
  now: number,
  desk: Desk,
): Promise<Doc<"enrolments">[]> {
  const inside = new Set(known.map(({ sequenceId, contactId }) => `${sequenceId}:${contactId}`));
  const isWhole = known.length < ENROLMENTS_LIMIT;
  const entered: Doc<"enrolments">[] = [];
  if (booking.startsNoJourneys === true) return entered;
  for (const { sequence, version } of await desk.startedBy(ctx, booking)) {
    if (!mayBegin(booking, flowOfVersion(version))) continue;
    for (const { contactId } of people) {
      if (inside.has(`${sequence._id}:${contactId}`)) continue;
      const entry = { sequence, version, booking, contactId };
      const enrolment = await (isWhole ? enter : enrol)(ctx, entry, now, desk);
      if (enrolment !== null) entered.push(enrolment);
    }
  }
  return entered;
}

/**
 * Whether a journey has a beginning for a booking as it is: one that has fallen away before anybody looked begins where it
 * would have gone on (product.md 4.2 rule 6).
 */
function mayBegin(booking: Doc<"bookings">, { onCancelled, onNoShow }: Flow): boolean {
  if (isOn(booking)) return true;
  return (booking.status === "cancelled" ? onCancelled : booking.status === "no_show" ? onNoShow : null) !== null;
}

/** The same for one enrolment, when its time has come or something about the person has changed. */
export async function syncOne(ctx: MutationCtx, enrolment: Doc<"enrolments">, now: number): Promise<void> {
  const booking = await requireBooking(ctx, enrolment.orgId, enrolment.bookingId);
  const desk = new Desk();
  await syncEnrolment(ctx, { enrolment, booking, person: await personOf(ctx, enrolment) }, now, desk);
  await desk.write(ctx);
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
 * unless told otherwise, since names, places and templates may have changed. Counts and wake-ups are the desk's to write.
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
  const { visits, zone, values, standing } = path;
  const tally = desk.tallyOf(enrolment);
  const runs = new Map(path.runs.map((run) => [run._id, run]));
  const context: RunContext = { enrolment, zone: zone.zone, values, tally, desk, now, runs, isRenewed };
  const steps = new Map(wanted.map(({ step }) => [step.stepId, step]));
  const acted = new Set<Id<"stepRuns">>();
  await expectMessages(ctx, context, actions);
  for (const action of actions) {
    const run = ("runId" in action && action.runId !== undefined ? runs.get(action.runId) : null) ?? null;
    if (run !== null) acted.add(run._id);
    const step = steps.get("stepId" in action ? action.stepId : (run?.stepId ?? "")) ?? null;
    await applyAction(ctx, context, step, run, action);
  }
  for (const run of path.runs) {
    const step = steps.get(run.stepId);
    const isMeant = standing.isOn && step !== undefined && !acted.has(run._id) && isRenewed(run.stepId);
    if (isMeant) await refreshMessage(ctx, context, step, run);
  }
  await keepDecisions(ctx, enrolment, visits, tally, now);
  const circumstances = { booking, standing, tally, now, runs: inOrder(runs) };
  await settleEnrolment(ctx, enrolment, pathStateOf(visits, path.listens), circumstances);
}

/** As the index has them. */
function inOrder(runs: RunContext["runs"]): Doc<"stepRuns">[] {
  const isBefore = (a: Doc<"stepRuns">, b: Doc<"stepRuns">) =>
    a.stepId === b.stepId ? a.occurrence < b.occurrence : a.stepId < b.stepId;
  return [...runs.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
}
