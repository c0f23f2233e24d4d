import { getAuthSessionId } from "@convex-dev/auth/server";
import { v } from "convex/values";
import { internal } from "../../../_generated/api";
import { appError } from "../../../lib/errors";
import { personMutation } from "../../../lib/functions";
import { localAccountOf } from "../../../orgs/passwords/model";
import * as model from "./model";

/** Changes one's own name, in every workspace. Throws `invalid` for an empty or overlong one. */
export const rename = personMutation({
  args: { name: v.string() },
  returns: v.null(),
  handler: async (ctx, { name }): Promise<null> => {
    if (ctx.person === null) throw appError("unauthenticated", "Sign in to go on.");
    await model.rename(ctx, ctx.person, name);
    return null;
  },
});

/** Signs oneself out everywhere else, at once. */
export const endOtherSessions = personMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const account = ctx.person === null ? null : await localAccountOf(ctx, ctx.person);
    const sessionId = await getAuthSessionId(ctx);
    if (account === null || sessionId === null) throw appError("forbidden", "These sessions are not kept here.");
    const { userId } = account;
    await ctx.runMutation(internal.auth.store, { args: { type: "invalidateSessions", userId, except: [sessionId] } });
    return null;
  },
});
