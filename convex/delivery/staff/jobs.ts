import { v } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import { internalMutation } from "../../lib/functions";
import { vLane } from "../schema";
import { mailStaff } from "./model";

/** Mails somebody of the team: for the domains below this one, which name it through `internal`. */
export const mail = internalMutation({
  args: {
    orgId: v.id("organisations"),
    email: v.string(),
    name: v.string(),
    about: v.string(),
    lane: vLane,
    subject: v.string(),
    text: v.string(),
    dueAt: v.number(),
    expiresAt: v.optional(v.number()),
    idempotencyKey: v.string(),
  },
  returns: v.id("messageQueue"),
  handler: async (ctx, args): Promise<Id<"messageQueue">> => await mailStaff(ctx, args),
});
