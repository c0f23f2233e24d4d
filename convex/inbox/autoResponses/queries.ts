import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listResponses, previewOf } from "./model";
import { vAutoText } from "./schema";

const vCalendar = v.union(v.id("calendars"), v.null());

/** What each channel that customers write to answers by itself while nobody works. `calendarId` null: the default one. */
export const list = memberQuery("org.read")({
  args: {},
  returns: v.array(
    v.object({
      channelId: v.id("channels"),
      isEnabled: v.boolean(),
      calendarId: vCalendar,
      texts: v.array(vAutoText),
    }),
  ),
  handler: async (ctx) => await listResponses(ctx, ctx.orgId),
});

/** A text as a customer who wrote now would read it, and whether they would: `isOpen`, people work at this moment. */
export const preview = memberQuery("org.read")({
  args: { calendarId: vCalendar, text: vAutoText },
  returns: v.object({ isOpen: v.boolean(), opensAt: v.union(v.number(), v.null()), text: v.string() }),
  handler: async (ctx, args) => await previewOf(ctx, ctx.orgId, args),
});
