import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { primaryAddress, requireContact } from "../../contacts/model";
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
  const { contactId, number, subject, orderRef } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, org._id, contactId);
  const mayReadBookings = can(member.role, "bookings.read");
  const booking = contact === null || !mayReadBookings ? null : await nearestBooking(ctx, contact._id);
  const phone = contact === null ? null : await primaryAddress(ctx, contact._id, "sms");
  const email = contact === null ? null : await primaryAddress(ctx, contact._id, "email");
  const own: Record<string, string | undefined> = {
    email: email?.address,
    phone: phone?.address,
    threadNumber: String(number),
    subject,
    orderNumber: orderRef,
    agentName: member.displayName,
    organisation: org.name,
  };
  const named = Object.entries(own).filter((entry): entry is [string, string] => Boolean(entry[1]));
  if (contact === null) return Object.fromEntries(named);
  const zone = booking?.location.kind === "onsite" ? booking.location.zone : (contact.timezone ?? org.timezone);
  return { ...templateValues({ contact, booking, organisation: org, zone }), ...Object.fromEntries(named) };
}

async function nearestBooking(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"bookings"> | null> {
  const now = Date.now();
  const latestFirst = (await bookingsOfContact(ctx, contactId)).filter(({ isActive }) => isActive);
  return latestFirst.findLast(({ endsAt }) => endsAt >= now) ?? latestFirst[0] ?? null;
}
