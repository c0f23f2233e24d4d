"use node";

import { Webhook } from "standardwebhooks";
import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { guardedFetch, GuardedFetchError } from "../../lib/guardedFetch";
import { internalAction } from "../../lib/functions";
import { reasonOf } from "../../lib/log";
import { retryAfterOf } from "../../lib/retryAfter";
import { signingSecrets } from "./deliveries/model";
import { shortAnswer } from "./schedule";
import type { Try } from "./schema";

/** Standard Webhooks: 15 to 30 seconds. */
const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 2_000;

/** One try of one delivery: signed by every secret that counts, sent, recorded. */
export const send = internalAction({
  args: { deliveryId: v.id("webhookDeliveries") },
  returns: v.null(),
  handler: async (ctx, { deliveryId }): Promise<null> => {
    const delivery = await ctx.runQuery(internal.api.webhooks.jobs.load, { deliveryId });
    if (delivery === null) return null;
    const startedAt = Date.now();
    const { made, retryAfterMs } = await attempt(delivery, startedAt);
    await ctx.runMutation(internal.api.webhooks.jobs.finish, { deliveryId, made, retryAfterMs });
    return null;
  },
});

type Delivery = { id: string; url: string; body: string; encryptedSecrets: string[] };

async function attempt(
  { id, url, body, encryptedSecrets }: Delivery,
  startedAt: number,
): Promise<{ made: Try; retryAfterMs?: number }> {
  const at = new Date(startedAt);
  try {
    const secrets = await signingSecrets(encryptedSecrets);
    const { status, headers, text } = await guardedFetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Switchboard-Webhooks/1",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(startedAt / 1_000)),
        "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    const made = { at: startedAt, status, ms: Date.now() - startedAt, answer: shortAnswer(text) };
    const isFine = status >= 200 && status < 300;
    return {
      made: isFine ? made : { ...made, reason: `It answered ${status}.` },
      retryAfterMs: retryAfterOf(headers["retry-after"], startedAt),
    };
  } catch (thrown) {
    const reason = thrown instanceof GuardedFetchError ? thrown.message : reasonOf(thrown);
    return { made: { at: startedAt, status: null, ms: Date.now() - startedAt, reason } };
  }
}
