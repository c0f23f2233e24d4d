import { v, type Infer } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";
import { vEmailLayout, vTemplateCategory, vTemplateChannelType, vTemplateVariable } from "../../templates/schema";

const identity = {
  name: v.string(),
  category: vTemplateCategory,
  channelType: vTemplateChannelType,
  businessEntity: vBusinessEntity,
  locale: v.string(),
};

/** A template as the API shows it (requirement S1, communication_template); `version` is null before the first text. */
export const vApiTemplate = v.object({
  ...identity,
  id: v.string(),
  isActive: v.boolean(),
  usageCount: v.number(),
  version: v.union(
    v.object({
      number: v.number(),
      subject: v.string(),
      body: v.string(),
      shortBody: v.union(v.string(), v.null()),
      layout: vEmailLayout,
      variables: v.array(vTemplateVariable),
      createdAt: v.number(),
    }),
    v.null(),
  ),
});
export type ApiTemplate = Infer<typeof vApiTemplate>;

export const vApiNewTemplate = v.object({
  ...identity,
  subject: v.string(),
  body: v.string(),
  shortBody: v.optional(v.string()),
  layout: vEmailLayout,
  variables: v.array(vTemplateVariable),
});
export type ApiNewTemplate = Infer<typeof vApiNewTemplate>;
