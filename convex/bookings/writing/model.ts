import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { threadValues } from "../../inbox/composing/model/values";
import { can } from "../../lib/permissions";
import { bookingsOfContact } from "../model/read";
import { templateValues } from "../values";

type Writer = { org: Doc<"organisations">; member: Doc<"members"> };

/**
 * What the variables of a text stand for in a conversation: its person, itself, who writes, and the person's next booking
 * (else their latest), with dates in the person's language and zone. Names without a value are absent.
 */
export async function valuesForWriting(
  ctx: QueryCtx,
  { org, member }: Writer,
  thread: Doc<"threads">,
): Promise<Record<string, string>> {
  const own = await threadValues(ctx, { org, member }, thread);
  if (thread.contactId === undefined) return own;
  const contact = await requireContact(ctx, org._id, thread.contactId);
  const mayReadBookings = can(member.role, "bookings.read");
  const booking = mayReadBookings ? await nearestBooking(ctx, contact._id) : null;
  const zone = booking?.location.kind === "onsite" ? booking.location.zone : (contact.timezone ?? org.timezone);
  return { ...templateValues({ contact, booking, organisation: org, zone }), ...own };
}

async function nearestBooking(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"bookings"> | null> {
  const now = Date.now();
  const latestFirst = (await bookingsOfContact(ctx, contactId)).filter(({ isActive }) => isActive);
  return latestFirst.findLast(({ endsAt }) => endsAt >= now) ?? latestFirst[0] ?? null;
}
