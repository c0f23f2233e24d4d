import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { beginConversation } from "./model";

/** Begins a conversation with a person before they wrote; it is the caller's. */
export const begin = memberMutation("inbox.reply")({
  args: {
    person: v.union(
      v.object({ kind: v.literal("contact"), contactId: v.id("contacts") }),
      v.object({ kind: v.literal("address"), address: v.string() }),
    ),
    channel: literals("email", "sms", "whatsapp"),
    subject: v.string(),
  },
  returns: v.id("threads"),
  handler: async (ctx, opening) => await beginConversation(ctx, ctx, opening),
});
