import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { listTemplates, presentTemplate, requireTemplate } from "./model";
import { vBusinessEntity, vEmailLayout, vTemplateCategory, vTemplateChannelType, vTemplateVariable } from "./schema";

const vVersion = v.object({
  id: v.id("templateVersions"),
  number: v.number(),
  subject: v.string(),
  body: v.string(),
  shortBody: v.optional(v.string()),
  layout: vEmailLayout,
  variables: v.array(vTemplateVariable),
  createdAt: v.number(),
});

const vTemplate = v.object({
  id: v.id("templates"),
  name: v.string(),
  category: vTemplateCategory,
  channelType: vTemplateChannelType,
  businessEntity: vBusinessEntity,
  locale: v.string(),
  isActive: v.boolean(),
  usageCount: v.number(),
  /** The published text; null before the first version. */
  version: v.union(v.null(), vVersion),
});

/** All templates of the workspace, by name. */
export const list = memberQuery("templates.read")({
  args: {},
  returns: v.array(vTemplate),
  handler: async (ctx) => await listTemplates(ctx, ctx.orgId),
});

/** One template with its published text. */
export const get = memberQuery("templates.read")({
  args: { templateId: v.id("templates") },
  returns: vTemplate,
  handler: async (ctx, { templateId }) => await presentTemplate(ctx, await requireTemplate(ctx, ctx.orgId, templateId)),
});
