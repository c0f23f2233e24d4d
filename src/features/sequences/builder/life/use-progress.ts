import { api } from "../../../../../convex/_generated/api";
import type { Id } from "../../../../../convex/_generated/dataModel";
import type { ChangeKind } from "../../../../lib/api-types";
import { useOrgQuery } from "../../../../lib/org";

export type ChangeProgress = { kind: ChangeKind; done: number; people: number };

/** How far a change under way has reached the people inside; null when none is. */
export function useProgress(sequenceId: Id<"sequences">): ChangeProgress | null {
  const newest = useOrgQuery(api.sequences.publishing.queries.progress, { sequenceId });
  if (newest?.state !== "running") return null;
  const { kind, people, counts } = newest;
  const reached = counts.moved + counts.kept + counts.finished + counts.takenOut;
  // Somebody may have come in since: never more than all.
  return { kind, people, done: Math.min(reached, people) };
}
