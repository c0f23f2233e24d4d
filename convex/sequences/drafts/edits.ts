import { ENTRANCES } from "../closedSets";
import { entrancesOf, exitsOf, nodesById, reachableFrom } from "../flow/edges";
import { NODES_LIMIT } from "../flow/problems";
import type { Flow, FlowNode } from "../flow/schema";
import { linked, targetAt, withExits, withLinks } from "./links";
import type { Edit } from "./schema";

// Carries out changes of a draft. Server and browser ask the same function, so that what a person sees at once is what is
// kept, also when others changed the draft meanwhile. No link of the outcome ever leads to a node that is not there.

/** `gone`: what it is about is no longer there. `taken`: an id is there already. */
export type Refusal = { reason: "gone" | "taken" | "too_many"; stepId: string | null };
export type Edited = { flow: Flow; refusal: null } | { flow: null; refusal: Refusal };

/** All of `edits` in their order, or none. */
export function applyEdits(flow: Flow, edits: readonly Edit[]): Edited {
  let current = flow;
  for (const edit of edits) {
    const edited = applyEdit(current, edit);
    if (edited.flow === null) return edited;
    current = edited.flow;
  }
  return done(current);
}

function applyEdit(flow: Flow, edit: Edit): Edited {
  switch (edit.kind) {
    case "insert":
      return insert(flow, edit);
    case "update":
      return update(flow, edit.node);
    case "remove":
      return remove(flow, edit.stepIds);
    case "connect":
      return connect(flow, edit);
    case "restore":
      return restore(flow, edit);
  }
}

function done(flow: Flow): Edited {
  if (flow.nodes.length > NODES_LIMIT) return refused("too_many", null);
  const known = nodesById(flow);
  return { flow: withLinks(flow, (_, next) => (next !== null && known.has(next) ? next : null)), refusal: null };
}

function refused(reason: Refusal["reason"], stepId: string | null): Edited {
  return { flow: null, refusal: { reason, stepId } };
}

function insert(flow: Flow, { place, nodes }: Extract<Edit, { kind: "insert" }>): Edited {
  const after = targetAt(flow, place);
  if (after === undefined) return refused("gone", place.from);
  const known = nodesById(flow);
  const added = new Set<string>();
  for (const { stepId } of nodes) {
    if (known.has(stepId) || added.has(stepId)) return refused("taken", stepId);
    added.add(stepId);
  }
  const [head] = nodes;
  if (head === undefined) return done(flow);
  const joined = nodes.map((node) =>
    withExits(node, (_, next) => (next !== null && (added.has(next) || known.has(next)) ? next : after)),
  );
  const opened = linked(flow, place, head.stepId);
  return done({ ...opened, nodes: [...opened.nodes, ...joined] });
}

function update(flow: Flow, node: FlowNode): Edited {
  const current = flow.nodes.find(({ stepId }) => stepId === node.stepId);
  if (current?.kind !== node.kind) return refused("gone", node.stepId);
  const links = new Map(exitsOf(current));
  const changed = withExits(node, (way, next) => {
    const kept = links.get(way);
    return kept === undefined ? next : kept;
  });
  const nodes = flow.nodes.map((other) => (other === current ? changed : other));
  return done(withoutCutOff(flow, { ...flow, nodes }));
}

function remove(flow: Flow, stepIds: readonly string[]): Edited {
  const there = stepIds.filter((id) => flow.nodes.some(({ stepId }) => stepId === id));
  if (there.length === 0) return refused("gone", stepIds[0] ?? null);
  return done(withoutCutOff(flow, there.reduce(bridged, flow)));
}

/** Without a node: what led to it leads to where it led first. */
function bridged(flow: Flow, stepId: string): Flow {
  const node = flow.nodes.find((other) => other.stepId === stepId);
  if (node === undefined) return flow;
  const [first] = exitsOf(node);
  const after = first === undefined || first[1] === stepId ? null : first[1];
  const rest = { ...flow, nodes: flow.nodes.filter((other) => other !== node) };
  return withLinks(rest, (_, next) => (next === stepId ? after : next));
}

/** Without the nodes that could be reached before and no longer can; what lay loose before stays. */
function withoutCutOff(before: Flow, after: Flow): Flow {
  const could = reachableFrom(before, entrancesOf(before));
  const can = reachableFrom(after, entrancesOf(after));
  return { ...after, nodes: after.nodes.filter(({ stepId }) => can.has(stepId) || !could.has(stepId)) };
}

function connect(flow: Flow, { place, to }: Extract<Edit, { kind: "connect" }>): Edited {
  if (targetAt(flow, place) === undefined) return refused("gone", place.from);
  if (to !== null && !nodesById(flow).has(to)) return refused("gone", to);
  return done(linked(flow, place, to));
}

function restore(flow: Flow, { put, drop, set, entrances }: Extract<Edit, { kind: "restore" }>): Edited {
  const known = nodesById(flow);
  const changes = new Map(set.map((change) => [change.becomes.stepId, change]));
  const nodes = flow.nodes.map((node) => {
    const change = changes.get(node.stepId);
    return change === undefined ? node : mergedNode(node, change);
  });
  let restored: Flow = { ...flow, nodes: [...nodes, ...put.filter(({ stepId }) => !known.has(stepId))] };
  for (const { way, was, becomes } of entrances) {
    if (restored[way] === was) restored = { ...restored, [way]: becomes };
  }
  return done(drop.reduce(bridged, restored));
}

/** What it says and each of its links go back one by one, where they are still as they were left. */
function mergedNode(node: FlowNode, { was, becomes }: { was: FlowNode; becomes: FlowNode }): FlowNode {
  const isAsLeft = sameContent(node, was);
  const links = new Map(exitsOf(node));
  const [left, back] = [new Map(exitsOf(was)), new Map(exitsOf(becomes))];
  return withExits(isAsLeft ? becomes : node, (way, next) => {
    const now = links.get(way);
    if (now === undefined) return next;
    const previous = back.get(way);
    return now === left.get(way) && previous !== undefined ? previous : now;
  });
}

/** The change that leads from `after` back to `before`; null when they are the same. */
export function restoreOf(before: Flow, after: Flow): Extract<Edit, { kind: "restore" }> | null {
  const [old, now] = [nodesById(before), nodesById(after)];
  const put = before.nodes.filter(({ stepId }) => !now.has(stepId));
  const drop = after.nodes.flatMap(({ stepId }) => (old.has(stepId) ? [] : [stepId]));
  const set = before.nodes.flatMap((becomes) => {
    const was = now.get(becomes.stepId);
    return was === undefined || sameNode(was, becomes) ? [] : [{ was, becomes }];
  });
  const entrances = ENTRANCES.flatMap((way) =>
    before[way] === after[way] ? [] : [{ way, was: after[way], becomes: before[way] }],
  );
  const isSame = [put, drop, set, entrances].every(({ length }) => length === 0);
  return isSame ? null : { kind: "restore", put, drop, set, entrances };
}

function sameContent(one: FlowNode, other: FlowNode): boolean {
  const bare = (node: FlowNode) => withExits(node, () => null);
  return sameNode(bare(one), bare(other));
}

/** The order of fields says nothing: it differs between what was sent and what was stored. */
function sameNode(one: FlowNode, other: FlowNode): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
