import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { TEXT_LANGUAGES } from "./texts";

export const vAutoText = v.object({ language: literals(...TEXT_LANGUAGES), text: v.string() });
export type AutoText = Infer<typeof vAutoText>;

export const autoResponseTables = {
  // What a channel answers by itself while nobody works (product.md A-53). One row a channel at most, none: it does not.
  // Written by admins; read when a customer writes.
  autoResponses: defineTable({
    orgId: v.id("organisations"),
    channelId: v.id("channels"),
    isEnabled: v.boolean(),
    /** The hours in which people answer; absent: the default calendar's. */
    calendarId: v.optional(v.id("calendars")),
    /** One a language, in the order they were written. */
    texts: v.array(vAutoText),
  }).index("by_channel", ["channelId"]),
};
