import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { renewInboundSecret } from "../../connections/model";
import { webhookBaseUrl } from "../../connections/webhooks/model";
import { appError } from "../../lib/errors";
import { POSTMARK_PREFIX, RAW_EMAIL_PREFIX } from "../basicAuth";

/** Where the mail of a mailbox is posted to. The addresses are no secret: the password of HTTP Basic is. */
export function mailboxAddresses(channelId: Id<"channels">): { postmarkUrl: string; rawEmailUrl: string } {
  const urlOf = (prefix: string) => `${webhookBaseUrl()}${prefix}${channelId}`;
  return { postmarkUrl: urlOf(POSTMARK_PREFIX), rawEmailUrl: urlOf(RAW_EMAIL_PREFIX) };
}

/**
 * Gives a mailbox a new password for its addresses and returns it: it can be read only here, and the old one ends. Throws
 * `invalid` for what is no mailbox.
 */
export async function renewMailboxSecret(ctx: MutationCtx, channel: Doc<"channels">): Promise<string> {
  if (channel.channelType !== "email_outlook") {
    throw appError("invalid", "Only mailboxes take in mail over addresses of their own.", { field: "channelId" });
  }
  return await renewInboundSecret(ctx, channel);
}
