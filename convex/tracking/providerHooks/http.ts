import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import type { Provider } from "../../connections/schema";
import { PROVIDER_HOOK_PREFIX, webhookBaseUrl } from "../../connections/webhooks/model";
import type { ProviderWebhook, WebhookRequest } from "../../delivery/providers/types";
import { isSameText } from "../../delivery/providers/webhookProof";
import { WEBHOOKS } from "../../delivery/providers/webhooks";
import { firstBytes, headersOfMail } from "../../intake/email/tooLarge";
import { KEPT_HEAD_BYTES, MAX_EMAIL_BYTES } from "../../intake/limits";
import { sha256Hex } from "../../lib/crypto";
import { asAppError } from "../../lib/errors";
import { isFormType } from "../../lib/formBody";
import { httpAction } from "../../lib/functions";
import { log } from "../../lib/log";
import { identityOf, sealRequest } from "./envelope";
import { gathering } from "./gather";
import { rememberingAccounts } from "./knownAccounts";
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

/** Reports that one transaction keeps: some hundred milliseconds of it, the long ones included. */
const MAX_TOGETHER = 50;

type Account = NonNullable<FunctionReturnType<typeof internal.tracking.providerHooks.jobs.account>>;
type Report = FunctionArgs<typeof internal.tracking.providerHooks.jobs.keepReports>["reports"][number];

const accounts = rememberingAccounts<Account>();
const keptTogether = gathering<Report, "kept" | "stale">(MAX_TOGETHER);

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
  const call = callOf(httpRequest);
  const known = call.method === "POST" ? accounts.get(call.connectionKey) : undefined;
  if (known !== undefined) {
    const answer = await keepAsKnown(ctx, call, known);
    if (answer !== null) return answer;
  }
  const account = await ctx.runQuery(internal.tracking.providerHooks.jobs.account, {
    connectionKey: call.connectionKey,
  });
  if (account === null) accounts.forget(call.connectionKey);
  // An unknown address costs the same comparison as a wrong one.
  const isKnown = isSameText(await call.secretHash(), account?.secretHash ?? NO_HASH);
  const webhook = account === null ? undefined : WEBHOOKS[account.provider];
  if (account === null || webhook === undefined || !isKnown) return unknown();
  const mayBeMail = webhook.mail !== undefined && call.isForm;
  const limit = mayBeMail ? MAX_EMAIL_BYTES : MAX_REPORT_BYTES;
  const body = call.announced > limit ? null : await call.body();
  if (body === null || body.length > limit) {
    const sizeBytes = body?.length ?? call.announced;
    if (!mayBeMail) {
      const refused = { orgId: account.orgId, sourceId: account.connectionId, why: "size" as const };
      await ctx.runMutation(internal.intake.unread.jobs.noteRefused, refused);
      return problem(413, "invalid", TOO_LARGE);
    }
    const head = body === null ? await call.head() : body.subarray(0, KEPT_HEAD_BYTES);
    return await refuseMail(ctx, account, webhook, { head, sizeBytes });
  }
  const request = requestOf(call, body);
  const proof = { settings: account.settings, secrets: await openedSecrets(account) };
  if (call.method === "GET" && webhook.handshake !== undefined) {
    const challenge = webhook.handshake(request, proof);
    return challenge === null ? problem(403, "forbidden", "The token does not match.") : plain(challenge);
  }
  if (!(await webhook.verify(request, proof))) {
    // Whoever knows the address is the provider: the key it signs with was changed on one side only.
    const refused = { orgId: account.orgId, sourceId: account.connectionId, why: "signature" as const };
    await ctx.runMutation(internal.intake.unread.jobs.noteRefused, refused);
    return unknown();
  }
  accounts.remember(call.connectionKey, account);
  const confirmUrl = webhook.confirmUrl?.(request) ?? null;
  if (confirmUrl !== null) return await confirm(confirmUrl);
  const isCounted = webhook.provesSender?.(proof, request) === false;
  return await keep(ctx, { ...account, isCounted }, request, webhook);
});

/** A request, with what is worked out once however often it is asked for. */
type Call = {
  method: "GET" | "POST";
  connectionKey: string;
  /** By what it is compared: the time it takes to find where two hashes differ says nothing about a secret. */
  secretHash: () => Promise<string>;
  /** Bytes, as its header says. */
  announced: number;
  isForm: boolean;
  headers: Record<string, string>;
  publicUrl: string;
  body: () => Promise<Uint8Array>;
  /** The first bytes of a body that is not read to its end. */
  head: () => Promise<Uint8Array>;
};

