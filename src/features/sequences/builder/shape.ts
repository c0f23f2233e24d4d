import { alwaysPasses, exitsOf, nodesById, reachableFrom } from "../../../../convex/sequences/flow/edges";
import { withExits } from "../../../../convex/sequences/drafts/links";
import type { Awaited, Condition, Flow, FlowNode } from "../../../lib/api-types";

// What belongs together in a journey: where ways meet again, and what a step holds. Pure.

/** Where the ways out of a node come together again first; null when they do not, or it has only one. */
export function joinOf(flow: Flow, node: FlowNode): string | null {
  const arms = exitsOf(node).map(([, next]) => reachableFrom(flow, next === null ? [] : [next]));
  const shared = arms.filter((arm, i) => arms.some((other, j) => i !== j && [...arm].some((id) => other.has(id))));
  const [first, ...others] = shared;
  if (first === undefined) return null;
  const common = [...first].filter((id) => id !== node.stepId && others.every((arm) => arm.has(id)));
  const isFirst = (id: string) => {
    const from = reachableFrom(flow, [id]);
    return common.every((other) => from.has(other));
  };
  return common.find(isFirst) ?? null;
}

/** A node with everything that lies in its arms, up to where they meet: what is copied together. */
export function fragmentOf(flow: Flow, stepId: string): FlowNode[] {
  const nodes = nodesById(flow);
  const node = nodes.get(stepId);
  if (node === undefined) return [];
  const exits = exitsOf(node);
  if (exits.length < 2) return [node];
  const join = joinOf(flow, node);
  const behind = join === null ? new Set<string>() : reachableFrom(flow, [join]);
  const starts = exits.flatMap(([, next]) => (next === null ? [] : [next]));
  const inside = [...reachableFrom(flow, starts)].filter(
    (id) => id !== stepId && !behind.has(id) && alwaysPasses(flow, new Set([stepId]), id),
  );
  return [node, ...inside.flatMap((id) => nodes.get(id) ?? [])];
}

/** The same nodes as new ones: own ids, and what they ask of each other asked of the copies. Links out of them are open. */
export function copied(nodes: readonly FlowNode[], newId: () => string): FlowNode[] {
  const ids = new Map(nodes.map(({ stepId }) => [stepId, newId()]));
  return nodes.map((node) => {
    const own = { ...node, stepId: ids.get(node.stepId) ?? node.stepId };
    return asking(
      withExits(own, (_, next) => (next === null ? null : (ids.get(next) ?? null))),
      ids,
    );
  });
}

function asking(node: FlowNode, ids: ReadonlyMap<string, string>): FlowNode {
  if (node.kind === "branch") {
    return { ...node, arms: node.arms.map((arm) => ({ ...arm, condition: renamed(arm.condition, ids) })) };
  }
  return node.kind === "wait_for" ? { ...node, awaited: awaiting(node.awaited, ids) } : node;
}

function awaiting(awaited: Awaited, ids: ReadonlyMap<string, string>): Awaited {
  if (awaited.kind === "outcome") return { ...awaited, stepId: ids.get(awaited.stepId) ?? awaited.stepId };
  return awaited.kind === "condition" ? { ...awaited, condition: renamed(awaited.condition, ids) } : awaited;
}

function renamed(condition: Condition, ids: ReadonlyMap<string, string>): Condition {
  return {
    ...condition,
    groups: condition.groups.map((group) => ({
      ...group,
      tests: group.tests.map((test) =>
        test.kind === "outcome" ? { ...test, stepId: ids.get(test.stepId) ?? test.stepId } : test,
      ),
    })),
  };
}
