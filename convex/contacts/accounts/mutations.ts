import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { ensureAccount, renameAccount } from "./model";

/** The organisation of that name and kind, made if there is none. */
export const ensure = memberMutation("contacts.edit")({
  args: { name: v.string(), kind: literals("customer", "partner") },
  returns: v.id("accounts"),
  handler: async (ctx, account) => await ensureAccount(ctx, ctx.member, account),
});

/** Gives an organisation another name. */
export const rename = memberMutation("contacts.edit")({
  args: { accountId: v.id("accounts"), name: v.string() },
  returns: v.null(),
  handler: async (ctx, { accountId, name }): Promise<null> => {
    await renameAccount(ctx, ctx.member, accountId, name);
    return null;
  },
});
