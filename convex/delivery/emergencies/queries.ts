import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { emergencyMessages, listEmergencies } from "../model/emergencies";
import { MESSAGE_STATES } from "../schema";

const vEmergency = v.object({
  id: v.id("emergencies"),
  reason: v.string(),
  scope: v.union(
    v.object({ kind: v.literal("people"), people: v.number(), subject: v.string() }),
    v.object({ kind: v.literal("message"), queueId: v.id("messageQueue") }),
  ),
  at: v.number(),
  until: v.optional(v.number()),
  by: v.string(),
  ended: v.optional(v.object({ at: v.number(), by: v.string(), stopped: v.number() })),
});

/** Emergencies of the workspace, newest first: who allowed what, why, and until when. */
export const list = memberQuery("delivery.read")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vEmergency),
  handler: async (ctx, { paginationOpts }) => await listEmergencies(ctx, ctx.orgId, paginationOpts),
});

/** What became of each message of an emergency, live. */
export const messages = memberQuery("delivery.read")({
  args: { emergencyId: v.id("emergencies") },
  returns: v.array(
    v.object({
      queueId: v.id("messageQueue"),
      contactName: v.string(),
      channel: v.optional(vChannel),
      address: v.optional(v.string()),
      state: literals(...MESSAGE_STATES),
    }),
  ),
  handler: async (ctx, { emergencyId }) => await emergencyMessages(ctx, ctx.orgId, emergencyId),
});
