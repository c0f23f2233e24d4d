import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { DAY_MS } from "../../lib/time";
import { judgeCondition } from "../flow/conditions";
import { needsOf } from "../flow/needs";
import { EMPTY_FLOW } from "../flow/schema";
import type { Settings } from "../settings/schema";
import { chooseZone } from "../timing";
import type { Desk } from "./desk";
import { gatherFacts } from "./facts";
import { entriesOf } from "./figures";
import { personOf } from "./path";

/** Who enters which journey, because of which booking. */
export type Entry = Wish & { version: Doc<"sequenceVersions"> };

/** Who would, whichever version. */
export type Wish = { sequence: Doc<"sequences">; booking: Doc<"bookings">; contactId: Id<"contacts"> };

/** Why somebody does not enter: it has taken all it may, not so soon after the last time, or it is not meant for them. */
export type Refusal = "full" | "again" | "not_matching";

/** Journeys of one person that are looked through for an earlier time in the same one: the newest. */
const EARLIER_LIMIT = 200;

/**
 * Lets a person into a journey, once for a booking (product.md 4.2 rule 9) and as its rules allow. Null: they were in it
 * already, or it is not for them.
 */
export async function enrol(
  ctx: MutationCtx,
  entry: Entry,
  now: number,
  desk: Desk,
): Promise<Doc<"enrolments"> | null> {
  const { sequence, booking, contactId } = entry;
  const known = await ctx.db
    .query("enrolments")
    .withIndex("by_key", (q) =>
      q.eq("sequenceId", sequence._id).eq("bookingId", booking._id).eq("contactId", contactId),
    )
    .unique();
  return known === null ? await enter(ctx, entry, now, desk) : null;
}

/** The same for somebody who is known not to be in it. The counts are the desk's to write. */
export async function enter(
  ctx: MutationCtx,
  entry: Entry,
  now: number,
  desk: Desk,
): Promise<Doc<"enrolments"> | null> {
  if ((await refusalOf(ctx, entry, now, desk)) !== null) return null;
  const { orgId, _id: bookingId } = entry.booking;
  const of = { orgId, sequenceId: entry.sequence._id, versionId: entry.version._id, bookingId };
  const fields = { ...of, contactId: entry.contactId, state: { kind: "active" }, enrolledAt: now } as const;
  const enrolment = { ...fields, _id: await ctx.db.insert("enrolments", fields), _creationTime: now };
  desk.tallyOf(enrolment).enrolment(null, "active");
  return enrolment;
}

/**
 * Whether the rules of a journey keep somebody out who is not in it because of this booking yet; null: they enter.
 * `besides`: people who would have entered before them.
 */
export async function refusalOf(
  ctx: QueryCtx,
  wish: Wish,
  now: number,
  desk: Desk,
  besides = 0,
): Promise<Refusal | null> {
  const settings = await desk.settingsOf(ctx, wish.sequence._id);
  const { entryCap = null } = settings;
  if (entryCap !== null && (await isFull(ctx, wish, entryCap, desk, besides))) return "full";
  if (!(await mayEnterAgain(ctx, wish, settings, now))) return "again";
  return (await matches(ctx, wish, now, desk)) ? null : "not_matching";
}

async function isFull(
  ctx: QueryCtx,
  { sequence }: Pick<Wish, "sequence">,
  cap: number,
  desk: Desk,
  besides: number,
): Promise<boolean> {
  return (await entriesOf(ctx, sequence._id)) + desk.entriesOf(sequence._id) + besides >= cap;
}

async function mayEnterAgain(
  ctx: QueryCtx,
  { sequence, contactId }: Wish,
  { reentry }: Settings,
  now: number,
): Promise<boolean> {
  if (reentry.kind === "each_booking") return true;
  const since = reentry.kind === "never" ? 0 : now - reentry.days * DAY_MS;
  const earlier = await ctx.db
    .query("enrolments")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gte("enrolledAt", since))
    .order("desc")
    .take(EARLIER_LIMIT);
  return earlier.every(({ sequenceId }) => sequenceId !== sequence._id);
}

/** Whether a journey is meant for somebody and their booking. */
export async function matches(
  ctx: QueryCtx,
  { sequence, booking, contactId }: Wish,
  now: number,
  desk: Desk,
): Promise<boolean> {
  const settings = await desk.settingsOf(ctx, sequence._id);
  if (settings.entry === null) return true;
  const contact = await requireContact(ctx, booking.orgId, contactId);
  const person = await personOf(ctx, { bookingId: booking._id, contactId });
  const org = await desk.orgOf(ctx, booking.orgId);
  const zone = chooseZone(booking.location, person?.timezone ?? contact.timezone, org.timezone);
  const enrolment = { sequenceId: sequence._id, enrolledAt: now };
  const needs = needsOf(EMPTY_FLOW, { ...settings, goal: null });
  const facts = await gatherFacts(ctx, { enrolment, booking, person, contact, zone, runs: [] }, needs, now);
  return judgeCondition(settings.entry, facts).holds;
}
