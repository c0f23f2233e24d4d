import { v } from "convex/values";
import { vEditor } from "../../lib/editors";
import { memberMutation } from "../../lib/functions";
import { openDocument, writeTogether } from "../drafts/model";

/** Opens the document of a template's draft for several members at once; the id says which. Throws `conflict`, `invalid`. */
export const open = memberMutation("templates.edit")({
  args: { templateId: v.id("templates") },
  returns: v.id("templateWritings"),
  handler: async (ctx, { templateId }) => await openDocument(ctx, ctx, templateId),
});

/** What an editor did on top of a version; answered with what came before it when there was something. */
export const submitSteps = memberMutation("templates.edit")({
  args: { id: v.id("templateWritings"), version: v.number(), clientId: vEditor, steps: v.array(v.string()) },
  returns: v.union(
    v.object({ status: v.literal("synced") }),
    v.object({ status: v.literal("needs-rebase"), clientIds: v.array(vEditor), steps: v.array(v.string()) }),
  ),
  handler: async (ctx, args) => {
    const { id, version, clientId, steps } = args;
    return await writeTogether(ctx, ctx, { id, version, clientId, steps });
  },
});
