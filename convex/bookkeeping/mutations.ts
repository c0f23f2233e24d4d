import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import * as model from "./model";

/** Connects sevDesk, or changes the connection; an absent token stays. Throws `invalid` with the field. */
export const connect = memberMutation("connections.manage")({
  args: { token: v.optional(v.string()), baseUrl: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, fields): Promise<null> => {
    await model.connect(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, fields);
    return null;
  },
});

/** Removes the connection with its token. */
export const disconnect = memberMutation("connections.manage")({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await model.disconnect(ctx, { orgId: ctx.orgId, memberId: ctx.member._id });
    return null;
  },
});

/** Reads sevDesk's addresses once more. */
export const sync = memberMutation("connections.manage")({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await model.startSync(ctx, ctx.orgId);
    return null;
  },
});
