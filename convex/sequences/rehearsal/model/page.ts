import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { bookingPeopleOf } from "../../../bookings/model/read";
import { placeAfter, upcomingBookings, type BookingPlace } from "../../../bookings/model/upcoming";
import { newestFlow } from "../../drafts/model";
import type { Flow } from "../../flow/schema";
import { versionFlow } from "../../versions/model";
import { Rehearsal, type Rehearsed, type RehearsedJourney } from "./person";
import type { RehearsedMessage, RehearsedPerson } from "../schema";

// A journey run against the real upcoming bookings before it is switched on (product.md O-1).

/** Bookings and people of one answer: some twenty reads a person, of the 4,096 and 32,000 rows a query may make. */
const BOOKINGS_PAGE = 100;
const PEOPLE_PAGE = 150;

/** The journey that is rehearsed: a version's, or the draft (what is live where there is none). Throws `not_found`. */
export async function flowToRehearse(
  ctx: QueryCtx,
  sequence: Doc<"sequences">,
  versionId: Id<"sequenceVersions"> | undefined,
): Promise<Flow> {
  return versionId === undefined ? await newestFlow(ctx, sequence) : await versionFlow(ctx, sequence, versionId);
}

type Page = { since: number; after: BookingPlace | null };

/**
 * What everybody of the next bookings would get if they were enrolled at `now`; `next` null: these were the last. Limits
 * and caps count within one answer.
 */
export async function rehearsePage(
  ctx: QueryCtx,
  { sequence, flow, now }: { sequence: Doc<"sequences">; flow: Flow; now: number },
  { since, after }: Page,
) {
  const { orgId } = sequence;
  const found = await upcomingBookings(ctx, orgId, { since, after, limit: BOOKINGS_PAGE + 1 });
  const rehearsal = await Rehearsal.begin(ctx, sequence, flow, now);
  const journeys: RehearsedJourney[] = [];
  const bookings: Doc<"bookings">[] = [];
  for (const booking of found.slice(0, BOOKINGS_PAGE)) {
    const people = await bookingPeopleOf(ctx, booking._id);
    if (bookings.length > 0 && journeys.length + people.length > PEOPLE_PAGE) break;
    bookings.push(booking);
    for (const person of people) journeys.push(await rehearsal.journeyOf(booking, person));
  }
  await rehearsal.check(journeys);
  const last = bookings.at(-1);
  const hasMore = bookings.length < found.length;
  return {
    bookings: bookings.map(({ _id: id, title, startsAt, endsAt }) => ({ id, title, startsAt, endsAt })),
    people: journeys.map(present),
    next: hasMore && last !== undefined ? placeAfter(last) : null,
  };
}

function present({ booking, contact, entry, zone, messages }: RehearsedJourney): RehearsedPerson {
  const { _id: contactId, name } = contact;
  return { bookingId: booking._id, contactId, name, entry, zone, messages: messages.map(presentMessage) };
}

/** What a list shows of a rehearsed message. */
export function presentMessage(message: Rehearsed): RehearsedMessage {
  const { node, plan, isSure, foreseen, objection } = message;
  const of = { stepId: node.stepId, isSure };
  if (plan.kind === "wait") return { ...of, outcome: "waits", reason: plan.anchor, plannedAt: null, leavesAt: null };
  const planned = { ...of, plannedAt: plan.at };
  if (plan.kind === "skip") return { ...planned, outcome: "skipped", reason: plan.reason, leavesAt: plan.at };
  if (foreseen === null) return { ...planned, outcome: "blocked", ...reasonOf(objection), leavesAt: plan.dueAt };
  const { route, allowed, dueAt } = foreseen;
  switch (route.kind) {
    case "skip":
    case "dead":
      return { ...planned, outcome: "blocked", reason: route.rule, leavesAt: dueAt };
    case "hold":
    case "wait":
    case "throttled":
      return {
        ...planned,
        outcome: "held",
        reason: route.kind === "throttled" ? "limited" : route.rule,
        leavesAt: dueAt,
      };
    case "send":
      break;
  }
  const { channel, connectionId } = route;
  const way = { ...planned, channel, connectionId };
  if (allowed === null) return { ...way, outcome: "blocked", reason: "no_hour", leavesAt: dueAt };
  const moved = movedBy(message);
  const leaving = { ...way, leavesAt: allowed.at, ...(moved === null ? {} : { moved }) };
  if (objection !== null) return { ...leaving, outcome: "blocked", ...reasonOf(objection) };
  const { segments, priceMicros } = foreseen;
  return { ...leaving, outcome: "goes", priceMicros, ...(segments === undefined ? {} : { segments }) };
}

function reasonOf(objection: Rehearsed["objection"]): { reason?: string } {
  return objection === null ? {} : { reason: objection.reason };
}

/** What keeps a message from leaving at the very instant of the time contract; null: nothing. */
function movedBy({ plan, foreseen }: Rehearsed): RehearsedMessage["moved"] | null {
  if (plan.kind !== "send" || foreseen === null) return null;
  const { dueAt, allowed } = foreseen;
  if (allowed !== null && allowed.rule !== null) return { from: plan.shiftedFrom ?? dueAt, by: allowed.rule };
  if (plan.shiftedFrom !== undefined) return { from: plan.shiftedFrom, by: "journey_quiet_hours" };
  if (dueAt > plan.dueAt) return { from: plan.dueAt, by: "spread" };
  return plan.dueAt > plan.at ? { from: plan.at, by: "late" } : null;
}
