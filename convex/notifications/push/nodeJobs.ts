"use node";

import webPush from "web-push";
import { v, type Infer } from "convex/values";
import type { FunctionReturnType } from "convex/server";
import { internal } from "../../_generated/api";
import { decryptSecret, encryptSecret } from "../../lib/crypto";
import { getEnv } from "../../lib/env";
import { internalAction } from "../../lib/functions";
import { guardedFetch, GuardedFetchError } from "../../lib/guardedFetch";
import { reasonOf } from "../../lib/log";
import { retryAfterOf } from "../../lib/retryAfter";
import { outcomeOf, TIME_TO_LIVE_S } from "./rules";
import type { PushOutcome } from "./schema";

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 2_000;
/** RFC 8030 section 5.4. */
const MAX_TOPIC_CHARS = 32;

/** Whom a push service may write to about this sender, where the deployment has no https address (RFC 8292 2.1). */
const FALLBACK_SUBJECT = "mailto:postmaster@localhost.invalid";

const vOrder = v.object({
  notificationId: v.id("notifications"),
  at: v.number(),
  deviceId: v.id("pushDevices"),
  tries: v.number(),
});

/** Makes the deployment's keys (VAPID, RFC 8292). Called again it changes nothing. */
export const makeKeys = internalAction({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const { publicKey, privateKey } = webPush.generateVAPIDKeys();
    const encryptedPrivateKey = await encryptSecret(privateKey);
    await ctx.runMutation(internal.notifications.push.jobs.keepKeys, { publicKey, encryptedPrivateKey });
    return null;
  },
});

/** One try of one push to one device: encrypted for its browser, signed with the deployment's key, sent, recorded. */
export const send = internalAction({
  args: vOrder.fields,
  returns: v.null(),
  handler: async (ctx, order: Infer<typeof vOrder>): Promise<null> => {
    const { notificationId, at, deviceId } = order;
    const push = await ctx.runQuery(internal.notifications.push.jobs.load, { notificationId, at, deviceId });
    if (push === null) return null;
    const outcome = await attempt(push, notificationId);
    await ctx.runMutation(internal.notifications.push.jobs.finish, { ...order, outcome });
    return null;
  },
});

type Push = NonNullable<FunctionReturnType<typeof internal.notifications.push.jobs.load>>;

async function attempt(push: Push, topic: string): Promise<PushOutcome> {
  try {
    const keys = { p256dh: push.p256dh, auth: await decryptSecret(push.encryptedAuth) };
    const site = getEnv("SITE_URL");
    const { endpoint, headers, body } = webPush.generateRequestDetails(
      { endpoint: push.endpoint, keys },
      push.payload,
      {
        vapidDetails: {
          subject: site?.startsWith("https:") === true ? site : FALLBACK_SUBJECT,
          publicKey: push.publicKey,
          privateKey: await decryptSecret(push.encryptedPrivateKey),
        },
        TTL: TIME_TO_LIVE_S,
        urgency: push.isPressing ? "high" : "normal",
        // A newer one takes the place of one that a phone without a network has not fetched yet.
        topic: topic.slice(0, MAX_TOPIC_CHARS),
        contentEncoding: "aes128gcm",
      },
    );
    const { status, headers: answered } = await guardedFetch(endpoint, {
      method: "POST",
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: body ?? undefined,
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    return outcomeOf(status, retryAfterOf(answered["retry-after"], Date.now()));
  } catch (thrown) {
    if (!(thrown instanceof GuardedFetchError)) return { kind: "failed", reason: reasonOf(thrown), isFinal: true };
    return { kind: "failed", reason: thrown.message, isFinal: thrown.kind === "refused" };
  }
}
