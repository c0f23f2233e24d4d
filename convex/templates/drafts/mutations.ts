import { v } from "convex/values";
import { vBusinessEntity, vThreadType } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { textFields, vTemplateCategory, vTemplateChannelType } from "../schema";
import * as drafts from "./model";

const identity = {
  name: v.string(),
  category: vTemplateCategory,
  channelType: vTemplateChannelType,
  businessEntity: vBusinessEntity,
  /** BCP 47 */
  locale: v.string(),
  /** Conversations it is suggested in first; empty: any. */
  threadTypes: v.array(vThreadType),
  /** States of orders it is suggested at first; absent or empty: any. */
  orderStates: v.optional(v.array(v.string())),
};
const atRevision = { templateId: v.id("templates"), revision: v.number() };

/** A new template without a text. Throws `invalid` with the field. */
export const start = memberMutation("templates.edit")({
  args: identity,
  returns: v.id("templates"),
  handler: async (ctx, fields) => await drafts.start(ctx, ctx, fields),
});

/** Another template that says the same, as a draft. Throws `not_found`, `invalid` with the field. */
export const duplicate = memberMutation("templates.edit")({
  args: { templateId: v.id("templates"), name: v.string() },
  returns: v.id("templates"),
  handler: async (ctx, args) => await drafts.duplicate(ctx, ctx, args),
});

/** What changes of name, channel, category, brand and language; no new version. Throws `not_found`, `invalid` with the field. */
export const setIdentity = memberMutation("templates.edit")({
  args: { templateId: v.id("templates"), ...v.object(identity).partial().fields },
  returns: v.null(),
  handler: async (ctx, args) => {
    await drafts.setIdentity(ctx, ctx, args);
    return null;
  },
});

/** Keeps what was made of `base`, beside what others changed meanwhile; returns the text with both. Throws `conflict`. */
export const save = memberMutation("templates.edit")({
  args: { templateId: v.id("templates"), base: v.object(textFields), text: v.object(textFields) },
  returns: v.object(textFields),
  handler: async (ctx, args) => await drafts.save(ctx, ctx, args),
});

/** The text of an earlier version as the draft. Throws `not_found`. */
export const restore = memberMutation("templates.edit")({
  args: { templateId: v.id("templates"), versionId: v.id("templateVersions") },
  returns: v.null(),
  handler: async (ctx, args) => {
    await drafts.restore(ctx, ctx, args);
    return null;
  },
});

/** Gives up what is not published. Throws `conflict`, `invalid` where nothing was ever published. */
export const discard = memberMutation("templates.edit")({
  args: atRevision,
  returns: v.null(),
  handler: async (ctx, args) => {
    await drafts.discard(ctx, ctx, args);
    return null;
  },
});

/** Makes the draft the next version, with what others wrote since. Throws `conflict`, `invalid` with the field. */
export const publish = memberMutation("templates.edit")({
  args: atRevision,
  returns: v.id("templateVersions"),
  handler: async (ctx, args) => await drafts.publish(ctx, ctx, args),
});
