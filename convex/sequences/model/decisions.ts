import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { MINUTE_MS } from "../../lib/time";
import { turnFrom } from "../flow/limits";
import { NODES_LIMIT } from "../flow/problems";
import type { Flow } from "../flow/schema";
import type { NodeRecord, WalkInput } from "../flow/walk";

// What was decided for an enrolment, once.

/** Stretches of a limit that are looked at for a free place: beyond them it is as if they were empty. */
const STRETCHES_LIMIT = 500;

/** The decisions of an enrolment by their node. */
export async function decisionsOf(ctx: QueryCtx, enrolmentId: Id<"enrolments">): Promise<Map<string, NodeRecord>> {
  const rows = await ctx.db
    .query("stepDecisions")
    .withIndex("by_enrolment", (q) => q.eq("enrolmentId", enrolmentId))
    .take(NODES_LIMIT);
  return new Map(rows.map(({ stepId, at, outcome }) => [stepId, { at, outcome }]));
}

/** People a journey's limits have let pass or will, by node and by where a stretch of time begins. */
export type Places = ReadonlyMap<string, Map<number, number>>;

/** The places of a journey's limits that are taken. */
export async function placesOf(ctx: QueryCtx, sequenceId: Id<"sequences">, flow: Flow, now: number): Promise<Places> {
  const taken = new Map<string, Map<number, number>>();
  for (const node of flow.nodes) {
    if (node.kind !== "limit") continue;
    const rows = await ctx.db
      .query("limitStretches")
      .withIndex("by_step", (q) =>
        q
          .eq("sequenceId", sequenceId)
          .eq("stepId", node.stepId)
          .gt("from", now - 2 * node.perMinutes * MINUTE_MS),
      )
      .take(STRETCHES_LIMIT);
    taken.set(node.stepId, new Map(rows.map(({ from, people }) => [from, people])));
  }
  return taken;
}

/** When the limits of a journey let the next person pass. */
export function turnsAmong(places: Places): WalkInput["turnAt"] {
  return (node, at) => turnFrom(node, places.get(node.stepId) ?? new Map<number, number>(), at);
}
