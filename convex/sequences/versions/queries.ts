import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vFlow } from "../flow/schema";
import { requireSequence } from "../model/sequences";
import { pageOfVersions, versionFlow } from "./model";

/** What was published of a journey, newest first. Throws `not_found`. */
export const list = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      id: v.id("sequenceVersions"),
      number: v.number(),
      publishedAt: v.number(),
      /** Bookings enrol into it. */
      isLive: v.boolean(),
    }),
  ),
  handler: async (ctx, args) => await pageOfVersions(ctx, ctx.orgId, args),
});

/** The steps of one version. Throws `not_found`. */
export const flow = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences"), versionId: v.id("sequenceVersions") },
  returns: vFlow,
  handler: async (ctx, { sequenceId, versionId }) =>
    await versionFlow(ctx, await requireSequence(ctx, ctx.orgId, sequenceId), versionId),
});
