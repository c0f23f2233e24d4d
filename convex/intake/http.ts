import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { hmacSha256Hex, randomToken, sha256Hex, verifyHmacSha256 } from "../lib/crypto";
import { asAppError } from "../lib/errors";
import { httpAction } from "../lib/functions";
import { parseJson } from "../lib/json";
import { basicPassword, channelPath, POSTMARK_PREFIX, RAW_EMAIL_PREFIX } from "./basicAuth";
import { postmarkHasAttachments, postmarkMessageId, postmarkProblem } from "./email/parsePostmark";
import { firstBytes } from "./email/tooLarge";
import type { RawBody } from "./jobs";
import { KEPT_HEAD_BYTES, MAX_EMAIL_BYTES } from "./limits";
import { MAX_INLINE_BODY_CHARS } from "./model";

const MS_PER_SECOND = 1_000;

type Source = { orgId: Id<"organisations">; channelId: Id<"channels"> };
type Problem = { code: string; reason: string; field?: string };

/**
 * Postmark's inbound webhook (providers.md section 6). Proof: the password of HTTP Basic, or a second path segment;
 * compared in constant time. 200 stored or known, 401 no proof, 403 too large (Postmark stops retrying on 403), 422 with
 * the field for what is no mail (kept as rejected), 429 too many.
 */
export const postmark = httpAction((ctx, request) =>
  receive(ctx, request, POSTMARK_PREFIX, async (source, bytes) => {
    const text = new TextDecoder().decode(bytes);
    const payload = parseJson(text);
    const problem =
      payload === undefined ? { field: "body", reason: "The body is not JSON." } : postmarkProblem(payload);
    const dedupeKey = postmarkMessageId(payload) ?? (await sha256Hex(bytes));
    const inline = text.length <= MAX_INLINE_BODY_CHARS && !postmarkHasAttachments(payload);
    const body: RawBody = inline ? { kind: "text", text } : await storeFile(ctx, bytes, "application/json");
    const rejected = problem === null ? null : { code: "invalid", ...problem };
    return await keep(ctx, { ...source, kind: "email_postmark", dedupeKey, body, rejected });
  }),
);

/** Raw MIME (message/rfc822), with the same proof and answers. Always kept as a file: its bytes need not be UTF-8. */
export const rawEmail = httpAction((ctx, request) =>
  receive(ctx, request, RAW_EMAIL_PREFIX, async (source, bytes) => {
    const dedupeKey = await sha256Hex(bytes);
    const rejected = bytes.length === 0 ? { code: "invalid", field: "body", reason: "The body is empty." } : null;
    const body: RawBody =
      bytes.length === 0 ? { kind: "text", text: "" } : await storeFile(ctx, bytes, "message/rfc822");
    return await keep(ctx, { ...source, kind: "email_raw", dedupeKey, body, rejected });
  }),
);

async function receive(
  ctx: ActionCtx,
  request: Request,
  prefix: string,
  accept: (source: Source, bytes: Uint8Array) => Promise<Response>,
): Promise<Response> {
  const { channelKey, secret } = channelPath(new URL(request.url).pathname, prefix);
  let channel: (Source & { secretHash: string }) | null;
  try {
    channel = await ctx.runMutation(internal.intake.jobs.admit, { channelKey });
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited") throw thrown;
    const seconds = Math.ceil((error.retryAfterMs ?? MS_PER_SECOND) / MS_PER_SECOND);
    return answer(429, { code: error.code, message: error.message }, { "Retry-After": String(seconds) });
  }
  const presented = secret ?? basicPassword(request.headers.get("Authorization"));
  if (channel === null || presented === null || !(await isSecret(presented, channel.secretHash))) {
    // A password that was renewed here and not there: whoever posts gives up at some time.
    if (channel !== null && presented !== null) {
      const refused = { orgId: channel.orgId, sourceId: channel.channelId, why: "secret" as const };
      await ctx.runMutation(internal.intake.unread.jobs.noteRefused, refused);
    }
    const message = "The channel or its secret is wrong.";
    return answer(401, { code: "unauthenticated", message }, { "WWW-Authenticate": 'Basic realm="switchboard"' });
  }
  const { orgId, channelId } = channel;
  const announced = Number(request.headers.get("Content-Length") ?? 0);
  const bytes = announced > MAX_EMAIL_BYTES ? null : new Uint8Array(await request.arrayBuffer());
  if (bytes === null || bytes.length > MAX_EMAIL_BYTES) {
    const head = bytes === null ? await firstBytes(request.body) : bytes.subarray(0, KEPT_HEAD_BYTES);
    return await refuseTooLarge(ctx, { orgId, channelId }, prefix, head, bytes?.length ?? announced);
  }
  return await accept({ orgId, channelId }, bytes);
}

/** The mail itself cannot be kept; its beginning is, so that the team sees who wrote and how much. */
async function refuseTooLarge(
  ctx: ActionCtx,
  source: Source,
  prefix: string,
  head: Uint8Array,
  sizeBytes: number,
): Promise<Response> {
  const reason = `The e-mail has ${sizeBytes} bytes; at most ${MAX_EMAIL_BYTES} are accepted.`;
  await ctx.runMutation(internal.intake.jobs.store, {
    orgId: source.orgId,
    kind: prefix === POSTMARK_PREFIX ? "email_postmark" : "email_raw",
    sourceId: source.channelId,
    dedupeKey: `too-large:${sizeBytes}:${await sha256Hex(head)}`,
    body: await storeFile(ctx, head, "application/octet-stream"),
    cutFromBytes: sizeBytes,
  });
  return answer(403, { code: "invalid", field: "body", message: reason });
}

async function keep(
  ctx: ActionCtx,
  event: Source & {
    kind: "email_postmark" | "email_raw";
    dedupeKey: string;
    body: RawBody;
    rejected: Problem | null;
  },
): Promise<Response> {
  const { orgId, channelId, kind, dedupeKey, body, rejected } = event;
  const { isNew } = await ctx.runMutation(internal.intake.jobs.store, {
    orgId,
    kind,
    sourceId: channelId,
    dedupeKey,
    body,
    ...(rejected === null ? {} : { state: { kind: "rejected" as const, at: Date.now(), ...rejected } }),
  });
  if (rejected === null) return answer(200, { stored: isNew });
  return answer(422, { code: rejected.code, field: rejected.field, message: rejected.reason });
}

async function storeFile(ctx: ActionCtx, bytes: Uint8Array, type: string): Promise<RawBody> {
  const storageId = await ctx.storage.store(new Blob([Uint8Array.from(bytes)], { type }));
  return { kind: "file", storageId, sizeBytes: bytes.length };
}

/** Compares through an HMAC under a fresh key: the time taken says nothing about where two hashes differ. */
async function isSecret(presented: string, secretHash: string): Promise<boolean> {
  const key = randomToken();
  return await verifyHmacSha256(key, await sha256Hex(presented), await hmacSha256Hex(key, secretHash));
}

function answer(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}
