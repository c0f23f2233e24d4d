import { NO_TEMPLATE } from "../closedSets";
import type { Awaited, Condition, FlowNode, MessageNode, Rest, Test } from "../flow/schema";
import type { Phase, StepTiming } from "../schema";

// The steps of ready-made journeys, without names: those come with the language.

const DAY_MINUTES = 24 * 60;

type MessageFields = Pick<MessageNode, "phase" | "timing" | "channel" | "purpose"> &
  Partial<Pick<MessageNode, "latePolicy" | "repeatAfterMove">>;

/** A message; late ones are left out unless it says otherwise. */
export function message(stepId: string, fields: MessageFields, next: string | null): FlowNode {
  const usual = { latePolicy: { kind: "skip" }, repeatAfterMove: false } as const;
  return { kind: "message", stepId, name: "", templateId: NO_TEMPLATE, ...usual, ...fields, next };
}

/** Calendar days from the start or end, at its own time of day or at `at`. */
export function days(anchor: StepTiming["anchor"], offsetDays: number, at?: string): StepTiming {
  return { kind: "days", anchor, offsetDays, ...(at === undefined ? {} : { at }) };
}

/** Rests after the booking. */
export function pause(stepId: string, rest: Rest, next: string): FlowNode {
  return { kind: "wait", stepId, name: "", phase: "after", rest, next };
}

/** One way where `test` holds, the other where it does not. */
export function fork(
  stepId: string,
  phase: Phase,
  test: Test,
  { yes, no }: { yes: string; no: string | null },
): FlowNode {
  const condition: Condition = { match: "all", groups: [{ match: "all", tests: [test] }] };
  return {
    kind: "branch",
    stepId,
    name: "",
    phase,
    arms: [{ armId: "yes", name: "", condition, next: yes }],
    otherwise: no,
  };
}

/** Waits for an answer. */
export function answer(stepId: string, forDays: number, next: string, otherwise: string | null): FlowNode {
  const awaited: Awaited = { kind: "reply", words: [] };
  const timeoutMinutes = forDays * DAY_MINUTES;
  return { kind: "wait_for", stepId, name: "", phase: "after", awaited, timeoutMinutes, next, otherwise };
}

/** The journey has done what it is for. */
export function goal(stepId: string): FlowNode {
  return { kind: "goal", stepId, name: "", phase: "after" };
}

/** A task for the team; its title is the name of the step. */
export function task(stepId: string, phase: Phase, dueInHours: number, next: string | null): FlowNode {
  return { kind: "deed", stepId, name: "", phase, deed: { kind: "create_task", title: "", dueInHours }, next };
}

/**
 * How most journeys end: days after the booking, who wants to hear of offers gets `offer`, and an answer is the goal. Begins
 * at the step "later".
 */
export function offerAgain(offer: string, { afterDays, answerDays = 14 }: { afterDays: number; answerDays?: number }) {
  return [
    pause("later", days("end", afterDays, "10:00"), "wants-offers"),
    fork("wants-offers", "after", WANTS_OFFERS, { yes: offer, no: null }),
    message(offer, { phase: "after", timing: { kind: "reached" }, channel: "email", purpose: "marketing" }, "answer"),
    answer("answer", answerDays, "goal", null),
    goal("goal"),
  ];
}

/** Whether they want to hear of offers by e-mail. */
const WANTS_OFFERS: Test = { kind: "consent", purpose: "marketing", channel: "email", isGiven: true };
