import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { segmentsAmong } from "../../contacts/segments/model";
import { appError } from "../../lib/errors";
import { needsOf } from "../flow/needs";
import { NODES_LIMIT, type Problem, problemsOf, type TemplateFacts } from "../flow/problems";
import { NO_SEQUENCE, NO_TEMPLATE } from "../closedSets";
import { EMPTY_FLOW, type Flow } from "../flow/schema";
import { settingsOf } from "../settings/model/read";
import { DEFAULT_SETTINGS } from "../settings/rules";
import type { Settings } from "../settings/schema";
import { templateFacts } from "./templates";

/** Sequences one screen lists and one booking can start. */
export const SEQUENCES_LIMIT = 100;

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

/**
 * The sequences that bookings of `sourceId` start, each with its live version: also paused ones, whose messages are held,
 * so that nobody who books meanwhile is forgotten.
 */
export async function sequencesStartedBy(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  sourceId: Id<"bookingSources">,
): Promise<{ sequence: Doc<"sequences">; version: Doc<"sequenceVersions"> }[]> {
  const running = await Promise.all(
    (["active", "paused"] as const).map((status) =>
      ctx.db
        .query("sequences")
        .withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status))
        .take(SEQUENCES_LIMIT),
    ),
  );
  const matching = running.flat().filter(({ sourceIds }) => sourceIds.length === 0 || sourceIds.includes(sourceId));
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
  return await ctx.db.insert("sequences", { ...fields, status: "draft", isCounted: true });
}

/**
 * Publishes the next version of a sequence and makes it active unless it is paused: bookings enrol into it from now on, runs that exist keep
 * theirs. Throws `invalid` with the field for what cannot run: problems of the journey (`problemsOf`) that are errors.
 */
export async function publishFlow(
  ctx: MutationCtx,
  sequence: Doc<"sequences">,
  flow: Flow,
): Promise<Id<"sequenceVersions">> {
  const settings = await settingsOf(ctx, sequence._id);
  const [problem] = (await problemsIn(ctx, sequence.orgId, flow, settings)).filter(({ level }) => level === "error");
  if (problem !== undefined) {
    throw appError("invalid", `This journey cannot run: ${problem.code}.`, { field: problem.stepId ?? "flow" });
  }
  const newest = await ctx.db
    .query("sequenceVersions")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequence._id))
    .order("desc")
    .first();
  const versionId = await ctx.db.insert("sequenceVersions", {
    orgId: sequence.orgId,
    sequenceId: sequence._id,
    number: (newest?.number ?? 0) + 1,
    flow,
    publishedAt: Date.now(),
  });
  const status = sequence.status === "paused" ? "paused" : "active";
  await ctx.db.patch("sequences", sequence._id, { liveVersionId: versionId, status });
  return versionId;
}

/** What stands in the way of a journey of an organisation, and of the rules of the whole journey. */
export async function problemsIn(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  flow: Flow,
  settings: Settings = DEFAULT_SETTINGS,
): Promise<Problem[]> {
  const templates = new Map<string, TemplateFacts>();
  const sequenceIds = new Set<string>();
  for (const node of flow.nodes.slice(0, NODES_LIMIT)) {
    if (node.kind === "message" && node.templateId !== NO_TEMPLATE && !templates.has(node.templateId)) {
      const facts = await templateFacts(ctx, orgId, node.templateId);
      if (facts !== null) templates.set(node.templateId, facts);
    }
    if (node.kind !== "deed" || node.deed.kind !== "start_sequence" || node.deed.sequenceId === NO_SEQUENCE) continue;
    const other = await ctx.db.get("sequences", node.deed.sequenceId);
    if (other?.orgId === orgId) sequenceIds.add(other._id);
  }
  const segmentIds = await offeredAmong(ctx, orgId, needsOf(flow, settings).segments);
  const ofRules = [...needsOf(EMPTY_FLOW, settings).segments];
  const gone: Problem = { level: "error", code: "segment_gone", stepId: null };
  const found = problemsOf(flow, { templates, sequenceIds, segmentIds });
  return ofRules.every((id) => segmentIds.has(id)) ? found : [gone, ...found];
}

/** Those of `ids` that conditions may name: segments of the organisation that are not archived. */
export async function offeredAmong(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  ids: ReadonlySet<Id<"segments">>,
): Promise<Set<string>> {
  const named = await segmentsAmong(ctx, orgId, ids);
  return new Set(named.filter(({ isArchived }) => !isArchived).map(({ _id }) => _id));
}
