import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { internalMutation, internalQuery } from "../lib/functions";
import { getSourceByPublicId, requireSource } from "./model/sources";
import { isWebhookKind, processDeliveries, processDelivery, storeDelivery } from "./model/webhooks";
import { vWebhookSourceKind } from "./schema";

/** What the webhook handler needs of the source behind an address; null for unknown and disabled ones. */
export const webhookSource = internalQuery({
  args: { publicId: v.string() },
  returns: v.union(
    v.null(),
    v.object({
      orgId: v.id("organisations"),
      sourceId: v.id("bookingSources"),
      kind: vWebhookSourceKind,
      encryptedSecret: v.string(),
    }),
  ),
  handler: async (ctx, { publicId }) => {
    const source = await getSourceByPublicId(ctx, publicId);
    if (source === null || !isWebhookKind(source.kind)) return null;
    const { orgId, _id: sourceId, kind, encryptedSecret } = source;
    return { orgId, sourceId, kind, encryptedSecret };
  },
});

/** Keeps a verified delivery and schedules its processing, in one transaction. */
export const storeWebhook = internalMutation({
  args: {
    orgId: v.id("organisations"),
    sourceId: v.id("bookingSources"),
    dedupeKey: v.string(),
    body: v.string(),
    problem: v.optional(
      v.object({
        code: literals("invalid_json", "missing", "wrong_type", "invalid"),
        field: v.string(),
        message: v.string(),
      }),
    ),
  },
  returns: v.object({ isNew: v.boolean() }),
  handler: async (ctx, { orgId, sourceId, ...delivery }) => {
    const { isNew } = await storeDelivery(ctx, await requireSource(ctx, orgId, sourceId), delivery);
    return { isNew };
  },
});

/** Turns deliveries that came together into their bookings; returns how many of them (intake/processors). */
export const processRawEvents = internalMutation({
  args: { rawEventIds: v.array(v.id("rawEvents")) },
  returns: v.number(),
  handler: async (ctx, { rawEventIds }) => await processDeliveries(ctx, rawEventIds),
});

/** Turns a stored delivery into its booking (intake/processors). */
export const processRawEvent = internalMutation({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    await processDelivery(ctx, rawEventId);
    return null;
  },
});
