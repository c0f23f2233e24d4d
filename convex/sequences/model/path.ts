import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { companyOf } from "../../bookings/model/company";
import { bookingPeopleOf } from "../../bookings/model/read";
import { templateValues } from "../../bookings/values";
import { requireContact } from "../../contacts/model";
import type { MessageNode, Flow } from "../flow/schema";
import { walk, type Visit } from "../flow/walk";
import type { Standing } from "../planner";
import { chooseZone, type ChosenZone } from "../timing";
import { decisionsOf, placesOf, turnsAmong } from "./decisions";
import type { Desk } from "./desk";
import { gatherFacts } from "./facts";
import { runsOf } from "./runs";

/** Where one person stands in a journey, with what was read for it. */
export type WalkedPath = {
  visits: Visit[];
  runs: Doc<"stepRuns">[];
  standing: Standing;
  zone: ChosenZone;
  /** Of the templates' variables. */
  values: Record<string, string>;
  /** Whether a rule of the whole journey may end it. */
  listens: boolean;
};

/** The messages of a journey, in the order in which it was written down. */
export function messagesOf({ nodes }: Flow): MessageNode[] {
  return nodes.filter((node) => node.kind === "message");
}

/** One person on their way through a journey because of a booking; `person` null once they were taken off it. */
export type Traveller = {
  enrolment: Doc<"enrolments">;
  booking: Doc<"bookings">;
  person: Doc<"bookingPeople"> | null;
  /** Where it was read already. */
  contact?: Doc<"contacts">;
  /** They entered in this transaction: nothing is kept of them yet. */
  isNew?: boolean;
};

/** The person of an enrolment as the booking has them; null once they were taken off it. */
export async function personOf(
  ctx: QueryCtx,
  { bookingId, contactId }: Pick<Doc<"enrolments">, "bookingId" | "contactId">,
): Promise<Doc<"bookingPeople"> | null> {
  const people = await bookingPeopleOf(ctx, bookingId);
  return people.find((person) => person.contactId === contactId) ?? null;
}

/** Walks the journey of an enrolment on what is known now, by its version or by another one. Writes nothing. */
export async function walkEnrolment(
  ctx: QueryCtx,
  { enrolment, booking, person, isNew = false, ...known }: Traveller,
  now: number,
  desk: Desk,
): Promise<WalkedPath> {
  const { flow, settings, needs, hasDecisions, listens } = await desk.journeyOf(ctx, enrolment.versionId);
  const org = await desk.orgOf(ctx, booking.orgId);
  const contact = known.contact ?? (await requireContact(ctx, booking.orgId, enrolment.contactId));
  const zone = chooseZone(booking.location, person?.timezone ?? contact.timezone, org.timezone);
  const isWritten = !isNew && !desk.isImagined(enrolment.versionId);
  const runs = isWritten ? await runsOf(ctx, enrolment._id) : [];
  const facts = await gatherFacts(ctx, { enrolment, booking, person, contact, zone, runs }, needs, now);
  const records = hasDecisions && isWritten ? await decisionsOf(ctx, enrolment._id) : new Map<string, never>();
  const turnAt = turnsAmong(desk.places ?? (await placesOf(ctx, enrolment.sequenceId, flow, now)));
  // What is only imagined is shown by its summary, which names nobody else.
  const people = isWritten ? await companyOf(ctx, booking, contact) : [contact];
  const values = templateValues({ contact, booking, people, organisation: org, zone: zone.zone });
  const { entry, lastStepId, takenOut } = enrolment;
  const gaps = await desk.gapsOf(ctx, enrolment);
  const detour = { entry, lastStepId, takenOutAt: takenOut?.at, gaps };
  const visits = walk({ flow, facts, records, turnAt, now, detour, settings });
  return { visits, runs, standing: facts.standing, zone, values, listens };
}
