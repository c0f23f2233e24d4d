import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import type { Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { gathering } from "../events/model";
import { internalMutation, internalQuery } from "../lib/functions";
import { DAY_MS } from "../lib/time";
import { listMembers } from "../orgs/model";
import { flowFromSteps } from "../sequences/flow/fromSteps";
import type { Step } from "../sequences/schema";
import { liveVersionOf, publishFlow } from "../sequences/model/sequences";
import { whereabouts } from "../sequences/model/figures";
import { archiveSequence, pauseSequence, resumeSequence } from "../sequences/running/model";
import { beginSweep, newestSweep } from "../sequences/sweeps/model/sweep";
import { flowOfVersion } from "../sequences/model/desk";
import { bookFor, floodSource, MAX_PER_CALL } from "./model/flood";

// Many people in one journey, for the benchmark of journeys.

/** The journey of the benchmark: six messages before the start and one after, of which none falls due meanwhile. */
const OFFSET_DAYS = [-40, -30, -20, -14, -7, -1, 1];
/** Beyond every offset, so that all seven messages are planned. */
const START_IN_DAYS = 100;

/** Gives the journey of a fixture's workspace seven messages, or fewer of them. */
export const prepare = internalMutation({
  args: { orgId: v.id("organisations"), messages: v.optional(v.number()) },
  returns: v.id("sequences"),
  handler: async (ctx, { orgId, messages }) => {
    const sequence = await onlySequence(ctx, orgId);
    const version = await liveVersionOf(ctx, sequence);
    const [first] = version === null ? [] : flowOfVersion(version).nodes;
    if (first?.kind !== "message") throw new Error("The workspace has no journey.");
    await publishFlow(ctx, sequence, flowFromSteps(stepsLike(first, 0, messages)));
    return sequence._id;
  },
});

/** The first `count` of them an hour later than the others. */
function stepsLike({ templateId }: Pick<Step, "templateId">, count: number, messages?: number): Step[] {
  return OFFSET_DAYS.slice(0, messages).map((offsetDays, i): Step => ({
    stepId: `step-${i}`,
    name: `Message ${i + 1}`,
    phase: offsetDays < 0 ? "before" : "after",
    timing: { kind: "days", anchor: "start", offsetDays, at: i < count ? "11:00" : "10:00" },
    templateId,
    channel: "email",
    purpose: "transactional",
    latePolicy: { kind: "skip" },
    repeatAfterMove: false,
  }));
}

/** Books for the people number `from` up to `to` (exclusive), as an import does: one transaction, one event a booking. */
export const book = internalMutation({
  args: { orgId: v.id("organisations"), from: v.number(), to: v.number() },
  returns: v.null(),
  handler: async (ctx, { orgId, from, to }): Promise<null> => {
    const source = await floodSource(ctx, orgId);
    const startsAt = Date.now() + START_IN_DAYS * DAY_MS;
    await gathering(ctx, async (gatherer) => {
      for (let i = from; i < Math.min(to, from + MAX_PER_CALL); i++) {
        await bookFor(gatherer, source, i, { externalId: `flood-${i}`, startsAt, endsAt: startsAt + DAY_MS });
      }
    });
    return null;
  },
});

/** Publishes the journey with its first `count` messages an hour later: everybody inside gets them moved. */
export const publishLater = internalMutation({
  args: { orgId: v.id("organisations"), count: v.number() },
  returns: v.null(),
  handler: async (ctx, { orgId, count }): Promise<null> => {
    const sequence = await onlySequence(ctx, orgId);
    const version = await liveVersionOf(ctx, sequence);
    const { nodes } = version === null ? { nodes: [] } : flowOfVersion(version);
    const [first] = nodes;
    if (first?.kind !== "message") throw new Error("The workspace has no journey.");
    const versionId = await publishFlow(ctx, sequence, flowFromSteps(stepsLike(first, count, nodes.length)));
    await beginSweep(ctx, sequence, { kind: "publish", versionId, choices: [] });
    return null;
  },
});

/** What an admin does to the journey: holds it, lets it go on with everything put off, or ends it for everybody inside. */
export const operate = internalMutation({
  args: { orgId: v.id("organisations"), what: literals("pause", "resume", "archive") },
  returns: v.null(),
  handler: async (ctx, { orgId, what }): Promise<null> => {
    const sequence = await onlySequence(ctx, orgId);
    const [member] = await listMembers(ctx, orgId);
    if (member === undefined) throw new Error("The workspace has no member.");
    if (what === "pause") await pauseSequence(ctx, member, sequence, "Flood");
    if (what === "resume") await resumeSequence(ctx, member, sequence, "shift");
    if (what === "archive") await archiveSequence(ctx, member, sequence, "stop");
    return null;
  },
});

/** People inside, messages planned for them, and how far the newest change has come. */
export const progress = internalQuery({
  args: { orgId: v.id("organisations") },
  returns: v.object({
    people: v.number(),
    planned: v.number(),
    moved: v.number(),
    takenOut: v.number(),
    isSweeping: v.boolean(),
  }),
  handler: async (ctx, { orgId }) => {
    const { _id } = await onlySequence(ctx, orgId);
    const { people, byStep } = await whereabouts(ctx, _id);
    const planned = [...byStep.values()].reduce((sum, step) => sum + step.planned, 0);
    const sweep = await newestSweep(ctx, _id);
    const { moved, takenOut } = sweep?.counts ?? { moved: 0, takenOut: 0 };
    return { people, planned, moved, takenOut, isSweeping: sweep?.state === "running" };
  },
});

async function onlySequence(ctx: QueryCtx, orgId: Id<"organisations">) {
  const sequence = await ctx.db
    .query("sequences")
    .withIndex("by_org_status", (q) => q.eq("orgId", orgId))
    .first();
  if (sequence === null) throw new Error("The workspace has no journey.");
  return sequence;
}
