import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { dropWaiting, keepHolding, letGo } from "../model/held";

/** Lets what waits for the end of a talk with a person go at its time all the same. Returns how many messages. */
export const release = memberMutation("inbox.reply")({
  args: { contactId: v.id("contacts") },
  returns: v.number(),
  handler: async (ctx, { contactId }) => await letGo(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, contactId),
});

/** Keeps automatic messages from a person for so many hours from now. */
export const keep = memberMutation("inbox.reply")({
  args: { contactId: v.id("contacts"), hours: v.number() },
  returns: v.null(),
  handler: async (ctx, { contactId, hours }): Promise<null> => {
    await keepHolding(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, contactId, hours);
    return null;
  },
});

/** Takes back what waits for the end of a talk with a person. Returns how many messages. */
export const drop = memberMutation("inbox.reply")({
  args: { contactId: v.id("contacts") },
  returns: v.number(),
  handler: async (ctx, { contactId }) =>
    await dropWaiting(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, contactId),
});
