import { v } from "convex/values";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { textFields } from "../../templates/schema";
import { ask as askFor, sendTest } from "./model";

/** Asks what a template says to somebody who booked; the preview of the id returned shows it. Throws `not_found`. */
export const ask = memberMutation("bookings.read")({
  args: {
    previewId: v.optional(v.id("messagePreviews")),
    templateId: v.id("templates"),
    channel: vChannel,
    purpose: vPurpose,
    /** What is being typed; absent: the published text, else the draft. */
    text: v.optional(v.object(textFields)),
    /** Absent: the next upcoming one. */
    bookingId: v.optional(v.id("bookings")),
    /** Absent: who booked. */
    contactId: v.optional(v.id("contacts")),
  },
  returns: v.id("messagePreviews"),
  handler: async (ctx, question) => await askFor(ctx, ctx, question),
});

/** Sends what a preview shows to somebody of the team. Throws `not_found`, `conflict`, `invalid` for the address. */
export const test = memberMutation("templates.edit")({
  args: {
    previewId: v.id("messagePreviews"),
    /** Mail address or number, by the preview's channel. */
    to: v.string(),
    /** The same key is one message. */
    key: v.string(),
  },
  returns: v.id("messageQueue"),
  handler: async (ctx, args) => await sendTest(ctx, ctx, args),
});
