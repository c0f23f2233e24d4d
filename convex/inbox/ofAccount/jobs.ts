import { v } from "convex/values";
import { forgetArgs } from "../../contacts/accounts/schema";
import { internalMutation } from "../../lib/functions";
import { forgetAccount } from "../assignment/model/rules";
import * as sorting from "../sorting/model/rules";
import * as ofAccount from "./model";

/** Takes a deleted organisation out of a batch of conversations. True when none is left. */
export const forgetThreads = internalMutation({
  args: forgetArgs,
  returns: v.boolean(),
  handler: async (ctx, { accountId }): Promise<boolean> => await ofAccount.forgetThreads(ctx, accountId),
});

/** Removes the assignment and sorting rules that were for a deleted organisation alone. True: there are none left. */
export const forgetRules = internalMutation({
  args: forgetArgs,
  returns: v.boolean(),
  handler: async (ctx, { orgId, accountId }): Promise<boolean> => {
    await forgetAccount(ctx, orgId, accountId);
    await sorting.forgetAccount(ctx, orgId, accountId);
    return true;
  },
});
