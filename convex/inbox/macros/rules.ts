import type { ThreadChannel, ThreadStatus, ThreadType } from "../../lib/closedSets";
import type { Permission } from "../../lib/permissions";
import type { MacroAudience, MacroContext, MacroStep, StepPlan } from "./schema";

// What a macro is and does to a conversation (product.md A-68). Pure; the browser uses it too.

export type { MacroAudience, MacroStep, StepPlan };

export const MAX_STEPS = 12;
/** Longest snooze and due time a macro may name; a macro is for everyday work. */
export const MAX_DAYS = 90;
const MAX_TAGS = 50;

/**
 * The order in which steps are carried out, whatever order they were added in: words first, because they may be refused;
 * the status after what it should not reopen, putting off last.
 */
export const STEP_KINDS = [
  "reply",
  "note",
  "tag",
  "untag",
  "type",
  "priority",
  "team",
  "assign",
  "task",
  "follow",
  "status",
  "snooze",
] as const satisfies readonly MacroStep["kind"][];

/** Steps a macro may have more than one of. */
const REPEATABLE: readonly MacroStep["kind"][] = ["tag", "untag", "task"];

/** What a member must be allowed to, to run a step. */
export function permissionFor({ kind }: Pick<MacroStep, "kind">): Permission {
  if (kind === "team" || kind === "assign") return "inbox.assign";
  if (kind === "task") return "tasks.edit";
  return kind === "follow" ? "inbox.read" : "inbox.reply";
}

/** The steps as they are carried out. */
export function inOrder(steps: readonly MacroStep[]): MacroStep[] {
  return steps.toSorted((a, b) => STEP_KINDS.indexOf(a.kind) - STEP_KINDS.indexOf(b.kind));
}

export type ShapeProblem = {
  index: number;
  problem: "empty" | "too_many" | "twice" | "days" | "closed_snooze" | "words";
};

/** What is wrong with the steps by themselves, or null. */
export function shapeProblem(steps: readonly MacroStep[]): ShapeProblem | null {
  if (steps.length === 0) return { index: 0, problem: "empty" };
  if (steps.length > MAX_STEPS) return { index: MAX_STEPS, problem: "too_many" };
  for (const [index, step] of steps.entries()) {
    const isRepeated = steps.findIndex(({ kind }) => kind === step.kind) < index;
    if (isRepeated && !REPEATABLE.includes(step.kind)) return { index, problem: "twice" };
    const days = step.kind === "snooze" ? step.days : step.kind === "task" ? step.dueDays : null;
    if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)) return { index, problem: "days" };
    if (wordsOf(step)?.trim() === "") return { index, problem: "words" };
  }
  const status = steps.find((step) => step.kind === "status");
  const snooze = steps.findIndex(({ kind }) => kind === "snooze");
  if (snooze !== -1 && status !== undefined && !isOpenAfter(status.status)) {
    return { index: snooze, problem: "closed_snooze" };
  }
  return null;
}

function wordsOf(step: MacroStep): string | null {
  if (step.kind === "note") return step.text;
  if (step.kind === "task") return step.title;
  return step.kind === "tag" || step.kind === "untag" ? step.tag : null;
}

function isOpenAfter(status: ThreadStatus): boolean {
  return status !== "resolved" && status !== "closed";
}

/** True when a macro is made for such conversations rather than for any. */
export function isSuggested(
  { channels, threadTypes }: MacroContext,
  at: { channel: ThreadChannel; threadType: ThreadType },
) {
  if (channels.length === 0 && threadTypes.length === 0) return false;
  return fits(channels, at.channel) && fits(threadTypes, at.threadType);
}

function fits(wanted: readonly string[], is: string): boolean {
  return wanted.length === 0 || wanted.includes(is);
}

/** The macros as they are offered: made for such conversations, for any, for others; in their own order within each. */
export function offeredOrder<T extends { context: MacroContext }>(
  macros: readonly T[],
  at: { channel: ThreadChannel; threadType: ThreadType },
): T[] {
  const rank = ({ context }: T) => {
    if (isSuggested(context, at)) return 0;
    return context.channels.length + context.threadTypes.length === 0 ? 1 : 2;
  };
  return macros.toSorted((a, b) => rank(a) - rank(b));
}

