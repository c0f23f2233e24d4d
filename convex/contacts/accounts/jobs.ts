import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import * as forgetting from "./model/forget";
import { forgetArgs } from "./schema";

/** Begins forgetting organisations that were deleted an hour ago or longer; takes up what was cut short. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await forgetting.lookAfterDeleted(ctx, Date.now());
    return null;
  },
});

/** Goes on forgetting a deleted organisation. */
export const forget = internalMutation({
  args: { accountId: v.id("accounts") },
  returns: v.null(),
  handler: async (ctx, { accountId }): Promise<null> => {
    await forgetting.forgetSome(ctx, accountId, Date.now());
    return null;
  },
});

/** Takes a batch of people out of a deleted organisation. True when none is left. */
export const forgetPeople = internalMutation({
  args: forgetArgs,
  returns: v.boolean(),
  handler: async (ctx, { accountId }): Promise<boolean> => await forgetting.forgetPeople(ctx, accountId),
});
