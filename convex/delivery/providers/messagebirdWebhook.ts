import { jwtVerify } from "jose/jwt/verify";
import { sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { asText, asTime, isObject, jsonBody } from "../../lib/json";
import { carrierFailure } from "./messagebirdErrors";
import { toE164 } from "./phone";
import type { InboundReport, ProviderWebhook, StatusKind, StatusReport, WebhookRequest } from "./types";
import { isSameText } from "./webhookProof";

/** Clocks may differ by so much; a token lives a minute. */
const SKEW_SECONDS = 5;

const UNIT_MICROS = 1_000_000;
const SECOND_MS = 1_000;

/**
 * MessageBird's reports (a GET with everything in the query) and inbound texts (a POST), both with a token of the signing
 * key over the public address and the body (providers.md 11.1). Without a body there is no `payload_hash`, and there must
 * be none.
 */
export const messagebirdWebhook: ProviderWebhook = {
  async verify({ headers, url, body, receivedAt }, { secrets }) {
    const { signingKey = "" } = secrets;
    const token = headers["messagebird-signature-jwt"] ?? "";
    if (signingKey === "" || token === "") return false;
    try {
      const { payload } = await jwtVerify(token, new TextEncoder().encode(signingKey), {
        algorithms: ["HS256", "HS384", "HS512"],
        issuer: "MessageBird",
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(receivedAt),
        requiredClaims: ["exp", "url_hash"],
      });
      const { url_hash: urlHash, payload_hash: payloadHash, iat } = payload;
      if (iat !== undefined && iat * SECOND_MS > receivedAt + SKEW_SECONDS * SECOND_MS) return false;
      if (typeof urlHash !== "string" || !isSameText(urlHash, await sha256Hex(url))) return false;
      if (body.length === 0) return payloadHash === undefined;
      return typeof payloadHash === "string" && isSameText(payloadHash, await sha256Hex(body));
    } catch {
      return false;
    }
  },
  read,
};

const KIND_OF: Record<string, StatusKind> = {
  scheduled: "queued",
  buffered: "queued",
  sent: "sent",
  delivered: "delivered",
  expired: "failed",
  delivery_failed: "failed",
};

function read(request: WebhookRequest): { statuses: StatusReport[]; inbound: InboundReport[] } {
  const query = new URL(request.url).searchParams;
  const status = query.get("status");
  if (status !== null) return { statuses: statusReports(query, status), inbound: [] };
  return { statuses: [], inbound: request.method === "GET" ? [] : inboundReports(request) };
}

function statusReports(query: URLSearchParams, status: string): StatusReport[] {
  const kind = KIND_OF[status];
  const id = query.get("id");
  if (kind === undefined || id === null) return [];
  const [reference, recipient] = [query.get("reference"), query.get("recipient")];
  const price = Number(query.get("price[amount]") || NaN);
  const segments = Number(query.get("messagePartCount") || NaN);
  return [
    {
      kind,
      providerMessageId: id,
      ...(reference === null || reference === "" ? {} : { reference }),
      at: timeOf(query.get("statusDatetime"), "statusDatetime"),
      ...(recipient === null ? {} : { address: toE164(recipient) }),
      ...(kind === "failed" ? { failure: failureIn(query, status) } : {}),
      ...(Number.isFinite(price) ? { priceMicros: Math.round(price * UNIT_MICROS) } : {}),
      ...(segments > 0 ? { segments } : {}),
    },
  ];
}

function failureIn(query: URLSearchParams, status: string) {
  if (status === "expired") return { class: "transient" as const, code: "expired", reason: "The message expired." };
  return carrierFailure(query.get("statusErrorCode") ?? undefined, query.get("statusReason") ?? undefined);
}

/** A text forwarded by a flow or a number's webhook: JSON or a form, with one of two names for each field. */
function inboundReports(request: WebhookRequest): InboundReport[] {
  const fields = fieldsOf(request);
  const id = asText(fields.id) ?? asText(fields.message_id);
  const from = asText(fields.originator);
  const text = fields.body ?? fields.message ?? fields.payload;
  if (id === undefined || from === undefined || typeof text !== "string") return [];
  const to = asText(fields.recipient);
  return [
    {
      channel: "sms",
      providerMessageId: id,
      from: toE164(from),
      ...(to === undefined ? {} : { to: toE164(to) }),
      text,
      at: timeOf(fields.createdDatetime ?? fields.receive_datetime, "createdDatetime"),
      media: [],
    },
  ];
}

function fieldsOf({ headers, body }: WebhookRequest): Record<string, unknown> {
  if ((headers["content-type"] ?? "").includes("urlencoded")) {
    return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
  }
  const payload = jsonBody(body);
  if (!isObject(payload)) throw appError("invalid", "The body is no object.", { field: "body" });
  return payload;
}

function timeOf(value: unknown, field: string): number {
  const at = asTime(value);
  if (at === undefined) throw appError("invalid", "A time is missing or no time.", { field });
  return at;
}
