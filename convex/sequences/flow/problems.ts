import type { Channel } from "../../lib/closedSets";
import { isIncomplete } from "../../lib/conditions";
import { NO_SEGMENT, NO_TEMPLATE } from "../closedSets";
import { alwaysPasses, circlesIn, entrancesOf, exitsOf, nodesById, reachableFrom } from "./edges";
import type { Condition, Flow, FlowNode, MessageNode, Rest } from "./schema";

// What stands in the way of switching a journey on (product.md 4.3): errors block, warnings do not. Pure: the screen and
// the server ask the same.

/** Nodes of one journey: a year of weekly messages with what is between them. */
export const NODES_LIMIT = 200;
/** The longest rest or wait: two years, so that a wait of 400 days is none. */
export const LONGEST_WAIT_DAYS = 731;
const MAX_TEXT = 200;
/** One less than delivery ever tries (its settings' `maxAttempts`). */
const RETRIES_LIMIT = 19;
const DAY_MINUTES = 24 * 60;
/** Ids are keys of counts and of what is kept for good. */
const ID = /^[\w-]{1,64}$/;
const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export const PROBLEM_CODES = [
  "empty",
  "too_many_nodes",
  "id_twice",
  "bad_id",
  "nameless",
  "leads_nowhere",
  "circle",
  "unreachable",
  "no_template",
  "template_gone",
  "template_empty",
  "wrong_channel",
  "whatsapp_not_approved",
  "whatsapp_window",
  "variable_without_value",
  "not_whole",
  "bad_clock_time",
  "bad_weekday",
  "too_long",
  "never_before_start",
  "time_out_missing",
  "no_arms",
  "percent_not_100",
  "empty_condition",
  "unknown_step",
  "outcome_too_early",
  "nothing_to_do",
  "sequence_gone",
  "segment_gone",
  "bad_limit",
  "bad_retries",
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** `stepId` null: of the journey as a whole. `detail` is the value that is wrong, for the text. */
export type Problem = { level: "error" | "warning"; code: ProblemCode; stepId: string | null; detail?: string };

/** What is known of a template a message uses. */
export type TemplateFacts = {
  /** Channels it has a text for. */
  channels: ReadonlySet<Channel>;
  /** Variables that may have no value and have no fallback. */
  bareVariables: readonly string[];
  /** Null where nobody has to approve: the simulated provider. */
  whatsappApproval: "approved" | "pending" | "rejected" | "none" | null;
};

/** What the journey points at, by id; what is not in it is gone. */
export type FlowSurroundings = {
  templates: ReadonlyMap<string, TemplateFacts>;
  sequenceIds: ReadonlySet<string>;
  /** Those that are offered: an archived one is as good as gone. */
  segmentIds: ReadonlySet<string>;
};

/** Every problem, errors first, each in the order of the nodes. */
export function problemsOf(flow: Flow, around: FlowSurroundings): Problem[] {
  const found = [...shapeProblems(flow), ...flow.nodes.flatMap((node) => nodeProblems(flow, node, around))];
  return [...found.filter(({ level }) => level === "error"), ...found.filter(({ level }) => level === "warning")];
}

function error(code: ProblemCode, node: FlowNode | null, detail?: string): Problem {
  return { level: "error", code, stepId: node?.stepId ?? null, ...(detail === undefined ? {} : { detail }) };
}

function warning(code: ProblemCode, node: FlowNode, detail?: string): Problem {
  return { ...error(code, node, detail), level: "warning" };
}

function shapeProblems(flow: Flow): Problem[] {
  const problems: Problem[] = [];
  const nodes = nodesById(flow);
  if (!flow.nodes.some(({ kind }) => kind === "message" || kind === "deed")) problems.push(error("empty", null));
  if (flow.nodes.length > NODES_LIMIT) problems.push(error("too_many_nodes", null, String(NODES_LIMIT)));
  if (nodes.size < flow.nodes.length) {
    const seen = new Set<string>();
    for (const node of flow.nodes) {
      if (seen.has(node.stepId)) problems.push(error("id_twice", node));
      seen.add(node.stepId);
    }
  }
  for (const id of entrancesOf(flow)) if (!nodes.has(id)) problems.push(error("leads_nowhere", null, id));
  for (const id of circlesIn(flow)) problems.push(error("circle", nodes.get(id) ?? null));
  const reachable = reachableFrom(flow, entrancesOf(flow));
  for (const node of flow.nodes) {
    if (!reachable.has(node.stepId)) problems.push(warning("unreachable", node));
    for (const [, next] of exitsOf(node)) {
      if (next !== null && !nodes.has(next)) problems.push(error("leads_nowhere", node, next));
    }
  }
  return problems;
}

function nodeProblems(flow: Flow, node: FlowNode, around: FlowSurroundings): Problem[] {
  const name = node.name.trim();
  const nameless = name === "" || name.length > MAX_TEXT ? [error("nameless", node)] : [];
  const badId = ID.test(node.stepId) ? [] : [error("bad_id", node, node.stepId)];
  return [...badId, ...nameless, ...kindProblems(flow, node, around)];
}

function kindProblems(flow: Flow, node: FlowNode, around: FlowSurroundings): Problem[] {
  switch (node.kind) {
    case "message":
      return [
        ...timeProblems(node, node.timing),
        ...lateProblems(node),
        ...templateProblems(flow, node, around),
        ...retryProblems(node),
      ];
    case "wait":
      return timeProblems(node, node.rest);
    case "wait_for":
      return [
        ...minutesProblems(node, node.timeoutMinutes, "time_out_missing"),
        ...(node.awaited.kind === "outcome" ? outcomeProblems(flow, node, node.awaited.stepId, true) : []),
        ...(node.awaited.kind === "condition" ? conditionProblems(flow, node, node.awaited.condition, around) : []),
      ];
    case "branch":
      return [
        ...(node.arms.length === 0 ? [error("no_arms", node)] : []),
        ...armIdProblems(node),
        ...node.arms.flatMap(({ condition }) => conditionProblems(flow, node, condition, around)),
      ];
    case "split":
      return splitProblems(node);
    case "limit":
      return isCount(node.people) && isCount(node.perMinutes) ? [] : [error("bad_limit", node)];
    case "deed":
      return deedProblems(node, around);
    case "goal":
    case "exit":
    case "jump":
      return [];
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

function minutesProblems(node: FlowNode, minutes: number, missing: ProblemCode): Problem[] {
  if (!isCount(minutes)) return [error(missing, node)];
  return minutes > LONGEST_WAIT_DAYS * DAY_MINUTES ? [error("too_long", node, String(LONGEST_WAIT_DAYS))] : [];
}

function timeProblems(node: FlowNode, time: Rest | MessageNode["timing"]): Problem[] {
  const problems: Problem[] = [];
  const [amount, perDay] = amountOf(time);
  if (!Number.isInteger(amount)) problems.push(error("not_whole", node));
  if (Math.abs(amount) > LONGEST_WAIT_DAYS * perDay) problems.push(error("too_long", node, String(LONGEST_WAIT_DAYS)));
  if (time.kind === "for" && amount < 0) problems.push(error("not_whole", node));
  if (time.kind === "local" && amount < 0) problems.push(error("not_whole", node));
  if ("at" in time && time.at !== undefined && !CLOCK_TIME.test(time.at)) {
    problems.push(error("bad_clock_time", node, time.at));
  }
  if (time.kind === "local" && time.weekdays.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) {
    problems.push(error("bad_weekday", node));
  }
  return problems;
}

/** A distance with how many of it make a day. */
function amountOf(time: Rest | MessageNode["timing"]): [amount: number, perDay: number] {
  switch (time.kind) {
    case "days":
    case "date":
      return [time.offsetDays, 1];
    case "minutes":
      return [time.offsetMinutes, DAY_MINUTES];
    case "for":
      return [time.minutes, DAY_MINUTES];
    case "local":
      return [time.days, 1];
    case "reached":
      return [0, 1];
  }
}

/** A preparation at or after the start never goes (product.md 4.2 rule 8). */
function lateProblems(node: MessageNode): Problem[] {
  const { timing, phase } = node;
  if (phase !== "before" || timing.kind === "reached") return [];
  const isAfterStart = timing.anchor === "start" && amountOf(timing)[0] > 0;
  return isAfterStart || timing.anchor === "end" ? [error("never_before_start", node)] : [];
}

function templateProblems(flow: Flow, node: MessageNode, { templates }: FlowSurroundings): Problem[] {
  if (node.templateId === NO_TEMPLATE) return [error("no_template", node)];
  const template = templates.get(node.templateId);
  if (template === undefined) return [error("template_gone", node)];
  const problems: Problem[] = [];
  if (template.channels.size === 0) problems.push(error("template_empty", node));
  else if (node.channel !== "best" && !template.channels.has(node.channel)) {
    problems.push(error("wrong_channel", node, node.channel));
  }
  const approval = template.whatsappApproval;
  if (node.channel === "whatsapp" && approval !== null && approval !== "approved") {
    // Within 24 hours of the person's last message any text may go (product.md B-12, B-35).
    const isAnswer = alwaysPasses(flow, repliesIn(flow), node.stepId);
    problems.push(isAnswer ? warning("whatsapp_window", node) : error("whatsapp_not_approved", node));
  }
  for (const variable of template.bareVariables) problems.push(warning("variable_without_value", node, variable));
  return problems;
}

function retryProblems(node: MessageNode): Problem[] {
  const { retries = 0 } = node;
  const isRight = Number.isInteger(retries) && retries >= 0 && retries <= RETRIES_LIMIT;
  return isRight ? [] : [error("bad_retries", node, String(RETRIES_LIMIT))];
}

/** The nodes that a path leaves by a reply. */
function repliesIn(flow: Flow): Set<string> {
  const waits = flow.nodes.filter((node) => node.kind === "wait_for" && node.awaited.kind === "reply");
  return new Set(waits.map(({ stepId }) => stepId));
}

function splitProblems(node: Extract<FlowNode, { kind: "split" }>): Problem[] {
  if (node.arms.length < 2) return [error("no_arms", node)];
  const total = node.arms.reduce((sum, { percent }) => sum + percent, 0);
  const isWrong = node.arms.some(({ percent }) => !(percent >= 0)) || !(Math.abs(total - 100) <= 0.001);
  return [...armIdProblems(node), ...(isWrong ? [error("percent_not_100", node, String(total))] : [])];
}

/** An arm is known by its id, and "otherwise" is the way out of a branch beside its arms. */
function armIdProblems(node: Extract<FlowNode, { kind: "branch" | "split" }>): Problem[] {
  const ids = node.arms.map(({ armId }) => armId);
  const bad = ids.filter((id) => !ID.test(id) || id === "otherwise");
  const twice = ids.filter((id, i) => ids.indexOf(id) < i);
  return [...bad.map((id) => error("bad_id", node, id)), ...twice.map((id) => error("id_twice", node, id))];
}

function conditionProblems(
  flow: Flow,
  node: FlowNode,
  { groups }: Condition,
  { segmentIds }: FlowSurroundings,
): Problem[] {
  const tests = groups.flatMap((group) => group.tests);
  if (tests.length === 0) return [error("empty_condition", node)];
  return tests.flatMap((test) => {
    if (test.kind === "outcome") return outcomeProblems(flow, node, test.stepId, false);
    if (test.kind === "segment") {
      if (test.segmentId === NO_SEGMENT) return [error("empty_condition", node)];
      return segmentIds.has(test.segmentId) ? [] : [error("segment_gone", node)];
    }
    return test.kind === "fact" && isIncomplete(test) ? [error("empty_condition", node)] : [];
  });
}

/** What became of a message can be asked only after it, and after some time for it to become something. */
function outcomeProblems(flow: Flow, node: FlowNode, stepId: string, mayWait: boolean): Problem[] {
  const asked = flow.nodes.find((candidate) => candidate.stepId === stepId);
  if (asked?.kind !== "message") return [error("unknown_step", node, stepId)];
  if (!reachableFrom(flow, [stepId]).has(node.stepId)) return [error("outcome_too_early", node, asked.name)];
  if (mayWait) return [];
  const rests = flow.nodes.filter(({ kind }) => kind === "wait" || kind === "wait_for").map((rest) => rest.stepId);
  const fromThere: Flow = { ...flow, first: stepId, onCancelled: null, onNoShow: null };
  return alwaysPasses(fromThere, new Set(rests), node.stepId) ? [] : [warning("outcome_too_early", node, asked.name)];
}

function deedProblems(node: Extract<FlowNode, { kind: "deed" }>, { sequenceIds }: FlowSurroundings): Problem[] {
  const { deed } = node;
  switch (deed.kind) {
    case "add_tag":
    case "remove_tag":
      return deed.tag.trim() === "" ? [error("nothing_to_do", node)] : [];
    case "set_field":
      return deed.key === "" ? [error("nothing_to_do", node)] : [];
    case "create_task":
      return deed.title.trim() === "" || !(deed.dueInHours >= 0) ? [error("nothing_to_do", node)] : [];
    case "start_sequence":
      return sequenceIds.has(deed.sequenceId) ? [] : [error("sequence_gone", node)];
  }
}