/** What a plan depends on. */
export type MacroFacts<MemberId extends string = string, TeamId extends string = string> = {
  status: ThreadStatus;
  threadType: ThreadType;
  priority: string;
  tags: readonly string[];
  teamId: TeamId | null;
  assigneeId: MemberId | null;
  /** undefined: it is not snoozed. */
  snoozedUntil: number | null | undefined;
  isFollowing: boolean;
  /** Why the customer cannot be answered, or null; only looked at for a reply. */
  unreachable: "no_customer" | "no_address" | "window_closed" | null;
  /** The reply's words still have places to fill in. */
  hasGaps: boolean;
  /** Who runs it. */
  me: MemberId;
};

const CHANGE: StepPlan = { outcome: "change" };
const SAME: StepPlan = { outcome: "same" };

/**
 * What each step would do to a conversation, in order, each on what those before it leave. A step that is refused means
 * that the conversation is left alone: half a macro would be worse than none.
 */
export function planSteps(steps: readonly MacroStep[], facts: MacroFacts): StepPlan[] {
  let now = facts;
  return steps.map((step) => {
    const plan = planStep(step, now);
    if (plan.outcome === "change") now = after(step, now);
    return plan;
  });
}

/** What a plan comes to for the conversation. */
export function outcomeOf(plans: readonly StepPlan[]): StepPlan["outcome"] {
  if (plans.some(({ outcome }) => outcome === "refused")) return "refused";
  return plans.some(({ outcome }) => outcome === "change") ? "change" : "same";
}

function planStep(step: MacroStep, now: MacroFacts): StepPlan {
  const unless = (isSame: boolean) => (isSame ? SAME : CHANGE);
  switch (step.kind) {
    case "reply":
      return planReply(step, now);
    case "note":
    case "task":
      return CHANGE;
    case "tag":
      if (now.tags.includes(step.tag)) return SAME;
      return now.tags.length < MAX_TAGS ? CHANGE : { outcome: "refused", reason: "too_many_tags" };
    case "untag":
      return unless(!now.tags.includes(step.tag));
    case "type":
      return unless(now.threadType === step.threadType);
    case "priority":
      return unless(now.priority === step.priority);
    case "team":
      return unless(now.teamId === step.teamId);
    case "assign":
      return unless(now.assigneeId === holderOf(step.assigneeId, now.me));
    case "follow":
      return unless(now.isFollowing);
    case "status":
      return unless(now.status === step.status);
    case "snooze":
      if (!isOpenAfter(now.status)) return { outcome: "refused", reason: "closed" };
      return unless(step.days === null && now.snoozedUntil === null);
  }
}

// A draft may have gaps: its author fills them in. Nothing with gaps is sent.
function planReply({ send }: Extract<MacroStep, { kind: "reply" }>, { unreachable, hasGaps }: MacroFacts): StepPlan {
  if (!send) return CHANGE;
  if (unreachable !== null) return { outcome: "refused", reason: unreachable };
  return hasGaps ? { outcome: "refused", reason: "gaps" } : CHANGE;
}

function after(step: MacroStep, now: MacroFacts): MacroFacts {
  switch (step.kind) {
    case "tag":
      return { ...now, tags: [...now.tags, step.tag] };
    case "untag":
      return { ...now, tags: now.tags.filter((tag) => tag !== step.tag) };
    case "type":
      return { ...now, threadType: step.threadType };
    case "priority":
      return { ...now, priority: step.priority };
    case "assign":
      return { ...now, assigneeId: holderOf(step.assigneeId, now.me) };
    // The team's rules say who has it then.
    case "team":
      return { ...now, teamId: step.teamId, assigneeId: step.teamId === null ? now.assigneeId : null };
    case "status":
      return { ...now, status: step.status };
    case "follow":
      return { ...now, isFollowing: true };
    case "reply":
    case "note":
    case "task":
    case "snooze":
      return now;
  }
}

/** The member a step names; "me" is whoever runs it. */
export function holderOf<MemberId extends string>(named: MemberId | "me" | null, me: MemberId): MemberId | null {
  return named === "me" ? me : named;
}