function callOf(httpRequest: Request): Call {
  const url = new URL(httpRequest.url);
  const [connectionKey = "", secret = ""] = url.pathname.slice(PROVIDER_HOOK_PREFIX.length).split("/");
  const headers = Object.fromEntries([...httpRequest.headers].map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: httpRequest.method === "GET" ? "GET" : "POST",
    connectionKey,
    secretHash: once(() => sha256Hex(secret)),
    announced: Number(headers["content-length"] ?? 0),
    isForm: isFormType(headers["content-type"]),
    headers,
    // Providers sign the address they called, not the one a proxy forwarded to; the query exactly as it came.
    publicUrl: webhookBaseUrl() + httpRequest.url.slice(url.origin.length),
    body: once(async () => new Uint8Array(await httpRequest.arrayBuffer())),
    head: once(() => firstBytes(httpRequest.body)),
  };
}

function requestOf({ method, publicUrl: url, headers }: Call, body: Uint8Array): WebhookRequest {
  return { method, url, headers, body, receivedAt: Date.now() };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  const made: Promise<T>[] = [];
  return () => (made[0] ??= make());
}

/**
 * The answer to a report that is proved by what is remembered of its account, without asking the database first: it
 * compares what was remembered in the transaction that keeps the report. Null for whatever is not as plain as that; nothing
 * is kept then.
 */
async function keepAsKnown(ctx: ActionCtx, call: Call, account: Account): Promise<Response | null> {
  const webhook = WEBHOOKS[account.provider];
  const isMail = webhook?.mail !== undefined && call.isForm;
  if (webhook === undefined || isMail || call.announced > MAX_REPORT_BYTES) return null;
  if (!isSameText(await call.secretHash(), account.secretHash)) return null;
  const body = await call.body();
  const request = requestOf(call, body);
  const proof = { settings: account.settings, secrets: await openedSecrets(account) };
  if (body.length > MAX_REPORT_BYTES || !(await webhook.verify(request, proof))) return null;
  const isPlain =
    (webhook.confirmUrl?.(request) ?? null) === null &&
    webhook.provesSender?.(proof, request) !== false &&
    (webhook.mail?.kindOf(request) ?? "provider_webhook") === "provider_webhook";
  const text = sealRequest(request);
  if (!isPlain || text.length > MAX_INLINE_CHARS) return null;
  const { connectionId, version } = account;
  const report = { connectionId, version, dedupeKey: await dedupeKeyOf(webhook, request), text };
  const outcome = await keptTogether(report, async (reports) => {
    return await ctx.runMutation(internal.tracking.providerHooks.jobs.keepReports, { reports });
  });
  return outcome === "kept" ? answerOf(webhook) : null;
}

async function dedupeKeyOf(webhook: ProviderWebhook, request: WebhookRequest): Promise<string> {
  return webhook.dedupeKey?.(request) ?? (await sha256Hex(identityOf(request)));
}

function answerOf(webhook: ProviderWebhook): Response {
  const { contentType, body } = webhook.answer ?? { contentType: "text/plain", body: "OK" };
  return new Response(body, { headers: { "Content-Type": contentType } });
}

/**
 * The mail itself cannot be kept; its beginning is, so that the team sees who wrote and how much. Anybody who knows the
 * address can say so: counted.
 */
async function refuseMail(
  ctx: ActionCtx,
  { orgId, connectionId, provider }: Source & { provider: Provider },
  webhook: ProviderWebhook,
  { head, sizeBytes }: { head: Uint8Array; sizeBytes: number },
): Promise<Response> {
  const kind = provider === "mailgun" ? ("email_mailgun" as const) : ("email_sendgrid" as const);
  // A form that is posted again has other separators, but the same mail in it.
  const dedupeKey = `too-large:${await sha256Hex(headersOfMail(kind, head))}`;
  const body = await fileOf(ctx, Uint8Array.from(head), "application/octet-stream");
  const event = { orgId, connectionId, dedupeKey, kind, isCounted: true, body, cutFromBytes: sizeBytes };
  const reason = `The e-mail has ${sizeBytes} bytes; at most ${MAX_EMAIL_BYTES} are accepted.`;
  return (await stored(ctx, event)) ?? problem(webhook.mail?.tooLargeStatus ?? 413, "invalid", reason);
}

async function keep(
  ctx: ActionCtx,
  { orgId, connectionId, isCounted }: Source & { isCounted: boolean },
  request: WebhookRequest,
  webhook: ProviderWebhook,
): Promise<Response> {
  const dedupeKey = await dedupeKeyOf(webhook, request);
  const kind = webhook.mail?.kindOf(request) ?? "provider_webhook";
  const body = await (kind === "provider_webhook" ? reportBody(ctx, request) : mailBody(ctx, request));
  const limited = await stored(ctx, { orgId, connectionId, dedupeKey, kind, isCounted, body });
  return limited ?? answerOf(webhook);
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
