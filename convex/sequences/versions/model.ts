import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import type { Flow } from "../flow/schema";
import { flowOfVersion } from "../model/desk";
import { requireSequence } from "../model/sequences";

/** A page of what was published of a journey, newest first. Throws `not_found` for another organisation's journey. */
export async function pageOfVersions(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { sequenceId, paginationOpts }: { sequenceId: Id<"sequences">; paginationOpts: PaginationOptions },
) {
  const { liveVersionId } = await requireSequence(ctx, orgId, sequenceId);
  const result = await ctx.db
    .query("sequenceVersions")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
    .order("desc")
    .paginate(paginationOpts);
  const page = result.page.map(({ _id: id, number, publishedAt }) => ({
    id,
    number,
    publishedAt,
    isLive: id === liveVersionId,
  }));
  return { ...result, page };
}

/** The steps of a version of a journey. Throws `not_found` for another journey's. */
export async function versionFlow(
  ctx: QueryCtx,
  sequence: Doc<"sequences">,
  versionId: Id<"sequenceVersions">,
): Promise<Flow> {
  const version = await ctx.db.get("sequenceVersions", versionId);
  if (version === null || version.sequenceId !== sequence._id) {
    throw appError("not_found", "This sequence has no such version.");
  }
  return flowOfVersion(version);
}
