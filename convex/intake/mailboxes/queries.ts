import { v } from "convex/values";
import { requireChannel } from "../../connections/model";
import { memberQuery } from "../../lib/functions";
import { mailboxAddresses } from "./model";

/** Where Postmark and mail servers post the mail of a mailbox. */
export const addresses = memberQuery("connections.manage")({
  args: { channelId: v.id("channels") },
  returns: v.object({ postmarkUrl: v.string(), rawEmailUrl: v.string() }),
  handler: async (ctx, { channelId }) => mailboxAddresses((await requireChannel(ctx, ctx.orgId, channelId))._id),
});
