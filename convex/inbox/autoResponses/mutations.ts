import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { setResponse } from "./model";
import { vAutoText } from "./schema";

/** Sets what a channel answers by itself while nobody works. `calendarId` null: the default calendar's hours. */
export const set = memberMutation("connections.manage")({
  args: {
    channelId: v.id("channels"),
    isEnabled: v.boolean(),
    calendarId: v.union(v.id("calendars"), v.null()),
    texts: v.array(vAutoText),
  },
  returns: v.null(),
  handler: async (ctx, { channelId, ...response }): Promise<null> => {
    await setResponse(ctx, ctx, channelId, response);
    return null;
  },
});
