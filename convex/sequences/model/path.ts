import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { bookingPeopleOf } from "../../bookings/model/read";
import { templateValues } from "../../bookings/values";
import { requireContact } from "../../contacts/model";
import { requireOrg } from "../../orgs/model";
import { flowFromSteps } from "../flow/fromSteps";
import { needsOf } from "../flow/needs";
import type { Flow, MessageNode } from "../flow/schema";
import { walk, type Visit } from "../flow/walk";
import type { Standing } from "../planner";
import { chooseZone, type ChosenZone } from "../timing";
import { decisionsOf, turnsOf } from "./decisions";
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
};

/** The journey of a version, also of one from before there were nodes. */
export function flowOfVersion({ flow, steps }: Doc<"sequenceVersions">): Flow {
  return flow ?? flowFromSteps(steps ?? []);
}

/** The messages of a journey, in the order in which it was written down. */
export function messagesOf({ nodes }: Flow): MessageNode[] {
  return nodes.filter((node) => node.kind === "message");
}

/** The person of an enrolment as the booking has them; null once they were taken off it. */
export async function personOf(
  ctx: QueryCtx,
  { bookingId, contactId }: Pick<Doc<"enrolments">, "bookingId" | "contactId">,
): Promise<Doc<"bookingPeople"> | null> {
  const people = await bookingPeopleOf(ctx, bookingId);
  return people.find((person) => person.contactId === contactId) ?? null;
}

/** Walks the journey of an enrolment on what is known now. Writes nothing. */
export async function walkEnrolment(
  ctx: QueryCtx,
  enrolment: Doc<"enrolments">,
  booking: Doc<"bookings">,
  person: Doc<"bookingPeople"> | null,
  now: number,
): Promise<WalkedPath> {
  const flow = await flowOfEnrolment(ctx, enrolment);
  const org = await requireOrg(ctx, booking.orgId);
  const contact = await requireContact(ctx, booking.orgId, enrolment.contactId);
  const zone = chooseZone(booking.location, person?.timezone ?? contact.timezone, org.timezone);
  const runs = await runsOf(ctx, enrolment._id);
  const facts = await gatherFacts(ctx, { enrolment, booking, person, contact, zone, runs }, needsOf(flow));
  const records = hasDecisions(flow) ? await decisionsOf(ctx, enrolment._id) : new Map<string, never>();
  const turnAt = await turnsOf(ctx, enrolment.sequenceId, flow, now);
  const values = templateValues({ contact, booking, organisation: org, zone: zone.zone });
  return { visits: walk({ flow, facts, records, turnAt, now }), runs, standing: facts.standing, zone, values };
}

async function flowOfEnrolment(ctx: QueryCtx, { versionId }: { versionId: Id<"sequenceVersions"> }): Promise<Flow> {
  const version = await ctx.db.get("sequenceVersions", versionId);
  if (version === null) throw new Error(`Version ${versionId} of an enrolment is gone.`);
  return flowOfVersion(version);
}

function hasDecisions({ nodes }: Flow): boolean {
  return nodes.some(({ kind }) => kind !== "message" && kind !== "wait");
}
