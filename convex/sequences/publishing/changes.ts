import { EMPTY_FLOW, type Flow, type FlowNode } from "../flow/schema";
import { nodesById } from "../flow/edges";

// What a new version of a journey changes, step by step. Pure.

/** `same` in all that matters to somebody inside: its name may be another. */
export type Change = "same" | "changed" | "removed" | "added";

export type StepChange = { stepId: string; name: string; kind: FlowNode["kind"]; change: Change };

/** Every step of both versions: those that people may stand at first, in the order of the old journey, then new ones. */
export function changesBetween(before: Flow | null, after: Flow): StepChange[] {
  const [old, next] = [nodesById(before ?? EMPTY_FLOW), nodesById(after)];
  const known = [...old.values()].map((node) => {
    const now = next.get(node.stepId);
    const change = now === undefined ? "removed" : isSame(node, now) ? "same" : "changed";
    return { stepId: node.stepId, name: now?.name ?? node.name, kind: now?.kind ?? node.kind, change } as const;
  });
  const added = [...next.values()].filter(({ stepId }) => !old.has(stepId));
  return [...known, ...added.map(({ stepId, name, kind }) => ({ stepId, name, kind, change: "added" }) as const)];
}

/**
 * Messages that go another way (channel, purpose) or have another text in the new version: what is queued of them has to
 * be queued anew, or filled anew.
 */
export function messagesChanged(before: Flow, after: Flow): { requeued: Set<string>; renewed: Set<string> } {
  const next = nodesById(after);
  const [requeued, renewed] = [new Set<string>(), new Set<string>()];
  for (const node of before.nodes) {
    const now = next.get(node.stepId);
    if (node.kind !== "message" || now?.kind !== "message") continue;
    if (node.channel !== now.channel || node.purpose !== now.purpose) requeued.add(node.stepId);
    else if (node.templateId !== now.templateId) renewed.add(node.stepId);
  }
  return { requeued, renewed };
}

function isSame(a: FlowNode, b: FlowNode): boolean {
  return sorted({ ...a, name: "" }) === sorted({ ...b, name: "" });
}

/** JSON with the keys of every object in order, so that only what is said counts. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
