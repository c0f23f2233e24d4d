import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { bookingPeopleOf, bookingsOfContact } from "../../../bookings/model/read";
import type { SegmentTest } from "../../../contacts/segments/schema";
import { appError } from "../../../lib/errors";
import type { Finding } from "../../flow/conditions";
import type { Flow, FlowNode, Test } from "../../flow/schema";
import type { Visit } from "../../flow/walk";
import { presentMessage } from "./page";
import { Rehearsal, type Rehearsed, type RehearsedJourney } from "./person";

// Why a rehearsed message goes as it does: the rules in the order in which they were asked (product.md O-1, O-2).

/** One rule with what it looked at and what came of it. */
export type Reason = { rule: string; outcome: string; inputs: Record<string, string | number | null> };

type Asked = { bookingId: Id<"bookings">; contactId: Id<"contacts">; stepId: string };

/**
 * One message of a rehearsal with its rules and its text. The person's other bookings count for the cap as in the whole
 * rehearsal. Throws `not_found` when the journey does not come to that message any more.
 */
export async function whyRehearsed(
  ctx: QueryCtx,
  { sequence, flow, now }: { sequence: Doc<"sequences">; flow: Flow; now: number },
  { bookingId, contactId, stepId }: Asked,
) {
  const rehearsal = await Rehearsal.begin(ctx, sequence, flow, now);
  const bookings = (await bookingsOfContact(ctx, contactId)).filter(
    (booking) => booking._id === bookingId || (booking.isActive && booking.endsAt >= now),
  );
  const journeys: RehearsedJourney[] = [];
  for (const booking of bookings.toSorted((a, b) => a.endsAt - b.endsAt)) {
    const people = await bookingPeopleOf(ctx, booking._id);
    const person = people.find((each) => each.contactId === contactId);
    if (person !== undefined && booking.orgId === sequence.orgId) {
      journeys.push(await rehearsal.journeyOf(booking, person));
    }
  }
  await rehearsal.check(journeys);
  const journey = journeys.find(({ booking }) => booking._id === bookingId);
  const message = journey?.messages.find(({ node }) => node.stepId === stepId);
  if (journey === undefined || message === undefined) {
    throw appError("not_found", "The journey does not come to this message.");
  }
  const content = await rehearsal.textOf(message);
  return {
    message: presentMessage(message),
    reasons: reasonsOf(journey, message),
    zone: journey.zone,
    text: content,
  };
}

function reasonsOf(journey: RehearsedJourney, message: Rehearsed): Reason[] {
  const { plan, foreseen, objection, isSure } = message;
  const reasons: Reason[] = [{ rule: "entry", outcome: journey.entry, inputs: {} }];
  reasons.push(...wayTo(message.node.stepId, journey.visits));
  if (!isSure) reasons.push({ rule: "open_decision", outcome: "perhaps", inputs: {} });
  reasons.push({
    rule: "timing",
    outcome: plan.kind === "skip" ? plan.reason : plan.kind,
    inputs: timingInputs(message),
  });
  if (plan.kind === "send" && plan.shiftedFrom !== undefined) {
    reasons.push(moved("journey_quiet_hours", plan.shiftedFrom, plan.dueAt));
  }
  if (foreseen !== null && plan.kind === "send") {
    const { dueAt, route, allowed } = foreseen;
    if (dueAt > plan.dueAt) reasons.push(moved("spread", plan.dueAt, dueAt));
    reasons.push(wayOf(foreseen));
    if (allowed?.rule != null) reasons.push(moved(allowed.rule, dueAt, allowed.at));
    if (route.kind === "send" && allowed === null) reasons.push({ rule: "no_hour", outcome: "blocked", inputs: {} });
  }
  if (objection !== null) {
    reasons.push({ rule: objection.reason, outcome: "blocked", inputs: { detail: objection.detail } });
  }
  return reasons;
}

function moved(rule: string, from: number, to: number): Reason {
  return { rule, outcome: "moved", inputs: { from, to } };
}

function timingInputs({ plan }: Rehearsed): Reason["inputs"] {
  return plan.kind === "wait" ? { text: plan.explanation } : { text: plan.explanation, at: plan.at };
}

function wayOf({ route, connectionName = "" }: NonNullable<Rehearsed["foreseen"]>): Reason {
  switch (route.kind) {
    case "send":
      return {
        rule: route.rule,
        outcome: "goes",
        inputs: { channel: route.channel, connection: connectionName, address: route.address, ...route.evidence },
      };
    case "skip":
      return { rule: route.rule, outcome: "blocked", inputs: { detail: route.detail, ...route.evidence } };
    case "dead":
      return { rule: route.rule, outcome: "blocked", inputs: { detail: route.failure.reason } };
    case "hold":
      return { rule: route.rule, outcome: "held", inputs: { detail: route.reason } };
    case "wait":
    case "throttled":
      return { rule: route.kind === "wait" ? route.rule : "limited", outcome: "held", inputs: { until: route.until } };
  }
}

/** The decisions on the way to a message, with every test that was looked at. */
function wayTo(stepId: string, visits: readonly Visit[]): Reason[] {
  const end = visits.findIndex((visit) => visit.kind === "message" && visit.node.stepId === stepId);
  return visits.slice(0, Math.max(end, 0)).flatMap((visit): Reason[] => {
    if (visit.kind !== "passed" && visit.kind !== "ahead") return [];
    const { node, at, outcome, findings } = visit;
    const tests = findings.map(findingText).join("; ");
    const inputs = { name: node.name, arm: armName(node, outcome), at, ...(tests === "" ? {} : { tests }) };
    return [{ rule: `node_${node.kind}`, outcome: visit.kind, inputs }];
  });
}

function armName(node: FlowNode, outcome: string): string {
  if (node.kind !== "branch" && node.kind !== "split") return outcome;
  return node.arms.find(({ armId }) => armId === outcome)?.name ?? outcome;
}

function findingText({ test, holds, segment }: Finding): string {
  const because = (segment?.findings ?? []).map((each) => `${segmentTestText(each.test)} ${each.holds ? "✓" : "✗"}`);
  const why = because.length === 0 ? "" : ` (${because.join(", ")})`;
  return `${testText(test, segment?.name)}${why}: ${holds ? "✓" : "✗"}`;
}

function segmentTestText(test: SegmentTest): string {
  switch (test.kind) {
    case "suppressed":
      return `suppressed ${test.purpose} ${test.channel} ${test.isSuppressed ? "is_set" : "is_not_set"}`;
    case "created":
      return `contact.created ${test.isWithin ? "at_most" : "at_least"} ${test.days} d`;
    case "consent": {
      const { topic, purpose, channel, isGiven } = test;
      return `consent ${topic ?? purpose} ${channel} ${isGiven ? "is_set" : "is_not_set"}`;
    }
    default:
      return testText(test);
  }
}

function testText(test: Test, segmentName = ""): string {
  switch (test.kind) {
    case "fact":
      return [test.key, test.comparison, test.value].filter((part) => part !== undefined).join(" ");
    case "consent":
      return `consent ${test.purpose} ${test.channel} ${test.isGiven ? "is_set" : "is_not_set"}`;
    case "channel":
      return `channel ${test.channel} ${test.isAvailable ? "is_set" : "is_not_set"}`;
    case "outcome":
      return `${test.stepId} ${test.hasHappened ? "is" : "is_not"} ${test.outcome}`;
    case "segment":
      return `segment ${test.isIn ? "is" : "is_not"} ${segmentName}`.trim();
    case "reply":
      return `reply ${test.hasHappened ? "is_set" : "is_not_set"} ${test.words.join(", ")}`.trim();
  }
}
