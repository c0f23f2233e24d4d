import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { changeSegment, setSegmentArchived } from "../../contacts/segments/model";
import { appError } from "../../lib/errors";
import { needsOf } from "../flow/needs";
import { EMPTY_FLOW, type Flow } from "../flow/schema";
import { flowOfVersion } from "../model/desk";
import { liveVersionOf, requireSequence, SEQUENCES_LIMIT } from "../model/sequences";
import type { SequenceStatus } from "../schema";
import { DEFAULT_SETTINGS } from "../settings/rules";
import type { Settings } from "../settings/schema";
import { settingsOf } from "../settings/model/read";
import { beginSweep } from "../sweeps/model/sweep";

/** A journey that names a segment. */
type SegmentUse = {
  sequenceId: Id<"sequences">;
  name: string;
  status: SequenceStatus;
  /** Its live version or its rules ask for it. */
  isLive: boolean;
  /** Its draft does. */
  isInDraft: boolean;
};

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/** Every use of a segment by journeys that are not archived. */
export async function usesOfSegment(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  segmentId: Id<"segments">,
): Promise<SegmentUse[]> {
  const uses: SegmentUse[] = [];
  for (const status of ["active", "paused", "draft"] as const) {
    const sequences = await ctx.db
      .query("sequences")
      .withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status))
      .take(SEQUENCES_LIMIT);
    for (const { _id: sequenceId, name, ...sequence } of sequences) {
      const version = await liveVersionOf(ctx, { _id: sequenceId, name, ...sequence });
      const live = version === null ? EMPTY_FLOW : flowOfVersion(version);
      const isLive = asksFor(live, await settingsOf(ctx, sequenceId), segmentId);
      const drafted = (await draftOf(ctx, sequenceId))?.flow ?? EMPTY_FLOW;
      const isInDraft = asksFor(drafted, DEFAULT_SETTINGS, segmentId);
      if (isLive || isInDraft) uses.push({ sequenceId, name, status, isLive, isInDraft });
    }
  }
  return uses;
}

async function draftOf(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<Doc<"sequenceDrafts"> | null> {
  return await ctx.db
    .query("sequenceDrafts")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
    .unique();
}

/**
 * Changes a segment; people inside of live journeys that ask for it are looked at again when it has a new rule. Throws like
 * `changeSegment`, `conflict` while an earlier change of such a journey is under way.
 */
export async function changeUsedSegment(
  ctx: MutationCtx,
  by: ByMember,
  change: Parameters<typeof changeSegment>[2],
  now: number,
): Promise<void> {
  const { hasNewRule } = await changeSegment(ctx, by, change, now);
  if (!hasNewRule) return;
  for (const { sequenceId, isLive } of await usesOfSegment(ctx, by.orgId, change.segmentId)) {
    if (!isLive) continue;
    // What the messages are for stays as it is.
    const { purpose = null } = await settingsOf(ctx, sequenceId);
    const sequence = await requireSequence(ctx, by.orgId, sequenceId);
    await beginSweep(ctx, sequence, { kind: "settings", purposeBefore: purpose });
  }
}

function asksFor(flow: Flow, settings: Settings, segmentId: Id<"segments">): boolean {
  return needsOf(flow, settings).segments.has(segmentId);
}

/**
 * Offers a segment no more; journeys that run go on asking by its rule, and cannot be published with it. Throws `conflict`
 * with the names of the journeys that ask for it unless `anyway`, `not_found`.
 */
export async function archiveSegment(
  ctx: MutationCtx,
  by: ByMember,
  { segmentId, anyway }: { segmentId: Id<"segments">; anyway: boolean },
  now: number,
): Promise<void> {
  const uses = anyway ? [] : await usesOfSegment(ctx, by.orgId, segmentId);
  if (uses.length > 0) {
    const names = uses.map(({ name }) => name).join(", ");
    throw appError("conflict", `Journeys use this segment: ${names}.`, { field: "segmentId" });
  }
  await setSegmentArchived(ctx, by, { segmentId, isArchived: true }, now);
}
