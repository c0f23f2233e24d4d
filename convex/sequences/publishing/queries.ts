import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vFlow } from "../flow/schema";
import { requireSequence } from "../model/sequences";
import { newestSweep } from "../sweeps/model/sweep";
import { vChoices, vSweepCounts } from "../sweeps/schema";
import { messageImpact, publishImpact } from "./model/impact";

const vStepImpact = v.object({
  stepId: v.string(),
  name: v.string(),
  kind: literals("message", "wait", "wait_for", "branch", "split", "limit", "deed", "goal", "exit", "jump"),
  change: literals("same", "changed", "removed", "added"),
  /** People for whom it is what comes next. */
  here: v.number(),
  /** Its messages that are queued, or wait for what they hang on. */
  planned: v.number(),
  /** Of a removed step: messages that are being sent this moment, and arrive. */
  sending: v.number(),
});

/** Whom a new version of a sequence would concern, step by step (product.md O-6). Throws `not_found`. */
export const impact = memberQuery("sequences.edit")({
  args: { sequenceId: v.id("sequences"), flow: vFlow },
  returns: v.object({
    /** Of the live version; null while nothing is published. Goes back with `publish` as `replaces`. */
    versionNumber: v.union(v.number(), v.null()),
    people: v.number(),
    /** An earlier change is still reaching people: publishing has to wait. */
    isSweeping: v.boolean(),
    steps: v.array(vStepImpact),
  }),
  handler: async (ctx, { sequenceId, flow }) =>
    await publishImpact(ctx, await requireSequence(ctx, ctx.orgId, sequenceId), flow),
});

/** Messages that the next hundred people inside would gain, lose or get at another time. Throws `not_found`. */
export const messages = memberQuery("sequences.edit")({
  args: {
    sequenceId: v.id("sequences"),
    flow: vFlow,
    choices: vChoices,
    /** Of the answer before; null for the first people. */
    cursor: v.union(v.string(), v.null()),
  },
  returns: v.object({
    people: v.object({ moved: v.number(), kept: v.number(), finished: v.number() }),
    steps: v.array(v.object({ stepId: v.string(), gained: v.number(), lost: v.number(), moved: v.number() })),
    /** Null: these were the last. */
    cursor: v.union(v.string(), v.null()),
  }),
  handler: async (ctx, { sequenceId, flow, choices, cursor }) => {
    const sequence = await requireSequence(ctx, ctx.orgId, sequenceId);
    return await messageImpact(ctx, sequence, { flow, choices }, cursor, Date.now());
  },
});

/** How far the newest change has reached the people inside; null when there was none. Throws `not_found`. */
export const progress = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences") },
  returns: v.union(
    v.object({
      kind: literals("publish", "resume", "settings", "archive"),
      state: literals("running", "done"),
      people: v.number(),
      counts: vSweepCounts,
      startedAt: v.number(),
      endedAt: v.union(v.number(), v.null()),
    }),
    v.null(),
  ),
  handler: async (ctx, { sequenceId }) => {
    const sweep = await newestSweep(ctx, (await requireSequence(ctx, ctx.orgId, sequenceId))._id);
    if (sweep === null) return null;
    const { task, state, people, counts, startedAt, endedAt } = sweep;
    return { kind: task.kind, state, people, counts, startedAt, endedAt: endedAt ?? null };
  },
});
