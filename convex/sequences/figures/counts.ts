import { CHANNELS, type Channel } from "../../lib/closedSets";
import type { SkipReason, StepRunState } from "../schema";
import type { RULE_ENDS } from "../flow/rules";
import type { Figures, StepOutcome } from "./schema";

// What is counted, by which key, and what the screens make of it. Pure.

export type Counts = Record<string, number>;
/** `people` by the state of their journey; steps by what is counted of each. */
export type SequenceCounts = { people: Counts; byStep: ReadonlyMap<string, Counts> };

/** People who stand at a step: it is what comes next for them. */
export const HERE = "here";
const ARM = "arm:";
const REASON = "why:";
const GOAL = `${ARM}goal`;
/** Where a rule of the whole journey, rather than a step, has found the goal reached. */
const GOAL_RULE: (typeof RULE_ENDS)[number] = "rule_goal";

/** The key of a state of a run. */
export function kindOf(state: StepRunState | `arm:${string}`): string {
  return typeof state === "string" ? state : state.kind;
}

/** The key of why a message did not go; null of all others. */
export function reasonKey(state: StepRunState | `arm:${string}`): `why:${SkipReason}` | null {
  if (typeof state === "string" || (state.kind !== "skipped" && state.kind !== "cancelled")) return null;
  return `${REASON}${state.reason}`;
}

/** Whether it counts for how many messages of a channel arrive. */
export function isSuccessPart(outcome: StepOutcome): outcome is "delivered" | "lost" {
  return outcome === "delivered" || outcome === "lost";
}

/** All zero: a sequence or step nothing has happened in yet. */
export function noFigures(): Figures {
  const [active, entered, waiting, passed, planned, sent, delivered] = [0, 0, 0, 0, 0, 0, 0];
  const [opened, clicked, replied, converted, skipped, failed] = [0, 0, 0, 0, 0, 0];
  const people = { active, entered, waiting, passed, planned };
  return { ...people, sent, delivered, opened, clicked, replied, converted, skipped, failed };
}

type StepFigures = { stepId: string; figures: Figures; reasons: { reason: string; count: number }[] };
type ChannelSuccess = { channel: Channel; delivered: number; lost: number };

/** The figures of a journey, of its steps, and of the channels its messages have gone by (product.md B-14, B-31). */
export function figuresFrom({ people, byStep }: SequenceCounts): {
  total: Figures;
  steps: StepFigures[];
  channels: ChannelSuccess[];
} {
  const total = noFigures();
  total.active = at(people, "active");
  total.entered = Object.values(people).reduce((sum, count) => sum + count, 0);
  total.waiting = total.active;
  total.passed = total.entered - total.active;
  const steps = [...byStep].map(([stepId, counts]) => ({
    stepId,
    figures: stepFigures(stepId, counts),
    reasons: reasonsIn(counts),
  }));
  for (const { figures } of steps) {
    for (const key of SUMMED) total[key] += figures[key];
  }
  const channels = CHANNELS.map((channel) => ({
    channel,
    delivered: sum(byStep, `delivered:${channel}`),
    lost: sum(byStep, `lost:${channel}`),
  }));
  return { total, steps, channels: channels.filter(({ delivered, lost }) => delivered + lost > 0) };
}

const SUMMED = [
  "planned",
  "sent",
  "delivered",
  "opened",
  "clicked",
  "replied",
  "converted",
  "skipped",
  "failed",
] as const satisfies readonly (keyof Figures)[];

function stepFigures(stepId: string, counts: Counts): Figures {
  const planned = at(counts, "planned") + at(counts, "waiting");
  const [sent, failed] = [at(counts, "sent"), at(counts, "failed")];
  const skipped = at(counts, "skipped") + at(counts, "cancelled");
  const decided = Object.entries(counts).reduce((all, [key, count]) => (key.startsWith(ARM) ? all + count : all), 0);
  const waiting = at(counts, HERE);
  const passed = sent + skipped + failed + decided;
  // Whoever stands at a message has it planned; whoever stands at a decision has nothing yet.
  const entered = passed + Math.max(planned, waiting);
  const { delivered, opened, clicked, replied } = outcomesIn(counts);
  const converted = stepId === GOAL_RULE ? decided : at(counts, GOAL);
  const messages = { planned, sent, delivered, opened, clicked, replied, skipped, failed };
  return { active: 0, entered, waiting, passed, ...messages, converted };
}

function outcomesIn(counts: Counts) {
  const [delivered, opened] = [at(counts, "delivered"), at(counts, "opened")];
  return { delivered, opened, clicked: at(counts, "clicked"), replied: at(counts, "replied") };
}

/** Most frequent first. */
function reasonsIn(counts: Counts): StepFigures["reasons"] {
  return Object.entries(counts)
    .flatMap(([key, count]) =>
      key.startsWith(REASON) && count > 0 ? [{ reason: key.slice(REASON.length), count }] : [],
    )
    .sort((a, b) => b.count - a.count);
}

/** A row that changed while what was from before was being counted may leave a count one too low. */
function at(counts: Counts, key: string): number {
  return Math.max(counts[key] ?? 0, 0);
}

function sum(byStep: SequenceCounts["byStep"], key: string): number {
  return [...byStep.values()].reduce((all, counts) => all + at(counts, key), 0);
}
