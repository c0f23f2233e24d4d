import { v } from "convex/values";
import { channelFor } from "../connections/model";
import { receiveMessage } from "../inbox/model/receive";
import { internalMutation } from "../lib/functions";

// Many customers who write, for the benchmark of the list of conversations.

/** Messages one call stores; each costs a few dozen reads. */
const MAX_PER_CALL = 50;

/**
 * Stores a mail each from the customers number `from` up to `to` (exclusive), with `mark` in its words. A customer's mails
 * make one conversation.
 */
export const receive = internalMutation({
  args: { orgId: v.id("organisations"), from: v.number(), to: v.number(), mark: v.string() },
  returns: v.null(),
  handler: async (ctx, { orgId, from, to, mark }): Promise<null> => {
    const inboxChannel = await channelFor(ctx, orgId, "email_outlook");
    for (let i = from; i < Math.min(to, from + MAX_PER_CALL); i++) {
      await receiveMessage(ctx, {
        orgId,
        channel: "email",
        inboxChannel,
        from: { address: `customer${i}@flood.example`, name: `Customer ${i}` },
        recipients: [],
        subject: `Question ${i}`,
        text: `${mark} Guten Tag, ich habe eine Frage zu meinem Kurs im Sommer.`,
        files: [],
        externalMessageId: `${mark}-${i}@flood.example`,
        inReplyTo: [],
        references: [],
        plusTokens: [],
        sentAt: null,
        automatic: null,
      });
    }
    return null;
  },
});
