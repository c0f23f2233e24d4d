import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { Tally } from "./figures";

/** Who enters which journey, because of which booking. */
export type Entry = {
  orgId: Id<"organisations">;
  sequence: Doc<"sequences">;
  version: Doc<"sequenceVersions">;
  bookingId: Id<"bookings">;
  contactId: Id<"contacts">;
};

/** Lets a person into a journey, once for a booking (product.md 4.2 rule 9). Null: they were in it already. */
export async function enrol(
  ctx: MutationCtx,
  { orgId, sequence: { _id: sequenceId }, version: { _id: versionId }, bookingId, contactId }: Entry,
  now: number,
): Promise<Doc<"enrolments"> | null> {
  const known = await ctx.db
    .query("enrolments")
    .withIndex("by_key", (q) => q.eq("sequenceId", sequenceId).eq("bookingId", bookingId).eq("contactId", contactId))
    .unique();
  if (known !== null) return null;
  const of = { orgId, sequenceId, versionId, bookingId, contactId };
  const enrolmentId = await ctx.db.insert("enrolments", { ...of, state: { kind: "active" }, enrolledAt: now });
  const enrolment = await ctx.db.get("enrolments", enrolmentId);
  if (enrolment === null) return null;
  const tally = new Tally();
  tally.enrolment(null, "active");
  await tally.write(ctx, enrolment);
  return enrolment;
}
