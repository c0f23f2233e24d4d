import { v } from "convex/values";
import { vPriority, vThreadType } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import * as internal from "./model";

const beginning = {
  subject: v.string(),
  text: v.string(),
  /** The orders it is about. */
  orders: v.array(v.string()),
  teamId: v.union(v.id("teams"), v.null()),
  clientId: v.string(),
};

/** Begins a discussion of the team's: no customer sees it. The same `clientId` again is the same one. */
export const beginDiscussion = memberMutation("inbox.reply")({
  args: { ...beginning, memberIds: v.array(v.id("members")) },
  returns: v.id("threads"),
  handler: async (ctx, asked) => await internal.beginDiscussion(ctx, ctx, asked),
});

/** Opens a ticket without a customer. The same `clientId` again is the same one. */
export const beginTicket = memberMutation("inbox.reply")({
  args: { ...beginning, threadType: vThreadType, priority: vPriority, category: v.string() },
  returns: v.id("threads"),
  handler: async (ctx, asked) => await internal.beginInternalTicket(ctx, ctx, asked),
});

/** Gives a conversation of the team's its customer; it is answered like others from then on. */
export const linkCustomer = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), contactId: v.id("contacts") },
  returns: v.null(),
  handler: async (ctx, asked): Promise<null> => {
    await internal.linkCustomer(ctx, ctx, asked);
    return null;
  },
});
