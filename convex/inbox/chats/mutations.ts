import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { requireMessageRow } from "../model/messageFields";
import { REACTIONS } from "./emojis";
import { react as reactTo } from "./model";

/** Reacts to a WhatsApp message in the team's name, or takes the reaction back (null). */
export const react = memberMutation("inbox.reply")({
  args: { messageId: v.id("messages"), emoji: v.union(v.null(), literals(...REACTIONS)) },
  returns: v.null(),
  handler: async (ctx, { messageId, emoji }): Promise<null> => {
    const message = await requireMessageRow(ctx, ctx.orgId, messageId);
    await reactTo(ctx, { member: ctx.member, message, emoji });
    return null;
  },
});
