import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { addressesOfRow, type ReadContact } from "../../../contacts/imports/rowRules";
import { findByAddress } from "../../../contacts/model";
import { bookingOfExternalId, differs } from "../../model/apply";
import { bookingPeopleOf } from "../../model/read";
import { knownOwnSource } from "../../model/sources";
import type { EnteredFacts } from "../../rules";
import type { BookingStatus } from "../../statuses";
import type { BookingLine } from "../columns";
import type { BookingProblem } from "../problems";
import { factsFor, readBooking, type ReadBooking } from "../rowRules";
import type { ReadOptions } from "../schema";

type Wanted = {
  read: ReadBooking;
  facts: EnteredFacts;
  status: BookingStatus;
  /** Null: the booking is new. */
  known: Doc<"bookings"> | null;
};
export type Plan =
  | ({ verdict: "create" | "update" | "unchanged" } & Wanted)
  | { verdict: "rejected"; problem: BookingProblem; line: number };

type Asked = {
  orgId: Id<"organisations">;
  reference: string;
  lines: readonly BookingLine[];
  options: ReadOptions;
};

/** What the rows of a booking would do now. */
export async function planOf(ctx: QueryCtx, { orgId, reference, lines, options }: Asked): Promise<Plan> {
  const line = lines[0]?.line ?? 0;
  const read = readBooking(lines, options);
  if (!read.ok) return { verdict: "rejected", problem: read.problem, line: read.line };
  const source = await knownOwnSource(ctx, orgId, "csv");
  const known = source === null ? null : await bookingOfExternalId(ctx, source, reference);
  const wanted = factsFor(read.booking, known);
  if (!wanted.ok) return { verdict: "rejected", problem: wanted.problem, line };
  const { facts, status } = wanted;
  const plan = { read: read.booking, facts, status, known };
  if (known === null) return { verdict: "create", ...plan };
  const isSame =
    status === known.status && !differs(known, facts) && (await hasPeople(ctx, known, read.booking.people));
  return { verdict: isSame ? "unchanged" : "update", ...plan };
}

/** Whether these people, and nobody else, take part already. */
async function hasPeople(ctx: QueryCtx, { orgId, _id }: Doc<"bookings">, people: readonly ReadContact[]) {
  const named = new Set<Id<"contacts">>();
  for (const person of people) {
    const contactId = await contactOf(ctx, orgId, person);
    if (contactId === null) return false;
    named.add(contactId);
  }
  const present = await bookingPeopleOf(ctx, _id);
  return present.length === named.size && present.every(({ contactId }) => named.has(contactId));
}

async function contactOf(ctx: QueryCtx, orgId: Id<"organisations">, person: ReadContact) {
  for (const each of addressesOfRow(person)) {
    const contact = await findByAddress(ctx, { orgId, ...each });
    if (contact !== null) return contact._id;
  }
  return null;
}
