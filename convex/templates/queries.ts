import { v } from "convex/values";
import { vBusinessEntity, vThreadType } from "../lib/closedSets";
import { memberQuery } from "../lib/functions";
import { listTemplates, presentTemplate, requireTemplate } from "./model";
import { textFields, vTemplateCategory, vTemplateChannelType } from "./schema";

const vVersion = v.object({
  id: v.id("templateVersions"),
  number: v.number(),
  ...textFields,
  createdAt: v.number(),
});

/** A template as screens show it, with its published text. */
export const vTemplate = v.object({
  id: v.id("templates"),
  name: v.string(),
  category: vTemplateCategory,
  channelType: vTemplateChannelType,
  businessEntity: vBusinessEntity,
  locale: v.string(),
  isActive: v.boolean(),
  usageCount: v.number(),
  lastUsedAt: v.optional(v.number()),
  /** A few words of plain text. */
  isSnippet: v.boolean(),
  /** Only the caller's. */
  isPrivate: v.boolean(),
  /** Where it is suggested first; empty: anywhere. */
  threadTypes: v.array(vThreadType),
  /** States of orders it is suggested at first; empty: any. */
  orderStates: v.array(v.string()),
  /** The published text; null before the first version. */
  version: v.union(v.null(), vVersion),
});

/** The team's templates, by name. */
export const list = memberQuery("templates.read")({
  args: {},
  returns: v.array(vTemplate),
  handler: async (ctx) => await listTemplates(ctx, ctx.orgId),
});

/** The caller's own snippets, by name. */
export const mine = memberQuery("templates.read")({
  args: {},
  returns: v.array(vTemplate),
  handler: async (ctx) => await listTemplates(ctx, ctx.orgId, ctx.member._id),
});

/** One template with its published text. */
export const get = memberQuery("templates.read")({
  args: { templateId: v.id("templates") },
  returns: vTemplate,
  handler: async (ctx, { templateId }) =>
    await presentTemplate(ctx, await requireTemplate(ctx, ctx.orgId, templateId, ctx.member._id)),
});
