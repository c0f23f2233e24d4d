import { v } from "convex/values";
import { connectionsFor } from "../../connections/model";
import { memberQuery } from "../../lib/functions";
import { previewOf } from "./model";
import { previewTables } from "./schema";

const { channel, versionId, missing, shown, state, asked } = previewTables.messagePreviews.validator.fields;

/** One's own preview; null once it is gone: it is asked for again then. */
export const get = memberQuery("bookings.read")({
  args: { previewId: v.id("messagePreviews") },
  returns: v.union(v.null(), v.object({ channel, versionId, missing, shown, state, asked })),
  handler: async (ctx, { previewId }) => {
    const row = await previewOf(ctx, ctx, previewId);
    if (row === null) return null;
    return {
      channel: row.channel,
      versionId: row.versionId,
      missing: row.missing,
      shown: row.shown,
      state: row.state,
      asked: row.asked,
    };
  },
});

/** What one part of an SMS and one WhatsApp message cost at the account used first, in millionths of the currency unit. */
export const prices = memberQuery("templates.read")({
  args: {},
  returns: v.object({ sms: v.union(v.number(), v.null()), whatsapp: v.union(v.number(), v.null()) }),
  handler: async (ctx) => {
    const priceOf = async (of: "sms" | "whatsapp") =>
      (await connectionsFor(ctx, ctx.orgId, of)).find(({ isEnabled }) => isEnabled)?.priceMicros ?? null;
    return { sms: await priceOf("sms"), whatsapp: await priceOf("whatsapp") };
  },
});
