"use node";

import { Webhook } from "standardwebhooks";
import { guardedFetch, GuardedFetchError, type GuardedAnswer } from "../../lib/guardedFetch";
import type { ErrorClass, Failure, SendResult } from "../schema";
import { failureOf, textSetting } from "./call";
import { textWithReplies } from "./quickReplies";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

/** Standard Webhooks: 15 to 30 seconds. */
const TIMEOUT_MS = 15_000;

/** As much of an answer as a person is shown (providers.md 18). */
const MAX_ANSWER_BYTES = 1_024;

const MS_PER_SECOND = 1_000;

const CONTENT_TOO_LARGE = 413;

/**
 * Delivers messages to an address of the customer's own, signed by Standard Webhooks 1.0.0 (providers.md 18). Settings:
 * `url`; secrets: `signingSecret`, and `previousSigningSecret` while it is being changed. Our key is the `webhook-id`,
 * the same for every try, so nothing has to be found again: whatever went wrong is simply tried later.
 */
export function webhookAdapter({ settings, secrets, timeoutMs }: Omit<AdapterAccount, "ctx">): ProviderAdapter {
  return {
    async send(message): Promise<SendResult> {
      const failure = await post(textSetting(settings.url) ?? "", message, secrets, timeoutMs ?? TIMEOUT_MS);
      if (failure !== null) return { kind: "refused", failure };
      return { kind: "accepted", providerMessageId: message.idempotencyKey };
    },
    close() {},
  };
}

// The same bytes for every try: nothing in it depends on when it is sent.
function payloadOf(message: OutgoingMessage): string {
  const { idempotencyKey: id, to, from, subject, html } = message;
  const data = { id, to: to.name, from: from.name, subject, text: textWithReplies(message), html };
  return JSON.stringify({ type: "message", data });
}

/** Null when it was taken (2xx), else what is wrong: the receiver keeps the id, so every failure may be tried again. */
async function post(
  url: string,
  message: OutgoingMessage,
  secrets: Record<string, string>,
  timeoutMs: number,
): Promise<Failure | null> {
  const now = new Date();
  const [id, body] = [message.idempotencyKey, payloadOf(message)];
  const signature = signatureOf(id, now, body, secrets);
  if (signature === null) {
    return { class: "config", code: "signing_secret", reason: "The signing secret is missing or not base64." };
  }
  const headers = {
    "Content-Type": "application/json",
    "User-Agent": "Switchboard-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / MS_PER_SECOND)),
    "webhook-signature": signature,
  };
  let answer: GuardedAnswer;
  try {
    answer = await guardedFetch(url, { method: "POST", headers, body, timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES });
  } catch (thrown) {
    if (!(thrown instanceof GuardedFetchError)) throw thrown;
    const isRefused = thrown.kind === "refused";
    return {
      class: isRefused ? "config" : "transient",
      code: isRefused ? "blocked_target" : thrown.kind,
      reason: thrown.message,
    };
  }
  const { status, text } = answer;
  if (status >= 200 && status < 300) return null;
  return failureOf({ kind: "answer", status, headers: new Headers(answer.headers), text }, { class: classOf(status) });
}

/** One signature a secret, space-separated; null without a usable secret. */
function signatureOf(id: string, now: Date, body: string, secrets: Record<string, string>): string | null {
  const keys = [secrets.signingSecret ?? "", secrets.previousSigningSecret ?? ""].filter((key) => key !== "");
  try {
    return keys.length === 0 ? null : keys.map((key) => new Webhook(key).sign(id, now, body)).join(" ");
  } catch {
    return null;
  }
}

/**
 * Receivers are other people's programs: a wrong answer is mostly a wrong moment, and the schedule of Standard Webhooks
 * tries everything again. Redirects, a missing door and a receiver that is gone (410) are for a person to look at.
 */
function classOf(status: number): ErrorClass {
  if (status === 429) return "rate_limited";
  if (status === CONTENT_TOO_LARGE) return "permanent";
  if (status < 400 || [401, 402, 403, 404, 405, 410].includes(status)) return "config";
  return "transient";
}
