import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { changeBooking, enterBooking, type ByActor } from "../../bookings/model/entering";
import { setBookingStatus } from "../../bookings/model/manual";
import type { Place } from "../../bookings/model/participants";
import { bookingsByExternalId, pageOfBookings, presentBooking, requireBooking } from "../../bookings/model/read";
import type { BookingStatus } from "../../bookings/statuses";
import { requireContact } from "../../contacts/model";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { contactOf } from "../contacts/model";
import type { ApiPerson } from "../contacts/schema";
import { idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiBooking, ApiBookingChange, ApiNewBooking } from "./schema";

type Asked = { status?: BookingStatus; contactId?: string; externalId?: string; from?: number; to?: number };

/** A page of bookings by start. Throws `not_found` for nobody's contact. */
export async function listBookings(
  ctx: QueryCtx,
  { orgId }: ApiCaller,
  { contactId, externalId, limit, cursor, ...asked }: Asked & { limit: number; cursor?: string },
) {
  if (externalId !== undefined) {
    const found = await bookingsByExternalId(ctx, orgId, externalId);
    return { data: await Promise.all(found.map((booking) => viewOf(ctx, booking))), nextCursor: null };
  }
  const person =
    contactId === undefined ? undefined : idOf(ctx, "contacts", contactId, "This contact does not exist.", "contactId");
  if (person !== undefined) await requireContact(ctx, orgId, person);
  const result = await pageOfBookings(ctx, orgId, { ...asked, contactId: person }, paginationOf({ limit, cursor }));
  return pageOf(await Promise.all(result.page.map((booking) => viewOf(ctx, booking))), result);
}

/** One booking. Throws `not_found`. */
export async function readBooking(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiBooking> {
  return await viewOf(ctx, await bookingById(ctx, orgId, id));
}

/**
 * Enters a booking, 201; the one the API knows by the same external id is answered with 200 as it is. Throws `invalid` or
 * `not_found` with the field.
 */
export async function createBooking(
  ctx: MutationCtx,
  caller: ApiCaller,
  { people, ...facts }: ApiNewBooking,
  write: Write,
): Promise<Answer<ApiBooking>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const known = facts.externalId === undefined ? [] : await bookingsByExternalId(ctx, orgId, facts.externalId);
    for (const booking of known) {
      const view = await viewOf(ctx, booking);
      if (view.source.kind === "api") return { status: 200, body: view };
    }
    const places = await placesOf(ctx, orgId, people);
    const bookingId = await enterBooking(ctx, byCaller(caller), { ...facts, source: "api", places });
    return { status: 201, body: await viewOf(ctx, await requireBooking(ctx, orgId, bookingId)) };
  });
}

/** Changes what is named of a booking. Throws like `createBooking`, `conflict` for one that is off or another state. */
export async function updateBooking(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  { people, status, cancellationReason, ...facts }: ApiBookingChange,
  write: Write,
): Promise<Answer<ApiBooking>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const booking = await bookingById(ctx, orgId, id);
    await requireMatch(write, await viewOf(ctx, booking));
    const by = byCaller(caller);
    // Brought back first: what is off takes no other change.
    if (status === "confirmed") await setBookingStatus(ctx, by, booking, status);
    const places = people === undefined ? undefined : await placesOf(ctx, orgId, people);
    if (places !== undefined || Object.keys(facts).length > 0) {
      await changeBooking(ctx, by, booking._id, { ...facts, places });
    }
    if (status !== undefined && status !== "confirmed") {
      await setBookingStatus(ctx, by, await requireBooking(ctx, orgId, booking._id), status, cancellationReason);
    }
    return { status: 200, body: await viewOf(ctx, await requireBooking(ctx, orgId, booking._id)) };
  });
}

async function placesOf(ctx: MutationCtx, orgId: Id<"organisations">, people: readonly ApiPerson[]): Promise<Place[]> {
  const places: Place[] = [];
  for (const [at, person] of people.entries()) {
    const { contactId } = await contactOf(ctx, orgId, person, `people.${at}`);
    places.push({ contactId, isBooker: at === 0, timezone: person.timezone });
  }
  return places;
}

function byCaller({ orgId, memberId }: ApiCaller): ByActor {
  return { orgId, actor: { kind: "member", memberId } };
}

async function bookingById(ctx: QueryCtx, orgId: Id<"organisations">, id: string): Promise<Doc<"bookings">> {
  return await requireBooking(ctx, orgId, idOf(ctx, "bookings", id, "This booking does not exist."));
}

async function viewOf(ctx: QueryCtx, booking: Doc<"bookings">): Promise<ApiBooking> {
  const shown = await presentBooking(ctx, booking);
  const { id, externalId, title, status, startsAt, endsAt, location, bookedAt } = shown;
  return {
    id,
    externalId,
    source: { kind: shown.sourceKind, name: shown.sourceName },
    title,
    status,
    startsAt,
    endsAt,
    location,
    people: shown.people.map(({ timezone, ...person }) => ({ ...person, timezone: timezone ?? null })),
    attributes: booking.attributes,
    cancellationReason: booking.cancellationReason ?? null,
    bookedAt,
  };
}
