import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { secretsOf } from "../../connections/model";
import { PROVIDER_HOOK_PREFIX, webhookBaseUrl } from "../../connections/webhooks/model";
import type { ProviderWebhook, WebhookRequest } from "../../delivery/providers/types";
import { WEBHOOKS } from "../../delivery/providers/webhooks";
import { hmacSha256Hex, randomToken, sha256Hex, verifyHmacSha256 } from "../../lib/crypto";
import { asAppError } from "../../lib/errors";
import { httpAction } from "../../lib/functions";
import { log } from "../../lib/log";
import { identityOf, sealRequest } from "./envelope";

/** Meta batches up to a thousand updates, about 3 MB; nobody reports more at once. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/**
 * Longer requests lie in file storage and are applied slice by slice. The shortest status has a hundred characters, so
 * what lies in a row is applied in one transaction.
 */
const MAX_INLINE_CHARS = 16_384;

/** A subscription is confirmed while the provider waits for our answer. */
const CONFIRM_TIMEOUT_MS = 8_000;

const MS_PER_SECOND = 1_000;

type Source = { orgId: Id<"organisations">; connectionId: Id<"connections"> };

/**
 * GET and POST /hooks/provider/{connection}/{secret}: status reports and inbound texts of any provider. The secret is
 * compared in constant time and the provider's own signature is checked over the raw body and the public address; then
 * the request is kept, answered as its provider wants it, and read by a job. 200 kept or known, 401 unknown address or
 * forged (nothing is stored), 403 a handshake that does not match, 413 too large, 429 too many, 502 when a subscription
 * could not be confirmed. Only requests that no signature proves are counted: a stranger who learnt the address sends them,
 * while a provider must never be told to stop reporting.
 */
export const receive = httpAction(async (ctx, httpRequest) => {
  const url = new URL(httpRequest.url);
  const [connectionKey = "", secret = ""] = url.pathname.slice(PROVIDER_HOOK_PREFIX.length).split("/");
  const account = await ctx.runQuery(internal.tracking.providerHooks.jobs.account, { connectionKey });
  // An unknown address costs the same comparison as a wrong secret.
  const isKnown = await isSecret(secret, account?.secretHash ?? (await sha256Hex(randomToken())));
  const webhook = account === null ? undefined : WEBHOOKS[account.provider];
  if (account === null || webhook === undefined || !isKnown) return unknown();
  const announced = Number(httpRequest.headers.get("Content-Length") ?? 0);
  const body = announced > MAX_BODY_BYTES ? null : new Uint8Array(await httpRequest.arrayBuffer());
  if (body === null || body.length > MAX_BODY_BYTES) return problem(413, "invalid", "The request is too large.");
  // Providers sign the address they called, not the one a proxy forwarded to; the query exactly as it came.
  const publicUrl = webhookBaseUrl() + httpRequest.url.slice(url.origin.length);
  const headers = Object.fromEntries([...httpRequest.headers].map(([name, value]) => [name.toLowerCase(), value]));
  const method = httpRequest.method === "GET" ? "GET" : "POST";
  const request: WebhookRequest = { method, url: publicUrl, headers, body, receivedAt: Date.now() };
  const proof = { settings: account.settings, secrets: await secretsOf(account) };
  if (method === "GET" && webhook.handshake !== undefined) {
    const challenge = webhook.handshake(request, proof);
    return challenge === null ? problem(403, "forbidden", "The token does not match.") : plain(challenge);
  }
  if (!(await webhook.verify(request, proof))) return unknown();
  const confirmUrl = webhook.confirmUrl?.(request) ?? null;
  if (confirmUrl !== null) return await confirm(confirmUrl);
  const isCounted = webhook.provesSender?.(proof) === false;
  return await keep(ctx, { ...account, isCounted }, request, webhook);
});

async function keep(
  ctx: ActionCtx,
  { orgId, connectionId, isCounted }: Source & { isCounted: boolean },
  request: WebhookRequest,
  webhook: ProviderWebhook,
): Promise<Response> {
  const text = sealRequest(request);
  const ownKey = webhook.dedupeKey?.(request) ?? null;
  const dedupeKey = ownKey ?? (await sha256Hex(identityOf(request)));
  const bytes = text.length <= MAX_INLINE_CHARS ? null : new TextEncoder().encode(text);
  const body =
    bytes === null
      ? { kind: "text" as const, text }
      : {
          kind: "file" as const,
          storageId: await ctx.storage.store(new Blob([bytes], { type: "application/json" })),
          sizeBytes: bytes.length,
        };
  try {
    const event = { orgId, connectionId, dedupeKey, isCounted, body };
    await ctx.runMutation(internal.tracking.providerHooks.jobs.keep, event);
  } catch (thrown) {
    if (body.kind === "file") await ctx.storage.delete(body.storageId);
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited") throw thrown;
    const seconds = Math.ceil((error.retryAfterMs ?? MS_PER_SECOND) / MS_PER_SECOND);
    return problem(429, error.code, error.message, { "Retry-After": String(seconds) });
  }
  const { contentType, body: words } = webhook.answer ?? { contentType: "text/plain", body: "OK" };
  return new Response(words, { headers: { "Content-Type": contentType } });
}

/** Opens the address by which a provider makes sure that the webhook is ours; `verify` has vouched for it. */
async function confirm(url: string): Promise<Response> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(CONFIRM_TIMEOUT_MS) });
    if (response.ok) return plain("OK");
    log.warn("provider_hook.confirm_failed", { status: response.status });
  } catch (thrown) {
    log.warn("provider_hook.confirm_failed", { reason: thrown instanceof Error ? thrown.name : "unknown" });
  }
  // The provider asks again.
  return problem(502, "unavailable", "The subscription could not be confirmed.");
}

/** Compares through an HMAC under a fresh key: the time taken says nothing about where two hashes differ. */
async function isSecret(presented: string, secretHash: string): Promise<boolean> {
  const key = randomToken();
  return await verifyHmacSha256(key, await sha256Hex(presented), await hmacSha256Hex(key, secretHash));
}

const unknown = () => problem(401, "unauthenticated", "The address, its secret or the signature is wrong.");

const plain = (text: string) => new Response(text, { headers: { "Content-Type": "text/plain" } });

function problem(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ code, message });
  return new Response(body, { status, headers: { "Content-Type": "application/json", ...headers } });
}
