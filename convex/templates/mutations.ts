import { v } from "convex/values";
import { vBusinessEntity, vThreadType } from "../lib/closedSets";
import { memberMutation } from "../lib/functions";
import * as editing from "./editing/model";
import { vTemplateCategory, vTemplateChannelType, vTemplateVariable } from "./schema";

const fields = {
  name: v.string(),
  category: vTemplateCategory,
  channelType: vTemplateChannelType,
  businessEntity: vBusinessEntity,
  /** BCP 47 */
  locale: v.string(),
  threadTypes: v.array(vThreadType),
  /** States of orders it is suggested at first; absent or empty: any. */
  orderStates: v.optional(v.array(v.string())),
  subject: v.string(),
  body: v.string(),
  shortBody: v.optional(v.string()),
  /** What stands where a value is missing; placeholders that are not named have nothing. */
  variables: v.array(vTemplateVariable),
};

/** Makes a template of the team, or a snippet: the team's or, private, one's own. */
export const create = memberMutation("templates.read")({
  args: { ...fields, isSnippet: v.boolean(), isPrivate: v.boolean() },
  returns: v.id("templates"),
  handler: async (ctx, args) => await editing.addTemplate(ctx, ctx, args),
});

/** Changes a template; another text is its next version. */
export const change = memberMutation("templates.read")({
  args: { templateId: v.id("templates"), ...fields },
  returns: v.null(),
  handler: async (ctx, { templateId, ...text }): Promise<null> => {
    await editing.changeTemplate(ctx, ctx, templateId, text);
    return null;
  },
});

/** Offers a template, or keeps it back. */
export const setActive = memberMutation("templates.read")({
  args: { templateId: v.id("templates"), isActive: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await editing.setActive(ctx, ctx, args);
    return null;
  },
});
