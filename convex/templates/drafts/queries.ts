import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { vTemplate } from "../queries";
import { textFields, vTemplateCategory, vTemplateChannelType } from "../schema";
import { editorView, pageOfTeam, pageOfVersions } from "./model";

const vState = literals("draft", "active", "archived");
const rowFields = { ...vTemplate.fields, state: vState, hasDraft: v.boolean() };

/** The team's templates, a page at a time: by name, or those whose name has the words of `text`. */
export const list = memberQuery("templates.read")({
  args: {
    text: v.optional(v.string()),
    state: v.optional(vState),
    channelType: v.optional(vTemplateChannelType),
    category: v.optional(vTemplateCategory),
    businessEntity: v.optional(vBusinessEntity),
    /** "de" finds "de-AT" too. */
    language: v.optional(v.string()),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(v.object(rowFields)),
  handler: async (ctx, args) => await pageOfTeam(ctx, ctx.orgId, args),
});

/** One template with its live text and its draft. Throws `not_found`. */
export const get = memberQuery("templates.read")({
  args: { templateId: v.id("templates") },
  returns: v.object({
    ...rowFields,
    draft: v.union(
      v.null(),
      v.object({ ...textFields, revision: v.number(), updatedAt: v.number(), updatedByName: v.string() }),
    ),
  }),
  handler: async (ctx, { templateId }) => await editorView(ctx, ctx.orgId, templateId),
});

/** The versions of a template, newest first, each with its text. Throws `not_found`. */
export const versions = memberQuery("templates.read")({
  args: { templateId: v.id("templates"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      id: v.id("templateVersions"),
      number: v.number(),
      createdAt: v.number(),
      /** Null: a system, or before this was kept. */
      createdByName: v.union(v.string(), v.null()),
      ...textFields,
    }),
  ),
  handler: async (ctx, args) => await pageOfVersions(ctx, ctx.orgId, args),
});
