import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vAddressChannel } from "../../contacts/schema";
import { beginConversation } from "./model";
import { goOn } from "./model/goOn";

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
