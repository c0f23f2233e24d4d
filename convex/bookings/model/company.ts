import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { bookingPeopleOf } from "./read";

/** A text names at most so many people: beyond that a list is no longer read. */
const MAX_NAMED = 20;

/** The people of a booking, the booker first, for texts that name them all. `contact` is one of them and known already. */
export async function companyOf(
  ctx: QueryCtx,
  booking: Doc<"bookings">,
  contact: Doc<"contacts">,
): Promise<Doc<"contacts">[]> {
  const people = (await bookingPeopleOf(ctx, booking._id)).slice(0, MAX_NAMED);
  const known = async (contactId: Doc<"contacts">["_id"]) =>
    contactId === contact._id ? contact : await requireContact(ctx, booking.orgId, contactId);
  return await Promise.all(people.map(async ({ contactId }) => await known(contactId)));
}
