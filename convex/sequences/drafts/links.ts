import { ENTRANCES } from "../closedSets";
import { exitsOf } from "../flow/edges";
import type { Flow, FlowNode } from "../flow/schema";
import type { Entrance, Place } from "./schema";

// Where the nodes of a draft lead, and how that is changed. Pure: nothing given is changed.

/** The node with each of its ways out put through `to`. */
export function withExits(node: FlowNode, to: (way: string, next: string | null) => string | null): FlowNode {
  switch (node.kind) {
    case "branch":
      return {
        ...node,
        arms: node.arms.map((arm) => ({ ...arm, next: to(arm.armId, arm.next) })),
        otherwise: to("otherwise", node.otherwise),
      };
    case "split":
      return { ...node, arms: node.arms.map((arm) => ({ ...arm, next: to(arm.armId, arm.next) })) };
    case "wait_for":
      return { ...node, next: to("next", node.next), otherwise: to("otherwise", node.otherwise) };
    case "goal":
    case "exit":
      return node;
    default:
      return { ...node, next: to("next", node.next) };
  }
}

/** Every entrance and way out put through `to`. */
export function withLinks(flow: Flow, to: (place: Place, next: string | null) => string | null): Flow {
  const entrance = (way: Entrance) => to({ from: null, way }, flow[way]);
  return {
    first: entrance("first"),
    onCancelled: entrance("onCancelled"),
    onNoShow: entrance("onNoShow"),
    nodes: flow.nodes.map((node) => withExits(node, (way, next) => to({ from: node.stepId, way }, next))),
  };
}

/** What a place leads to; undefined when there is no such place. */
export function targetAt(flow: Flow, { from, way }: Place): string | null | undefined {
  if (from === null) {
    const entrance = ENTRANCES.find((known) => known === way);
    return entrance === undefined ? undefined : flow[entrance];
  }
  const node = flow.nodes.find(({ stepId }) => stepId === from);
  return node === undefined ? undefined : exitsOf(node).find(([known]) => known === way)?.[1];
}

/** The same flow with one place leading to `to`. */
export function linked(flow: Flow, place: Place, to: string | null): Flow {
  return withLinks(flow, (at, next) => (at.from === place.from && at.way === place.way ? to : next));
}
