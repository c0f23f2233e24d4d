import { v } from "convex/values";
import { vSystemMail, type SystemMail } from "../../../delivery/systemMail/model";
import { internalMutation, internalQuery } from "../../../lib/functions";
import { settleInvitationMail } from "../../../orgs/invitations/model";
import { presentInvitationMail } from "./model";

/** The mail of an invitation; null when it was used, withdrawn or made anew meanwhile. */
export const load = internalQuery({
  args: { invitationId: v.id("invitations") },
  returns: v.union(v.null(), vSystemMail),
  handler: async (ctx, { invitationId }): Promise<SystemMail | null> => await presentInvitationMail(ctx, invitationId),
});

/** Writes down what became of the mail; `reason`: why it failed. */
export const settle = internalMutation({
  args: { invitationId: v.id("invitations"), reason: v.union(v.null(), v.string()) },
  returns: v.null(),
  handler: async (ctx, { invitationId, reason }): Promise<null> => {
    await settleInvitationMail(ctx, invitationId, reason);
    return null;
  },
});
