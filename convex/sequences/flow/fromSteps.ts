import type { Step } from "../schema";
import type { Flow, MessageNode } from "./schema";

/**
 * The journey that a mere list of steps means, each with its own time: versions published before there were nodes, and
 * what a simple journey begins with. Steps that hang on a cancellation or a no-show get their own ways in.
 */
export function flowFromSteps(steps: readonly Step[]): Flow {
  const entranceOf = ({ timing: { anchor } }: Step) =>
    anchor === "cancelled" ? "onCancelled" : anchor === "no_show" ? "onNoShow" : "first";
  const chainOf = (entrance: string) => chain(steps.filter((step) => entranceOf(step) === entrance));
  const [first, onCancelled, onNoShow] = [chainOf("first"), chainOf("onCancelled"), chainOf("onNoShow")];
  const head = (nodes: MessageNode[]) => nodes[0]?.stepId ?? null;
  return {
    first: head(first),
    onCancelled: head(onCancelled),
    onNoShow: head(onNoShow),
    nodes: [...first, ...onCancelled, ...onNoShow],
  };
}

function chain(steps: readonly Step[]): MessageNode[] {
  return steps.map((step, i) => ({ ...step, kind: "message", next: steps[i + 1]?.stepId ?? null }));
}
