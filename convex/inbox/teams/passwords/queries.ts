import { v } from "convex/values";
import { publicQuery } from "../../../lib/functions";
import { describeReset } from "../../../orgs/passwords/model";

/** Whose password the holder of a link may choose; null when it opens nothing. The unguessable token is the proof. */
export const reset = publicQuery({
  args: { token: v.string() },
  returns: v.union(v.null(), v.object({ email: v.string() })),
  handler: async (ctx, { token }) => await describeReset(ctx, token),
});
