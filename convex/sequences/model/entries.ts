import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { DAY_MS } from "../../lib/time";
import { judgeCondition } from "../flow/conditions";
import { needsOf } from "../flow/needs";
import type { Settings } from "../settings/schema";
import { chooseZone } from "../timing";
import type { Desk } from "./desk";
import { gatherFacts } from "./facts";
import { Tally } from "./figures";
import { personOf } from "./path";

/** Who enters which journey, because of which booking. */
export type Entry = {
  sequence: Doc<"sequences">;
  version: Doc<"sequenceVersions">;
  booking: Doc<"bookings">;
  contactId: Id<"contacts">;
};

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
  const { booking, contactId } = entry;
  const [{ orgId, _id: bookingId }, sequenceId, versionId] = [booking, entry.sequence._id, entry.version._id];
  const known = await ctx.db
    .query("enrolments")
    .withIndex("by_key", (q) => q.eq("sequenceId", sequenceId).eq("bookingId", bookingId).eq("contactId", contactId))
    .unique();
  if (known !== null || !(await mayEnter(ctx, entry, now, desk))) return null;
  const of = { orgId, sequenceId, versionId, bookingId, contactId };
  const enrolmentId = await ctx.db.insert("enrolments", { ...of, state: { kind: "active" }, enrolledAt: now });
  const enrolment = await ctx.db.get("enrolments", enrolmentId);
  if (enrolment === null) return null;
  const tally = new Tally();
  tally.enrolment(null, "active");
  await tally.write(ctx, enrolment);
  return enrolment;
}

async function mayEnter(ctx: QueryCtx, entry: Entry, now: number, desk: Desk): Promise<boolean> {
  const settings = await desk.settingsOf(ctx, entry.sequence._id);
  return (await mayEnterAgain(ctx, entry, settings, now)) && (await matches(ctx, entry, settings, now, desk));
}

async function mayEnterAgain(
  ctx: QueryCtx,
  { sequence, contactId }: Entry,
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

async function matches(
  ctx: QueryCtx,
  { sequence, booking, contactId }: Entry,
  settings: Settings,
  now: number,
  desk: Desk,
): Promise<boolean> {
  if (settings.entry === null) return true;
  const contact = await requireContact(ctx, booking.orgId, contactId);
  const person = await personOf(ctx, { bookingId: booking._id, contactId });
  const org = await desk.orgOf(ctx, booking.orgId);
  const zone = chooseZone(booking.location, person?.timezone ?? contact.timezone, org.timezone);
  const enrolment = { _id: `${sequence._id}:${booking._id}`, enrolledAt: now };
  const needs = needsOf(NO_NODES, { ...settings, goal: null });
  const facts = await gatherFacts(ctx, { enrolment, booking, person, contact, zone, runs: [] }, needs);
  return judgeCondition(settings.entry, facts).holds;
}

const NO_NODES = { first: null, onCancelled: null, onNoShow: null, nodes: [] };
