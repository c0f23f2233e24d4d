import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { MINUTE_MS } from "../../lib/time";
import { turnFrom } from "../flow/limits";
import { NODES_LIMIT } from "../flow/problems";
import type { Flow, FlowNode } from "../flow/schema";
import type { NodeRecord, Visit, WalkInput } from "../flow/walk";
import { doDeed } from "./deeds";
import type { Tally } from "./figures";

// What was decided for an enrolment, once.

/** Stretches of a limit that are looked at for a free place: beyond them it is as if they were empty. */
const STRETCHES_LIMIT = 500;

type LimitNode = Extract<FlowNode, { kind: "limit" }>;

/** The decisions of an enrolment by their node. */
export async function decisionsOf(ctx: QueryCtx, enrolmentId: Id<"enrolments">): Promise<Map<string, NodeRecord>> {
  const rows = await ctx.db
    .query("stepDecisions")
    .withIndex("by_enrolment", (q) => q.eq("enrolmentId", enrolmentId))
    .take(NODES_LIMIT);
  return new Map(rows.map(({ stepId, at, outcome }) => [stepId, { at, outcome }]));
}

/** When the limits of a journey let the next person pass. */
export async function turnsOf(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
  flow: Flow,
  now: number,
): Promise<WalkInput["turnAt"]> {
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
  return (node, at) => turnFrom(node, taken.get(node.stepId) ?? new Map(), at);
}

/** Writes down what the walk has decided anew, each with what it did. */
export async function keepDecisions(
  ctx: MutationCtx,
  enrolment: Doc<"enrolments">,
  visits: readonly Visit[],
  tally: Tally,
  now: number,
): Promise<void> {
  const { orgId, sequenceId, _id: enrolmentId } = enrolment;
  for (const visit of visits) {
    if (visit.kind !== "passed" || !visit.isNew) continue;
    const { node, at } = visit;
    const outcome = node.kind === "deed" ? await doDeed(ctx, enrolment, node, now) : visit.outcome;
    const known = await ctx.db
      .query("stepDecisions")
      .withIndex("by_enrolment", (q) => q.eq("enrolmentId", enrolmentId).eq("stepId", node.stepId))
      .unique();
    const findings = JSON.stringify(visit.findings);
    if (known === null) {
      const of = { orgId, sequenceId, enrolmentId, stepId: node.stepId };
      await ctx.db.insert("stepDecisions", { ...of, at, decidedAt: now, outcome, findings });
    } else await ctx.db.patch("stepDecisions", known._id, { at, decidedAt: now, outcome, findings });
    tally.run(node.stepId, known === null ? null : `arm:${known.outcome}`, `arm:${outcome}`);
    if (node.kind === "limit") await takePlace(ctx, { orgId, sequenceId, node, at });
  }
}

async function takePlace(
  ctx: MutationCtx,
  {
    orgId,
    sequenceId,
    node,
    at,
  }: { orgId: Id<"organisations">; sequenceId: Id<"sequences">; node: LimitNode; at: number },
): Promise<void> {
  const length = node.perMinutes * MINUTE_MS;
  const from = Math.floor(at / length) * length;
  const row = await ctx.db
    .query("limitStretches")
    .withIndex("by_step", (q) => q.eq("sequenceId", sequenceId).eq("stepId", node.stepId).eq("from", from))
    .unique();
  if (row === null) await ctx.db.insert("limitStretches", { orgId, sequenceId, stepId: node.stepId, from, people: 1 });
  else await ctx.db.patch("limitStretches", row._id, { people: row.people + 1 });
}
