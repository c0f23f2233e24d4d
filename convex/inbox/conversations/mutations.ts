import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vAddressChannel } from "../../contacts/schema";
import { requireThread } from "../model/rows";
import { beginConversation } from "./model";
import { goOn } from "./model/goOn";
import { leaveUnused } from "./model/unused";

/** Begins a conversation with a person before they wrote; it is the caller's. */
export const begin = memberMutation("inbox.reply")({
  args: {
    person: v.union(
      v.object({ kind: v.literal("contact"), contactId: v.id("contacts") }),
      v.object({ kind: v.literal("address"), address: v.string() }),
    ),
    channel: vAddressChannel,
    subject: v.string(),
  },
  returns: v.id("threads"),
  handler: async (ctx, opening) => await beginConversation(ctx, ctx, opening),
});

/**
 * Takes the caller's draft to the customer's conversation on another channel, begun if none is open, and returns that
 * one. `text`: the draft's words as texts carry them. Throws `invalid` for a channel that `queries.ways` does not offer.
 */
export const answerBy = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), channel: vAddressChannel, text: v.string() },
  returns: v.id("threads"),
  handler: async (ctx, answer) => await goOn(ctx, ctx, answer),
});

/** Leaves a conversation: one that `answerBy` began goes when nothing was written in it. True when it went. */
export const leave = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.boolean(),
  handler: async (ctx, { threadId }) => await leaveUnused(ctx, ctx, await requireThread(ctx, ctx.orgId, threadId)),
});
