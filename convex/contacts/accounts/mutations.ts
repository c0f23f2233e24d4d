import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { ensureAccount } from "./model";

/** The organisation of that name and kind, made if there is none. */
export const ensure = memberMutation("contacts.edit")({
  args: { name: v.string(), kind: literals("customer", "partner") },
  returns: v.id("accounts"),
  handler: async (ctx, account) => await ensureAccount(ctx, ctx.member, account),
});
