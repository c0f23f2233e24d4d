import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { DEFAULT_RETENTION, retentionProblem, type Retention } from "./rules";

/** Organisations one purging run starts at a time. */
const ORGS_PER_RUN = 100;

/** What an organisation decided, or the default. */
export function retentionOf(org: Doc<"organisations">): Retention {
  return org.retention ?? DEFAULT_RETENTION;
}

/** Changes how long texts are kept. Shorter counts from the next nightly run on. Throws `invalid` with the field. */
export async function setRetention(ctx: MutationCtx, orgId: Id<"organisations">, retention: Retention): Promise<void> {
  const problem = retentionProblem(retention);
  if (problem !== null) throw appError("invalid", "Choose between 30 days and ten years.", { field: problem });
  await ctx.db.patch("organisations", orgId, { retention });
}

/** A batch of organisations for a nightly run, in the order they were made, and where the next batch begins. */
export async function organisationsAfter(
  ctx: QueryCtx,
  after: number,
): Promise<{ orgs: Doc<"organisations">[]; next: number | null }> {
  const orgs = await ctx.db
    .query("organisations")
    .withIndex("by_creation_time", (q) => q.gt("_creationTime", after))
    .take(ORGS_PER_RUN);
  return { orgs, next: orgs.length < ORGS_PER_RUN ? null : (orgs.at(-1)?._creationTime ?? null) };
}

type What = Doc<"retentionMarks">["what"];

/** Before which instant everything has been removed already, UTC ms. */
export async function markOf(ctx: QueryCtx, orgId: Id<"organisations">, what: What): Promise<number> {
  return (await markRow(ctx, orgId, what))?.until ?? 0;
}

/** Remembers how far a purging run came. */
export async function setMark(ctx: MutationCtx, orgId: Id<"organisations">, what: What, until: number): Promise<void> {
  const row = await markRow(ctx, orgId, what);
  if (row === null) await ctx.db.insert("retentionMarks", { orgId, what, until });
  else if (row.until !== until) await ctx.db.patch("retentionMarks", row._id, { until });
}

async function markRow(ctx: QueryCtx, orgId: Id<"organisations">, what: What) {
  return await ctx.db
    .query("retentionMarks")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("what", what))
    .unique();
}
