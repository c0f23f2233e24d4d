import { v } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import { memberMutation } from "../../lib/functions";
import { removeForm, saveForm } from "./model";
import { vSignUpSettings } from "./schema";

/** Makes a form, or changes the one named; `wording` are the words people agree to, a new version when they differ. */
export const save = memberMutation("consent.manage")({
  args: { formId: v.optional(v.id("signUpForms")), settings: vSignUpSettings, wording: v.string() },
  returns: v.id("signUpForms"),
  handler: async (ctx, { formId, settings, wording }): Promise<Id<"signUpForms">> => {
    const actor = { kind: "member", memberId: ctx.member._id } as const;
    return await saveForm(ctx, { orgId: ctx.orgId, actor, settings, wording }, formId ?? null);
  },
});

/** Takes a form away; its address answers 404 from then on. */
export const remove = memberMutation("consent.manage")({
  args: { formId: v.id("signUpForms") },
  returns: v.null(),
  handler: async (ctx, { formId }) => {
    await removeForm(ctx, { orgId: ctx.orgId, actor: { kind: "member", memberId: ctx.member._id } }, formId);
    return null;
  },
});
