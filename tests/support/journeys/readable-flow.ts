import { withExits } from "../../../convex/sequences/drafts/links.ts";
import type { Flow, FlowNode } from "../../../convex/sequences/flow/schema.ts";

/**
 * A journey with the names of its steps instead of their ids, so that journeys of different origin can be compared: every
 * setting and where each way leads. Without templates where `withTemplates` is false.
 */
export function readableFlow({ nodes, first, onCancelled, onNoShow }: Flow, { withTemplates = true } = {}) {
  const names = new Map(nodes.map(({ stepId, name }) => [stepId, name]));
  const nameOf = (stepId: string | null) => (stepId === null ? null : (names.get(stepId) ?? stepId));
  const readable = (node: FlowNode) => {
    const { stepId: _, ...rest } = withExits(node, (_way, next) => nameOf(next));
    if (rest.kind === "message" && !withTemplates) return { ...rest, templateId: null };
    if (rest.kind === "branch") return { ...rest, arms: rest.arms.map(({ armId: _id, ...arm }) => arm) };
    return rest;
  };
  return {
    first: nameOf(first),
    onCancelled: nameOf(onCancelled),
    onNoShow: nameOf(onNoShow),
    nodes: nodes.map(readable).sort((one, other) => one.name.localeCompare(other.name)),
  };
}
