import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireBooking } from "../../bookings/model/read";
import { statesOfBooking } from "../../bookings/model/timeline";
import { requireContact } from "../../contacts/model";
import { needsOf } from "../flow/needs";
import { withPurpose } from "../flow/rules";
import type { Flow, FlowNode, MessageNode } from "../flow/schema";
import { decisionsOf } from "../model/decisions";
import { Desk } from "../model/desk";
import { gatherFacts } from "../model/facts";
import { messagesOf, personOf } from "../model/path";
import { runsOf } from "../model/runs";
import { anchorsOf, isOn, standingOf } from "../standing";
import { chooseZone } from "../timing";
import { replayCourse, type Moment, type ReplayedRun } from "./course";
import { differenceOf, type Told, type Wording } from "./difference";

type Enrolment = Doc<"enrolments">;

/**
 * What a journey would have sent to somebody who is or was in it, had it been like `target`, beside what really went, by
 * time (product.md O-5). What is known of the person is as it is now, and so are places and attributes of the booking.
 */
export async function replayEnrolment(ctx: QueryCtx, enrolment: Enrolment, target: Flow, now: number) {
  const desk = new Desk();
  const { flow: own, settings } = await desk.journeyOf(ctx, enrolment.versionId);
  const flow = withPurpose(target, settings.purpose);
  const runs = await runsOf(ctx, enrolment._id);
  const moments = await momentsOf(ctx, { enrolment, runs, flow, desk, now });
  const decisions = await decisionsOf(ctx, enrolment._id);
  const found = new Map([...decisions].filter(([stepId]) => decidesAlike(nodeIn(own, stepId), nodeIn(flow, stepId))));
  const detour = { gaps: await desk.gapsOf(ctx, enrolment), takenOutAt: enrolment.takenOut?.at };
  const replayed = replayCourse({ flow, settings, moments, found, detour, until: now });
  return rowsOf({ own, flow, runs, replayed });
}

type Sources = { enrolment: Enrolment; runs: readonly Doc<"stepRuns">[]; flow: Flow; desk: Desk; now: number };

/** What was known of the booking and the person from when on, the entry first. */
async function momentsOf(ctx: QueryCtx, { enrolment, runs, flow, desk, now }: Sources): Promise<Moment[]> {
  const { orgId, enrolledAt, contactId } = enrolment;
  const booking = await requireBooking(ctx, orgId, enrolment.bookingId);
  const person = await personOf(ctx, enrolment);
  const contact = await requireContact(ctx, orgId, contactId);
  const org = await desk.orgOf(ctx, orgId);
  const zone = chooseZone(booking.location, person?.timezone ?? contact.timezone, org.timezone);
  const needs = needsOf(flow, await desk.settingsOf(ctx, enrolment.sequenceId));
  const facts = await gatherFacts(ctx, { enrolment, booking, person, contact, zone, runs }, needs, now);
  const states = await statesOfBooking(ctx, booking);
  const entry = states.findLastIndex(({ from }) => from <= enrolledAt);
  return states.slice(Math.max(0, entry)).map(({ from, booking: was }, i, all) => {
    // Of somebody who was taken off the booking nobody knows since when: the last change did it.
    const wasThere = person === null && i < all.length - 1 && isOn(was);
    return {
      from: Math.max(from, enrolledAt),
      facts: {
        ...facts,
        anchors: anchorsOf(was),
        standing: wasThere ? { isOn: true } : standingOf(was, person),
        values: { ...facts.values, "booking.status": was.status },
      },
    };
  });
}

function nodeIn({ nodes }: Flow, stepId: string): FlowNode | undefined {
  return nodes.find((node) => node.stepId === stepId);
}

/** Whether two steps ask the same question: what was decided at one holds for the other, wherever each way leads. */
function decidesAlike(a: FlowNode | undefined, b: FlowNode | undefined): boolean {
  return a !== undefined && b !== undefined && JSON.stringify(questionOf(a)) === JSON.stringify(questionOf(b));
}

function questionOf(node: FlowNode): unknown {
  switch (node.kind) {
    case "branch":
      return node.arms.map(({ armId, condition }) => [armId, condition]);
    case "split":
      return node.arms.map(({ armId, percent }) => [armId, percent]);
    case "wait_for":
      return [node.awaited, node.timeoutMinutes];
    case "limit":
      return [node.people, node.perMinutes];
    case "deed":
      return node.deed;
    case "message":
    case "wait":
    case "jump":
    case "goal":
    case "exit":
      return node.kind;
  }
}

type Both = { own: Flow; flow: Flow; runs: readonly Doc<"stepRuns">[]; replayed: readonly ReplayedRun[] };

function rowsOf({ own, flow, runs, replayed }: Both) {
  const key = ({ stepId, occurrence }: Pick<ReplayedRun, "stepId" | "occurrence">) => `${stepId}:${occurrence}`;
  const real = new Map(runs.map((run) => [key(run), run]));
  const thought = new Map(replayed.map((run) => [key(run), run]));
  const [before, after] = [messageById(own), messageById(flow)];
  const rows = [...new Set([...real.keys(), ...thought.keys()])].map((each) => {
    const [run, other] = [real.get(each), thought.get(each)];
    const stepId = run?.stepId ?? other?.stepId ?? "";
    const [old, next] = [before.get(stepId), after.get(stepId)];
    const [really, again] = [told(run), told(other)];
    const wording = { old: wordingOf(old), new: wordingOf(next) };
    const difference = differenceOf({ really, replayed: again, wording });
    return { stepId, name: (next ?? old)?.name ?? stepId, difference, really, replayed: again };
  });
  const timeOf = ({ really, replayed: again }: (typeof rows)[number]) => (again ?? really)?.plannedAt ?? Infinity;
  return rows.sort((a, b) => timeOf(a) - timeOf(b));
}

function messageById(flow: Flow): Map<string, MessageNode> {
  return new Map(messagesOf(flow).map((node) => [node.stepId, node]));
}

function wordingOf(node: MessageNode | undefined): Wording | null {
  return node === undefined ? null : { templateId: node.templateId as Id<"templates">, channel: node.channel };
}

function told(run: Pick<ReplayedRun, "plannedAt" | "state"> | undefined): Told | null {
  if (run === undefined) return null;
  const { plannedAt, state } = run;
  const reason = state.kind === "skipped" || state.kind === "cancelled" ? { reason: state.reason } : {};
  return { plannedAt, state: { kind: state.kind, ...reason } };
}
