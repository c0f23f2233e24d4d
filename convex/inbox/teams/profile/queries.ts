import { getAuthSessionId } from "@convex-dev/auth/server";
import { v } from "convex/values";
import { personQuery } from "../../../lib/functions";
import { presentAccount } from "./model";

/** One's own account: whether it has a password here, and where one is signed in. Null for strangers. */
export const account = personQuery({
  args: {},
  returns: v.union(
    v.null(),
    v.object({
      hasPassword: v.boolean(),
      sessions: v.array(v.object({ id: v.id("authSessions"), since: v.number(), isThis: v.boolean() })),
    }),
  ),
  handler: async (ctx) =>
    ctx.person === null ? null : await presentAccount(ctx, ctx.person, await getAuthSessionId(ctx)),
});
