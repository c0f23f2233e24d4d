import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { currentVersion, requireTemplate } from "../../templates/model";
import type { Step } from "../schema";

/** Sequences one screen lists and one booking can start. */
export const SEQUENCES_LIMIT = 100;
/** Steps of one sequence: a year of weekly messages; the figures read as many rows. */
export const STEPS_LIMIT = 60;
const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The sequence of an organisation. Throws `not_found` for other organisations' ids. */
export async function requireSequence(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  sequenceId: Id<"sequences">,
): Promise<Doc<"sequences">> {
  const sequence = await ctx.db.get("sequences", sequenceId);
  if (sequence === null || sequence.orgId !== orgId) throw appError("not_found", "This sequence does not exist.");
  return sequence;
}

/** The version bookings enrol into; null while nothing is published. */
export async function liveVersionOf(
  ctx: QueryCtx,
  sequence: Doc<"sequences">,
): Promise<Doc<"sequenceVersions"> | null> {
  if (sequence.liveVersionId === undefined) return null;
  return await ctx.db.get("sequenceVersions", sequence.liveVersionId);
}

/** Every sequence of the organisation, oldest first. */
export async function listSequences(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"sequences">[]> {
  return await ctx.db
    .query("sequences")
    .withIndex("by_org_status", (q) => q.eq("orgId", orgId))
    .take(SEQUENCES_LIMIT);
}

/** The active sequences that bookings of `sourceId` start, each with its live version. */
export async function sequencesStartedBy(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  sourceId: Id<"bookingSources">,
): Promise<{ sequence: Doc<"sequences">; version: Doc<"sequenceVersions"> }[]> {
  const active = await ctx.db
    .query("sequences")
    .withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", "active"))
    .take(SEQUENCES_LIMIT);
  const matching = active.filter(({ sourceIds }) => sourceIds.length === 0 || sourceIds.includes(sourceId));
  const withVersion = await Promise.all(
    matching.map(async (sequence) => ({ sequence, version: await liveVersionOf(ctx, sequence) })),
  );
  return withVersion.flatMap(({ sequence, version }) => (version === null ? [] : [{ sequence, version }]));
}

/** Adds a sequence as a draft without steps. */
export async function createSequence(
  ctx: MutationCtx,
  fields: Pick<Doc<"sequences">, "orgId" | "name" | "description" | "sourceIds">,
): Promise<Id<"sequences">> {
  return await ctx.db.insert("sequences", { ...fields, status: "draft" });
}

/**
 * Publishes the next version of a sequence and makes it active: bookings enrol into it from now on, runs that exist keep
 * theirs. Throws `invalid` with the field for steps that cannot run (no template text, no clock time, an id twice).
 */
export async function publishSteps(
  ctx: MutationCtx,
  sequence: Doc<"sequences">,
  steps: Step[],
): Promise<Id<"sequenceVersions">> {
  await checkSteps(ctx, sequence.orgId, steps);
  const newest = await ctx.db
    .query("sequenceVersions")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequence._id))
    .order("desc")
    .first();
  const versionId = await ctx.db.insert("sequenceVersions", {
    orgId: sequence.orgId,
    sequenceId: sequence._id,
    number: (newest?.number ?? 0) + 1,
    steps,
    publishedAt: Date.now(),
  });
  await ctx.db.patch("sequences", sequence._id, { liveVersionId: versionId, status: "active" });
  return versionId;
}

async function checkSteps(ctx: QueryCtx, orgId: Id<"organisations">, steps: Step[]): Promise<void> {
  if (steps.length === 0 || steps.length > STEPS_LIMIT) {
    throw appError("invalid", `A sequence has 1 to ${STEPS_LIMIT} steps.`, { field: "steps" });
  }
  const seen = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const field = `steps.${index}`;
    if (seen.has(step.stepId)) throw appError("invalid", "Two steps have the same id.", { field: `${field}.stepId` });
    seen.add(step.stepId);
    checkTiming(step.timing, `${field}.timing`);
    await currentVersion(ctx, await requireTemplate(ctx, orgId, step.templateId));
  }
}

function checkTiming(timing: Step["timing"], field: string): void {
  const offset = timing.kind === "days" ? timing.offsetDays : timing.offsetMinutes;
  if (!Number.isInteger(offset)) throw appError("invalid", "The distance must be a whole number.", { field });
  if (timing.kind === "days" && timing.at !== undefined && !CLOCK_TIME.test(timing.at)) {
    throw appError("invalid", "The time of day must be HH:MM.", { field: `${field}.at` });
  }
}
