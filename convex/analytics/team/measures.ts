import { HOUR_MS } from "../../lib/time";
import { countOf, meanOf, type Count, type Sums } from "./sums";

// What the sums say, and what the requirement wants them to say (product.md ). Pure; the browser computes with
// the same file.

/** Measures with a target of requirement S1, "Success Metrics". */
export const TARGETED = [
  "emailAnswer",
  "whatsappAnswer",
  "slaKept",
  "fixedAtOnce",
  "satisfaction",
  "templates",
  "routedRight",
  "tasksInTime",
  "historyKept",
  "roomToGrow",
] as const;
export type Targeted = (typeof TARGETED)[number];

type Target = { kind: "below" | "above" | "atLeast"; value: number };

/** Durations in ms of working time, shares between 0 and 1, grades between 1 and 5. */
export const TARGETS: Record<Targeted, Target> = {
  emailAnswer: { kind: "below", value: 4 * HOUR_MS },
  whatsappAnswer: { kind: "below", value: HOUR_MS },
  slaKept: { kind: "above", value: 0.95 },
  fixedAtOnce: { kind: "above", value: 0.8 },
  satisfaction: { kind: "above", value: 4.5 },
  templates: { kind: "above", value: 0.6 },
  routedRight: { kind: "above", value: 0.9 },
  tasksInTime: { kind: "above", value: 0.95 },
  historyKept: { kind: "atLeast", value: 1 },
  roomToGrow: { kind: "atLeast", value: 10 },
};

/** Whether a value reaches its target; null where there is no value. */
export function isMet(name: Targeted, value: number | null): boolean | null {
  if (value === null) return null;
  const { kind, value: target } = TARGETS[name];
  if (kind === "below") return value < target;
  return kind === "above" ? value > target : value >= target;
}

/** The target of the average answer on a channel; null where the requirement names none. */
export function answerTarget(channel: string | null): "emailAnswer" | "whatsappAnswer" | null {
  if (channel === "email") return "emailAnswer";
  return channel === "whatsapp" ? "whatsappAnswer" : null;
}

/** A share between 0 and 1; null of nothing. */
function share(sums: Sums, part: Count, whole: Count): number | null {
  const of = countOf(sums, whole);
  return of === 0 ? null : countOf(sums, part) / of;
}

/** Deadlines that were kept among those that ended, of answers and of closed conversations. */
export function slaKept(sums: Sums): number | null {
  const [inTime, late] = [countOf(sums, "inTime"), countOf(sums, "late")];
  return inTime + late === 0 ? null : inTime / (inTime + late);
}

/** Closed with one answer that was enough, among closed conversations that were answered. */
export const fixedAtOnce = (sums: Sums) => share(sums, "fixedAtOnce", "closedAnswered");

/** Closed conversations that had been escalated. */
export const escalated = (sums: Sums) => share(sums, "escalated", "closed");

/** Closed by whom they were given to by rule, among closed ones that were. */
export const routedRight = (sums: Sums) => share(sums, "routedRight", "routed");

/** Answers that began with a template. */
export const templates = (sums: Sums) => share(sums, "templated", "sent");

/** Tasks with a date that were done by then. */
export const tasksInTime = (sums: Sums) => share(sums, "tasksInTime", "tasksDue");

/** Messages both ways in a conversation until it was closed. */
export const messagesPerSolution = (sums: Sums) => share(sums, "closedMessages", "closed");

/** Messages both ways. */
export const volume = (sums: Sums) => countOf(sums, "received") + countOf(sums, "sent");

/** What sending cost for each message both ways, millionths of the currency unit; null without messages. */
export function costPerMessage(sums: Sums): number | null {
  const messages = volume(sums);
  return messages === 0 ? null : countOf(sums, "costMicros") / messages;
}

/** The four measures of satisfaction (product.md A-50): NPS from -100 to 100, the others from 1 to 5. */
export function satisfaction(sums: Sums) {
  const npsCount = countOf(sums, "npsCount");
  const recommends = countOf(sums, "promoters") - countOf(sums, "detractors");
  const grades = countOf(sums, "speedCount") + countOf(sums, "channelCount") + countOf(sums, "resolutionCount");
  const points = countOf(sums, "speedSum") + countOf(sums, "channelSum") + countOf(sums, "resolutionSum");
  return {
    nps: npsCount === 0 ? null : Math.round((recommends / npsCount) * 100),
    speed: share(sums, "speedSum", "speedCount"),
    channel: share(sums, "channelSum", "channelCount"),
    resolution: share(sums, "resolutionSum", "resolutionCount"),
    /** The mean of all three grades. */
    grade: grades === 0 ? null : points / grades,
  };
}

/** The mean answer, ms of working time. */
export const meanAnswer = (sums: Sums) => meanOf(sums, "answer");

/** Texts of customers that stand in a conversation among all that came in; null when none did. */
export function historyKept(received: number, unreadable: number): number | null {
  return received + unreadable === 0 ? null : received / (received + unreadable);
}

/**
 * Messages an hour that one machine of two cores took in the slower of the runs on record (docs/decisions/0008: 309 a
 * second), rounded down.
 */
const MEASURED_PER_HOUR = 300 * 3_600;

/** How many times the busiest day could come within one hour on what was measured; null without messages. */
export function roomToGrow(busiestDay: number): number | null {
  return busiestDay === 0 ? null : Math.floor(MEASURED_PER_HOUR / busiestDay);
}
