import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vSequenceStatus } from "../schema";
import { usesOfTemplates } from "./model";

/** Which journeys name which templates, archived journeys left out; those of one template if asked. */
export const list = memberQuery("sequences.read")({
  args: { templateId: v.optional(v.id("templates")) },
  returns: v.array(
    v.object({
      templateId: v.id("templates"),
      sequenceId: v.id("sequences"),
      name: v.string(),
      status: vSequenceStatus,
      /** Its live version sends it. */
      isLive: v.boolean(),
      /** Its draft names it. */
      isInDraft: v.boolean(),
      /** The steps by name. */
      steps: v.array(v.string()),
    }),
  ),
  handler: async (ctx, { templateId }) => await usesOfTemplates(ctx, ctx.orgId, templateId),
});
