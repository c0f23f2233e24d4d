import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { channelFor } from "../../connections/model";
import { storeRawEvent } from "../../intake/model";
import { appError } from "../../lib/errors";

/** Simulated accounts one message could have been handed to. */
const MAX_ACCOUNTS = 100;

/** Shows our reaction at the message on its device; empty: taken back. */
export async function showReaction(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { providerMessageId, ourReaction }: Pick<Doc<"sandboxMessages">, "providerMessageId" | "ourReaction">,
): Promise<void> {
  const messages = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_provider_message", (q) => q.eq("orgId", orgId).eq("providerMessageId", providerMessageId))
    .take(MAX_ACCOUNTS);
  for (const { _id } of messages) await ctx.db.patch("sandboxMessages", _id, { ourReaction });
}

/**
 * The customer reacts to a message on their device, or takes it back (an empty emoji); it enters through intake as a
 * provider's report does. Throws `not_found`, and `invalid` where the device knows no reactions.
 */
export async function reactOnDevice(
  ctx: MutationCtx,
  { orgId, messageId, emoji }: { orgId: Id<"organisations">; messageId: Id<"sandboxMessages">; emoji: string },
): Promise<void> {
  const message = await ctx.db.get("sandboxMessages", messageId);
  if (message === null || message.orgId !== orgId) {
    throw appError("not_found", "This message is not on the device.", { field: "messageId" });
  }
  const { channel, address: from, providerMessageId: inReplyTo } = message;
  if (channel !== "whatsapp") throw appError("invalid", "Only WhatsApp knows reactions.", { field: "messageId" });
  await ctx.db.patch("sandboxMessages", messageId, { customerReaction: emoji });
  const at = Date.now();
  const id = `device-${messageId}-${at}-${emoji}`;
  const report = { from, text: emoji, reaction: emoji, inReplyTo, channel, providerMessageId: id, at };
  const inboxChannel = await channelFor(ctx, orgId, "whatsapp_business");
  await storeRawEvent(ctx, {
    orgId,
    kind: "sms_sandbox",
    sourceId: inboxChannel?._id ?? "sandbox",
    dedupeKey: id,
    body: { kind: "text", text: JSON.stringify(report) },
  });
}
