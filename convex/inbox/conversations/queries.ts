import { v } from "convex/values";
import { vAddressChannel } from "../../contacts/schema";
import { memberQuery } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { otherWays } from "./model/ways";

/** The other channels the customer of a conversation can be answered on now. */
export const ways = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.array(
    v.object({
      channel: vAddressChannel,
      address: v.string(),
      /** WhatsApp's 24 hours are over. */
      isTemplatesOnly: v.boolean(),
      /** The number of the open conversation it goes on in; null: one is begun. */
      number: v.union(v.number(), v.null()),
    }),
  ),
  handler: async (ctx, { threadId }) => {
    const thread = await requireThread(ctx, ctx.orgId, threadId);
    const found = await otherWays(ctx, ctx, thread);
    return found.map(({ channel, address, isTemplatesOnly, into }) => ({
      channel,
      address,
      isTemplatesOnly,
      number: into?.number ?? null,
    }));
  },
});
