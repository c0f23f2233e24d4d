import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vFlow } from "../flow/schema";
import { requireSequence } from "../model/sequences";
import { vChoices } from "../sweeps/schema";
import { publishVersion } from "./model/publish";

/**
 * Publishes the next version of a sequence and brings the people inside over in the background
 * (`publishing.queries.progress`). Throws `not_found`, `invalid` with the step as field, `conflict` when `replaces` is not
 * the live version any more or an earlier change is under way.
 */
export const publish = memberMutation("sequences.edit")({
  args: {
    sequenceId: v.id("sequences"),
    flow: vFlow,
    replaces: v.union(v.number(), v.null()),
    choices: vChoices,
  },
  returns: v.object({
    versionId: v.id("sequenceVersions"),
    sweepId: v.union(v.id("sequenceSweeps"), v.null()),
  }),
  handler: async (ctx, { sequenceId, ...publication }) => {
    const sequence = await requireSequence(ctx, ctx.orgId, sequenceId);
    return await publishVersion(ctx, ctx.member, { sequence, ...publication });
  },
});
