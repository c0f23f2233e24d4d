import { v } from "convex/values";
import { vAccountKind } from "../../contacts/accounts/schema";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as accounts from "./model";
import { vApiAccount, vApiAccountChange, vApiAccountDeletion, vApiNewAccount } from "./schema";

/** A page of customer and partner organisations. */
export const list = internalQuery({
  args: { caller: vApiCaller, ...vPaging.fields, kind: v.optional(vAccountKind), search: v.optional(v.string()) },
  returns: vPageOf(vApiAccount),
  handler: async (ctx, { caller, ...asked }) => await accounts.listAccounts(ctx, caller, asked),
});

/** One of them. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiAccount,
  handler: async (ctx, { caller, id }) => await accounts.readAccount(ctx, caller, id),
});

/** Makes one, or finds it by name and kind. */
export const create = internalMutation({
  args: { caller: vApiCaller, write: vWrite, account: vApiNewAccount },
  returns: vAnswer(vApiAccount),
  handler: async (ctx, { caller, account, write }) => await accounts.createAccount(ctx, caller, account, write),
});

/** Changes one. */
export const update = internalMutation({
  args: { caller: vApiCaller, write: vWrite, id: v.string(), change: vApiAccountChange },
  returns: vAnswer(vApiAccount),
  handler: async (ctx, { caller, id, change, write }) => await accounts.updateAccount(ctx, caller, id, change, write),
});

/** Deletes one. */
export const remove = internalMutation({
  args: { caller: vApiCaller, write: vWrite, id: v.string() },
  returns: vAnswer(vApiAccountDeletion),
  handler: async (ctx, { caller, id, write }) => await accounts.deleteAccount(ctx, caller, id, write),
});
