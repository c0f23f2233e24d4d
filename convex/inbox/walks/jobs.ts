import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { lookAfterWalks, walkOn } from "./model";
import { vWalkKind } from "./schema";

/** Does the next batch of a walk over rows from before. */
export const walk = internalMutation({
  args: { kind: vWalkKind },
  returns: v.null(),
  handler: async (ctx, { kind }): Promise<null> => {
    await walkOn(ctx, kind, Date.now());
    return null;
  },
});

/** Cron: begins those walks after an update, and takes them up where a crash cut them short. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await lookAfterWalks(ctx, Date.now());
    return null;
  },
});
