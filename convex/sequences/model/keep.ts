import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { stretchOf } from "../flow/limits";
import type { FlowNode } from "../flow/schema";
import type { Visit } from "../flow/walk";
import { doDeed } from "./deeds";
import type { Tally } from "./figures";

type LimitNode = Extract<FlowNode, { kind: "limit" }>;

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
  const from = stretchOf(node, at);
  const row = await ctx.db
    .query("limitStretches")
    .withIndex("by_step", (q) => q.eq("sequenceId", sequenceId).eq("stepId", node.stepId).eq("from", from))
    .unique();
  if (row === null) await ctx.db.insert("limitStretches", { orgId, sequenceId, stepId: node.stepId, from, people: 1 });
  else await ctx.db.patch("limitStretches", row._id, { people: row.people + 1 });
}
