import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { archiveTemplate } from "./model";

/** Offers a template no more. Throws `conflict` with the journeys that use it, unless `anyway`. */
export const archive = memberMutation("templates.edit")({
  args: { templateId: v.id("templates"), anyway: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await archiveTemplate(ctx, ctx, args);
    return null;
  },
});
