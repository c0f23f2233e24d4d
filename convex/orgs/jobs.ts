import { v } from "convex/values";
import { internalQuery } from "../lib/functions";
import { getDemoOrg } from "./model";

/** Whether the demo sign-in is open: while the seeded demo workspace exists. */
export const isDemoOpen = internalQuery({
  args: {},
  returns: v.boolean(),
  handler: async (ctx): Promise<boolean> => (await getDemoOrg(ctx)) !== null,
});
