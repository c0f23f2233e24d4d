import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { decryptSecret, encryptSecret, randomToken, sha256Hex } from "../lib/crypto";
import { asAppError } from "../lib/errors";
import { httpAction } from "../lib/functions";
import type { FieldError, ParseResult } from "./event";
import { parseBody } from "./model/webhooks";
import type { WebhookSourceKind } from "./statuses";
import { type SignatureCheck, verifyCalcom, verifyCalendly, verifyGeneric } from "./signature";

/** Largest delivery in bytes: several times the largest real payload, and what a row of intake may hold. */
const BODY_LIMIT_BYTES = 32_768;

type Source = { orgId: Id<"organisations">; sourceId: Id<"bookingSources">; kind: WebhookSourceKind };

/**
 * POST /hooks/booking/{publicId} (providers.md 19.1 to 19.3): verify, keep raw, answer. 202 accepted (also for repeated and
 * unknown events), 200 cal.com's PING, 401 wrong signature or unknown source (never told apart), 413 too large, 422
 * `{code, message, field}` for a verified body that cannot be read, 429 too many.
 */
export const receive = httpAction(async (ctx, request) => {
  const publicId = new URL(request.url).pathname.split("/")[3] ?? "";
  if (Number(request.headers.get("content-length") ?? 0) > BODY_LIMIT_BYTES) return await tooLarge(ctx, publicId);
  // Read once, as text: the signature covers exactly these bytes.
  const body = await request.text();
  if (new TextEncoder().encode(body).length > BODY_LIMIT_BYTES) return await tooLarge(ctx, publicId);
  const { source, check } = await verify(ctx, publicId, request, body);
  if (source === null || !check.isValid) {
    if (source !== null) {
      const refused = { orgId: source.orgId, sourceId: source.sourceId, why: "signature" as const };
      await ctx.runMutation(internal.intake.unread.jobs.noteRefused, refused);
    }
    return answer(401, { code: "unauthenticated", message: "The signature does not match." });
  }
  const parsed = parseBody(source.kind, body);
  if (parsed.kind === "ignored" && parsed.name === "PING") return answer(200, { status: "ok" });
  try {
    return await accept(ctx, source, check, body, parsed);
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited") throw thrown;
    const seconds = Math.ceil((error.retryAfterMs ?? 1000) / 1000);
    return answer(429, { code: error.code, message: error.message }, { "Retry-After": String(seconds) });
  }
});

/** An unknown source costs the same work as a known one: one decryption's worth of cipher and one HMAC. */
async function verify(
  ctx: ActionCtx,
  publicId: string,
  request: Request,
  body: string,
): Promise<{ source: Source | null; check: SignatureCheck }> {
  const found = await ctx.runQuery(internal.bookings.jobs.webhookSource, { publicId });
  const secret = await decryptSecret(found?.encryptedSecret ?? (await encryptSecret(randomToken())));
  const check = await VERIFIERS[found?.kind ?? looksLike(request.headers)](secret, request.headers, body, Date.now());
  return { source: found, check };
}

const VERIFIERS = {
  generic: verifyGeneric,
  calcom: verifyCalcom,
  calendly: verifyCalendly,
} as const satisfies Record<WebhookSourceKind, unknown>;

/** Which kind of source a delivery to an unknown address is meant for, by its signature's header. */
function looksLike(headers: Headers): WebhookSourceKind {
  if (headers.has("x-cal-signature-256")) return "calcom";
  return headers.has("calendly-webhook-signature") ? "calendly" : "generic";
}

async function accept(
  ctx: ActionCtx,
  { orgId, sourceId, kind }: Source,
  check: Extract<SignatureCheck, { isValid: true }>,
  body: string,
  parsed: ParseResult,
): Promise<Response> {
  const problem = parsed.kind === "invalid" ? parsed.error : undefined;
  const dedupeKey = await dedupeKeyOf(kind, check.eventId, body, parsed);
  await ctx.runMutation(internal.bookings.jobs.storeWebhook, { orgId, sourceId, dedupeKey, body, problem });
  return problem === undefined ? answer(202, { status: "accepted" }) : unreadable(problem);
}

/**
 * The sender's event id; else what makes the event one for its source (cal.com: uid, trigger and createdAt; Calendly:
 * invitee, event and created_at; generic: externalId, event and occurredAt); else the body. A rejected body has a key of its own, so that a corrected delivery
 * under the same event id gets through.
 */
async function dedupeKeyOf(
  kind: WebhookSourceKind,
  eventId: string | undefined,
  body: string,
  parsed: ParseResult,
): Promise<string> {
  if (parsed.kind === "invalid") return `rejected:${await sha256Hex(body)}`;
  if (eventId !== undefined) return `id:${eventId}`;
  if (parsed.kind === "ignored") return `body:${await sha256Hex(body)}`;
  const { change, occurredAt } = parsed.event;
  const id = parsed.kind === "invitee" ? parsed.event.inviteeId : parsed.event.externalId;
  return `${kind}:${await sha256Hex(JSON.stringify([id, change, occurredAt]))}`;
}

/** Not kept, but counted: whoever sends it gives up, and the team would miss a booking without knowing. */
async function tooLarge(ctx: ActionCtx, publicId: string): Promise<Response> {
  const source = await ctx.runQuery(internal.bookings.jobs.webhookSource, { publicId });
  if (source !== null) {
    const refused = { orgId: source.orgId, sourceId: source.sourceId, why: "size" as const };
    await ctx.runMutation(internal.intake.unread.jobs.noteRefused, refused);
  }
  return answer(413, { code: "invalid", message: `A delivery may have ${BODY_LIMIT_BYTES} bytes.` });
}

const unreadable = ({ code, message, field }: FieldError) => answer(422, { code, message, field });

function answer(status: number, content: Record<string, string>, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(content), {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers },
  });
}
