import type { Flow, FlowNode } from "./schema";

// How the nodes of a journey hang together. Pure.

/** Where a node leads, each way out by its name: "next", "otherwise", or the id of an arm. */
export function exitsOf(node: FlowNode): [way: string, next: string | null][] {
  switch (node.kind) {
    case "branch":
      return [
        ...node.arms.map(({ armId, next }): [string, string | null] => [armId, next]),
        ["otherwise", node.otherwise],
      ];
    case "split":
      return node.arms.map(({ armId, next }) => [armId, next]);
    case "wait_for":
      return [
        ["next", node.next],
        ["otherwise", node.otherwise],
      ];
    case "exit":
    case "goal":
      return [];
    default:
      return [["next", node.next]];
  }
}

/** The nodes by their id; of two with one id the last. */
export function nodesById(flow: Flow): Map<string, FlowNode> {
  return new Map(flow.nodes.map((node) => [node.stepId, node]));
}

/** Where paths begin. */
export function entrancesOf({ first, onCancelled, onNoShow }: Flow): string[] {
  return [first, onCancelled, onNoShow].filter((id) => id !== null);
}

/** The nodes that some path comes to. */
export function reachableFrom(flow: Flow, entrances: readonly string[]): Set<string> {
  const nodes = nodesById(flow);
  const found = new Set<string>();
  const left = [...entrances];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    const node = nodes.get(id);
    if (node === undefined || found.has(id)) continue;
    found.add(id);
    for (const [, next] of exitsOf(node)) if (next !== null) left.push(next);
  }
  return found;
}

/** A node of every circle that a path may run into, in the order of the walk. */
export function circlesIn(flow: Flow): string[] {
  const nodes = nodesById(flow);
  const done = new Set<string>();
  const circles: string[] = [];
  for (const entrance of entrancesOf(flow)) {
    // Depth first without recursion: a journey of a thousand nodes in one line must not fill the stack.
    const path = new Set<string>();
    const stack: { id: string; exits: (string | null)[] }[] = [];
    const enter = (id: string) => {
      const node = nodes.get(id);
      if (node === undefined || done.has(id)) return;
      if (path.has(id)) return void circles.push(id);
      path.add(id);
      stack.push({ id, exits: exitsOf(node).map(([, next]) => next) });
    };
    enter(entrance);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.exits.shift();
      if (next === undefined) {
        path.delete(top.id);
        done.add(top.id);
        stack.pop();
      } else if (next !== null) enter(next);
    }
  }
  return [...new Set(circles)];
}

/** Whether every path from a beginning to `stepId` comes through one of `through` first. */
export function alwaysPasses(flow: Flow, through: ReadonlySet<string>, stepId: string): boolean {
  const without: Flow = { ...flow, nodes: flow.nodes.filter((node) => !through.has(node.stepId)) };
  return !reachableFrom(without, entrancesOf(flow)).has(stepId);
}
