import { v } from "convex/values";
import { memberMutation, personMutation } from "../lib/functions";
import { takeToken } from "../lib/rateLimits";
import * as model from "./model";
import { foundOrganisation, recordSignIn } from "./people/model";
import { vModuleKey } from "./schema";

/** Records the signed-in person; call once after every sign-in. Joins the workspace of an active Clerk organisation. */
export const ensurePerson = personMutation({
  args: { name: v.optional(v.string()) },
  returns: v.id("people"),
  handler: async (ctx, { name }) => (await recordSignIn(ctx, { authKey: ctx.authKey, name }))._id,
});

/**
 * Creates a workspace with the caller as its admin. `locale`: the language of its customers' texts and its country
 * ("de-AT"). Throws `invalid` with the field at fault.
 */
export const createOrganisation = personMutation({
  args: { name: v.string(), timezone: v.string(), locale: v.optional(v.string()) },
  returns: v.id("organisations"),
  handler: async (ctx, args) => {
    await takeToken(ctx, "createOrganisation", ctx.authKey);
    return await foundOrganisation(ctx, { authKey: ctx.authKey, ...args });
  },
});

/** Switches a module of the workspace on or off. */
export const setModule = memberMutation("org.manage")({
  args: { module: vModuleKey, isOn: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { module, isOn }) => {
    await model.setModule(ctx, ctx.org, module, isOn);
    return null;
  },
});
