import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { saveField } from "./model";
import { vField, vFieldSubject } from "./schema";

/** Makes an attribute (without `key`) or changes one; returns its key. */
export const save = memberMutation("consent.manage")({
  args: { ...vField.fields, key: v.optional(v.string()), subject: vFieldSubject },
  returns: v.string(),
  handler: async (ctx, field) => await saveField(ctx, ctx.member, field),
});
