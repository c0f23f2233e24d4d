import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { contactValues } from "../../contacts/segments/model/facts";
import { judgeAmong } from "../../contacts/segments/model/members";
import { segmentsAmong } from "../../contacts/segments/model";
import { consentOf } from "../../contacts/consents/model";
import { addressesOf, usableAddress } from "../../contacts/model";
import { complainedSince, writtenSince } from "../../inbox/ofContact/model";
import { CHANNELS, type Channel, type Purpose } from "../../lib/closedSets";
import { receiptsOf } from "../../tracking/receipts/model";
import type { FlowFacts } from "../flow/facts";
import type { FlowNeeds } from "../flow/needs";
import type { Outcome } from "../flow/schema";
import { standingOf, anchorsOf } from "../standing";
import type { ChosenZone } from "../timing";

/** What the facts of one enrolment are gathered from. */
export type FactSources = {
  enrolment: Pick<Doc<"enrolments">, "sequenceId" | "enrolledAt">;
  booking: Doc<"bookings">;
  person: Doc<"bookingPeople"> | null;
  contact: Doc<"contacts">;
  zone: ChosenZone;
  runs: readonly Doc<"stepRuns">[];
};

/** All that the decisions of a journey need to know about one person and booking at an instant; nothing else is read. */
export async function gatherFacts(
  ctx: QueryCtx,
  sources: FactSources,
  needs: FlowNeeds,
  now: number,
): Promise<FlowFacts> {
  const { enrolment, booking, person, contact, zone } = sources;
  return {
    anchors: anchorsOf(booking),
    standing: standingOf(booking, person),
    zone,
    enrolledAt: enrolment.enrolledAt,
    values: valuesOf(booking, contact),
    consents: await consentsAmong(ctx, contact._id, needs.consents),
    channels: needs.hasChannels ? await channelsOf(ctx, contact._id) : new Set(),
    outcomes: await outcomesOf(ctx, sources.runs, needs.outcomesOf),
    segments: await standingIn(ctx, contact, needs.segments, now),
    replies: needs.hasReplies ? await writtenSince(ctx, contact._id, enrolment.enrolledAt) : [],
    complainedAt: needs.hasComplaints ? await complainedSince(ctx, contact._id, enrolment.enrolledAt) : null,
    // Known before anybody is enrolled: a rehearsal sees the arm that will be taken.
    seed: `${enrolment.sequenceId}:${booking._id}:${contact._id}`,
  };
}

/** Facts by the key that conditions name. */
function valuesOf(booking: Doc<"bookings">, contact: Doc<"contacts">): FlowFacts["values"] {
  const values: Record<string, FlowFacts["values"][string]> = {
    "booking.title": booking.title,
    "booking.status": booking.status,
    "booking.source": booking.sourceId,
    "booking.isOnline": booking.location.kind === "online",
    ...contactValues(contact),
  };
  for (const [key, value] of Object.entries(booking.attributes)) values[`booking.attributes.${key}`] = value;
  return values;
}

/** Whether the person is in the segments that are asked for, archived ones included. */
async function standingIn(
  ctx: QueryCtx,
  contact: Doc<"contacts">,
  asked: ReadonlySet<Id<"segments">>,
  now: number,
): Promise<NonNullable<FlowFacts["segments"]>> {
  const segments = await segmentsAmong(ctx, contact.orgId, asked);
  const verdicts = await judgeAmong(ctx, contact, segments, now);
  return new Map(
    segments.flatMap(({ _id, name }) => {
      const verdict = verdicts.get(_id);
      if (verdict === undefined) return [];
      const findings = verdict.findings.map(({ test, holds }) => ({ test, holds }));
      return [[_id, { name, isIn: verdict.isIn, findings }] as const];
    }),
  );
}

async function consentsAmong(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  asked: ReadonlySet<`${Purpose}:${Channel}`>,
): Promise<Set<`${Purpose}:${Channel}`>> {
  const given = new Set<`${Purpose}:${Channel}`>();
  for (const key of asked) {
    const [purpose, channel] = key.split(":") as [Purpose, Channel];
    if ((await consentOf(ctx, contactId, channel, purpose)) === "granted") given.add(key);
  }
  return given;
}

async function channelsOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Set<Channel>> {
  const addresses = await addressesOf(ctx, contactId);
  return new Set(CHANNELS.filter((channel) => usableAddress(addresses, channel) !== null));
}

async function outcomesOf(
  ctx: QueryCtx,
  runs: readonly Doc<"stepRuns">[],
  asked: ReadonlySet<string>,
): Promise<FlowFacts["outcomes"]> {
  const outcomes: Record<string, Partial<Record<Outcome, number>>> = {};
  for (const run of runs) {
    if (!asked.has(run.stepId)) continue;
    const known = (outcomes[run.stepId] ??= {});
    for (const [outcome, at] of await outcomesOfRun(ctx, run))
      known[outcome] = Math.min(known[outcome] ?? Infinity, at);
  }
  return outcomes;
}

async function outcomesOfRun(ctx: QueryCtx, { state, contactId }: Doc<"stepRuns">): Promise<[Outcome, number][]> {
  if (state.kind === "skipped" || state.kind === "cancelled") return [["skipped", state.at]];
  if (state.kind === "failed") return [["failed", state.at]];
  if (state.kind !== "sent") return [];
  const receipts = await receiptsOf(ctx, state.queueId);
  const outcomes: [Outcome, number][] = [["sent", state.at]];
  const [answer] = await writtenSince(ctx, contactId, state.at);
  if (answer !== undefined) outcomes.push(["replied", answer.at]);
  for (const { kind, at, isMachine } of receipts) {
    // A scanner opens every mail and follows every link (providers.md 7.6).
    if ((kind === "opened" || kind === "clicked") && isMachine !== true) outcomes.push([kind, at]);
    if (kind === "delivered" || kind === "read") outcomes.push(["delivered", at]);
    if (kind === "read") outcomes.push(["opened", at]);
  }
  return outcomes;
}
