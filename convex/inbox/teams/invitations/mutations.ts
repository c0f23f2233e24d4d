import { v } from "convex/values";
import { memberMutation, personMutation, publicMutation } from "../../../lib/functions";
import { vRole } from "../../../lib/permissions";
import { recordSignIn } from "../../../orgs/people/model";
import * as model from "./model";

/**
 * Invites somebody, by mail where the workspace can send any. The token in the answer belongs into the link; it is never
 * shown again. Throws `rate_limited` for more mails than a team has colleagues.
 */
export const invite = memberMutation("members.manage")({
  args: { email: v.string(), role: vRole },
  returns: v.object({ token: v.string(), expiresAt: v.number(), isMailed: v.boolean() }),
  handler: async (ctx, asked) => await model.invite(ctx, ctx.member, asked),
});

/** Takes an open invitation back. */
export const withdraw = memberMutation("members.manage")({
  args: { invitationId: v.id("invitations") },
  returns: v.null(),
  handler: async (ctx, { invitationId }): Promise<null> => {
    await model.withdraw(ctx, ctx.member, invitationId);
    return null;
  },
});

/** Joins the workspace a link invites to. */
export const accept = personMutation({
  args: { token: v.string() },
  returns: v.id("organisations"),
  handler: async (ctx, { token }) => await model.accept(ctx, await recordSignIn(ctx, { authKey: ctx.authKey }), token),
});

/**
 * Says no to an invitation, with or without an account: the token is the proof. Not rate-limited: an unknown token costs
 * one index read and writes nothing.
 */
export const decline = publicMutation({
  args: { token: v.string() },
  returns: v.null(),
  handler: async (ctx, { token }): Promise<null> => {
    await model.decline(ctx, token);
    return null;
  },
});
