import type { FunctionArgs } from "convex/server";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import type { Provider } from "../../connections/schema";
import { PROVIDER_HOOK_PREFIX, webhookBaseUrl } from "../../connections/webhooks/model";
import type { ProviderWebhook, WebhookRequest } from "../../delivery/providers/types";
import { isSameText } from "../../delivery/providers/webhookProof";
import { WEBHOOKS } from "../../delivery/providers/webhooks";
import { MAX_EMAIL_BYTES } from "../../intake/limits";
import { randomToken, sha256Hex } from "../../lib/crypto";
import { asAppError } from "../../lib/errors";
import { isFormType } from "../../lib/formBody";
import { httpAction } from "../../lib/functions";
import { log } from "../../lib/log";
import { identityOf, sealRequest } from "./envelope";
import { openedSecrets } from "./openedSecrets";

/** Meta batches up to a thousand updates, about 3 MB; nobody reports more at once. */
const MAX_REPORT_BYTES = 5 * 1024 * 1024;

/**
 * Longer requests lie in file storage and are applied slice by slice. The shortest status has a hundred characters, so
 * what lies in a row is applied in one transaction.
 */
const MAX_INLINE_CHARS = 16_384;

/** A subscription is confirmed while the provider waits for our answer. */
const CONFIRM_TIMEOUT_MS = 8_000;

const MS_PER_SECOND = 1_000;

/** As long as a hash, and none. */
const NO_HASH = "-".repeat(64);

const TOO_LARGE = "The request is too large.";

type Source = { orgId: Id<"organisations">; connectionId: Id<"connections"> };

/**
 * GET and POST /hooks/provider/{connection}/{secret}: status reports, inbound texts and mails of any provider; what follows
 * the secret in the path does not count (Mailgun wants "mime" at the end to hand mails over raw). The secret is
 * compared in constant time and the provider's own signature is checked over the raw body and the public address; then
 * the request is kept, answered as its provider wants it, and read by a job. 200 kept or known, 401 unknown address or
 * forged (nothing is stored), 403 a handshake that does not match, 413 too large, 429 too many, 502 when a subscription
 * could not be confirmed. A mail that is too large is answered so that it is not sent again, and that it came is kept. Only requests that no signature proves are counted: a stranger who learnt the address sends them,
 * while a provider must never be told to stop reporting.
 */
export const receive = httpAction(async (ctx, httpRequest) => {
  const url = new URL(httpRequest.url);
  const [connectionKey = "", secret = ""] = url.pathname.slice(PROVIDER_HOOK_PREFIX.length).split("/");
  const account = await ctx.runQuery(internal.tracking.providerHooks.jobs.account, { connectionKey });
  // Hashes are compared: the time it takes to find where two differ says nothing about a secret. An unknown address costs
  // the same comparison as a wrong one.
  const isKnown = isSameText(await sha256Hex(secret), account?.secretHash ?? NO_HASH);
  const webhook = account === null ? undefined : WEBHOOKS[account.provider];
  if (account === null || webhook === undefined || !isKnown) return unknown();
  const mayBeMail = webhook.mail !== undefined && isFormType(httpRequest.headers.get("Content-Type") ?? undefined);
  const limit = mayBeMail ? MAX_EMAIL_BYTES : MAX_REPORT_BYTES;
  const announced = Number(httpRequest.headers.get("Content-Length") ?? 0);
  const body = announced > limit ? null : new Uint8Array(await httpRequest.arrayBuffer());
  if (body === null || body.length > limit) {
    const sizeBytes = body?.length ?? announced;
    return mayBeMail ? await refuseMail(ctx, account, webhook, sizeBytes) : problem(413, "invalid", TOO_LARGE);
  }
  // Providers sign the address they called, not the one a proxy forwarded to; the query exactly as it came.
  const publicUrl = webhookBaseUrl() + httpRequest.url.slice(url.origin.length);
  const headers = Object.fromEntries([...httpRequest.headers].map(([name, value]) => [name.toLowerCase(), value]));
  const method = httpRequest.method === "GET" ? "GET" : "POST";
  const request: WebhookRequest = { method, url: publicUrl, headers, body, receivedAt: Date.now() };
  const proof = { settings: account.settings, secrets: await openedSecrets(account) };
  if (method === "GET" && webhook.handshake !== undefined) {
    const challenge = webhook.handshake(request, proof);
    return challenge === null ? problem(403, "forbidden", "The token does not match.") : plain(challenge);
  }
  if (!(await webhook.verify(request, proof))) return unknown();
  const confirmUrl = webhook.confirmUrl?.(request) ?? null;
  if (confirmUrl !== null) return await confirm(confirmUrl);
  const isCounted = webhook.provesSender?.(proof, request) === false;
  return await keep(ctx, { ...account, isCounted }, request, webhook);
});

/** The mail itself cannot be kept; that it came, and how large it was, is. Anybody who knows the address can say so: counted. */
async function refuseMail(
  ctx: ActionCtx,
  { orgId, connectionId, provider }: Source & { provider: Provider },
  webhook: ProviderWebhook,
  sizeBytes: number,
): Promise<Response> {
  const reason = `The e-mail has ${sizeBytes} bytes; at most ${MAX_EMAIL_BYTES} are accepted.`;
  const problemAt = { code: "invalid", field: "body", reason };
  const kind = provider === "mailgun" ? ("email_mailgun" as const) : ("email_sendgrid" as const);
  const event = { orgId, connectionId, dedupeKey: `too-large:${randomToken()}`, kind, isCounted: true };
  const body = { kind: "text" as const, text: "" };
  const limited = await stored(ctx, { ...event, body, rejected: problemAt });
  return limited ?? problem(webhook.mail?.tooLargeStatus ?? 413, "invalid", reason);
}

async function keep(
  ctx: ActionCtx,
  { orgId, connectionId, isCounted }: Source & { isCounted: boolean },
  request: WebhookRequest,
  webhook: ProviderWebhook,
): Promise<Response> {
  const ownKey = webhook.dedupeKey?.(request) ?? null;
  const dedupeKey = ownKey ?? (await sha256Hex(identityOf(request)));
  const kind = webhook.mail?.kindOf(request) ?? "provider_webhook";
  const body = await (kind === "provider_webhook" ? reportBody(ctx, request) : mailBody(ctx, request));
  const limited = await stored(ctx, { orgId, connectionId, dedupeKey, kind, isCounted, body });
  if (limited !== null) return limited;
  const { contentType, body: words } = webhook.answer ?? { contentType: "text/plain", body: "OK" };
  return new Response(words, { headers: { "Content-Type": contentType } });
}

type KeepArgs = FunctionArgs<typeof internal.tracking.providerHooks.jobs.keep>;
type Body = KeepArgs["body"];

/** A report is kept with its headers, for whoever looks for what went wrong. */
async function reportBody(ctx: ActionCtx, request: WebhookRequest): Promise<Body> {
  const text = sealRequest(request);
  return text.length <= MAX_INLINE_CHARS
    ? { kind: "text", text }
    : await fileOf(ctx, new TextEncoder().encode(text), "application/json");
}

/** A mail is kept as it came: its bytes need not be UTF-8. */
async function mailBody(ctx: ActionCtx, { body }: WebhookRequest): Promise<Body> {
  return await fileOf(ctx, Uint8Array.from(body), "application/octet-stream");
}

async function fileOf(ctx: ActionCtx, bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Body> {
  return { kind: "file", storageId: await ctx.storage.store(new Blob([bytes], { type })), sizeBytes: bytes.length };
}

/** Keeps a request; null, or the answer to one too many. */
async function stored(ctx: ActionCtx, event: KeepArgs): Promise<Response | null> {
  try {
    await ctx.runMutation(internal.tracking.providerHooks.jobs.keep, event);
    return null;
  } catch (thrown) {
    if (event.body.kind === "file") await ctx.storage.delete(event.body.storageId);
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited") throw thrown;
    const seconds = Math.ceil((error.retryAfterMs ?? MS_PER_SECOND) / MS_PER_SECOND);
    return problem(429, error.code, error.message, { "Retry-After": String(seconds) });
  }
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

const unknown = () => problem(401, "unauthenticated", "The address, its secret or the signature is wrong.");

const plain = (text: string) => new Response(text, { headers: { "Content-Type": "text/plain" } });

function problem(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ code, message });
  return new Response(body, { status, headers: { "Content-Type": "application/json", ...headers } });
}
