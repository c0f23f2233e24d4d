import { jwtVerify } from "jose/jwt/verify";
import { sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { MINUTE_MS } from "../../lib/time";
import { asNumber, asObject, asText, asTime, isObject, jsonBody, type JsonObject } from "../../lib/json";
import { place } from "./metaInbound";
import { toE164 } from "./phone";
import type { InboundMedia, InboundReport, ProviderWebhook, StatusKind, StatusReport, WebhookRequest } from "./types";
import { vonageFailure } from "./vonageErrors";
import { bearerOf, isSameText } from "./webhookProof";

/** How old a signed request may be, either way. */
const TOLERANCE_MS = 5 * MINUTE_MS;

const SECOND_MS = 1_000;
const UNIT_MICROS = 1_000_000;

/**
 * Vonage's status and inbound webhooks (providers.md 10): a bearer token signed with the account's signature secret
 * (HS256 only), whose `payload_hash` is that of the raw body and whose application is ours. Repetitions are found by the
 * body itself.
 */
export const vonageWebhook: ProviderWebhook = {
  async verify({ headers, body, receivedAt }, { settings, secrets }) {
    const token = bearerOf(headers.authorization);
    const { signatureSecret } = secrets;
    if (token === null || signatureSecret === undefined || signatureSecret === "") return false;
    const claims = await claimsOf(token, signatureSecret);
    if (claims === null) return false;
    const { iat, payload_hash: hash, application_id: application } = claims;
    const isOurs = application === undefined || application === settings.applicationId;
    const isRecent = typeof iat === "number" && Math.abs(iat * SECOND_MS - receivedAt) <= TOLERANCE_MS;
    return isOurs && isRecent && typeof hash === "string" && isSameText(hash.toLowerCase(), await sha256Hex(body));
  },
  read,
};

async function claimsOf(token: string, secret: string): Promise<JsonObject | null> {
  try {
    // The times in it are looked at by the request's own clock, above.
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ["HS256"],
      clockTolerance: Number.MAX_SAFE_INTEGER,
    });
    return payload;
  } catch {
    return null;
  }
}

const KIND_OF: Record<string, StatusKind> = {
  submitted: "sent",
  delivered: "delivered",
  read: "read",
  rejected: "failed",
  undeliverable: "failed",
};

function read({ body }: WebhookRequest): { statuses: StatusReport[]; inbound: InboundReport[] } {
  const fields = jsonBody(body);
  if (!isObject(fields)) throw appError("invalid", "The body is no object.", { field: "body" });
  const id = asText(fields.message_uuid);
  if (id === undefined) return { statuses: [], inbound: [] };
  const status = asText(fields.status);
  if (status !== undefined) return { statuses: statusReports(id, status, fields), inbound: [] };
  return { statuses: [], inbound: asText(fields.message_type) === undefined ? [] : [inboundReport(id, fields)] };
}

function statusReports(id: string, status: string, fields: JsonObject): StatusReport[] {
  const kind = KIND_OF[status];
  if (kind === undefined) return [];
  const { title, detail } = asObject(fields.error);
  const [reference, to] = [asText(fields.client_ref), asText(fields.to)];
  const price = Number(asText(asObject(fields.usage).price) ?? NaN);
  const segments = Number(asText(asObject(fields.sms).count_total) ?? NaN);
  return [
    {
      kind,
      providerMessageId: id,
      ...(reference === undefined ? {} : { reference }),
      at: timeOf(fields),
      ...(to === undefined ? {} : { address: toE164(to) }),
      ...(kind === "failed" ? { failure: vonageFailure(codeOf(title), asText(detail)) } : {}),
      ...(Number.isFinite(price) ? { priceMicros: Math.round(price * UNIT_MICROS) } : {}),
      ...(segments > 0 ? { segments } : {}),
    },
  ];
}

/** The code as text: written both ways. */
function codeOf(title: unknown): string | undefined {
  return asText(title) ?? asNumber(title)?.toString();
}

function inboundReport(id: string, fields: JsonObject): InboundReport {
  const from = asText(fields.from);
  if (from === undefined) throw appError("invalid", "There is no sender.", { field: "from" });
  const [to, fromName] = [asText(fields.to), asText(asObject(fields.profile).name)];
  const answered = asText(asObject(fields.context).message_uuid);
  return {
    channel: fields.channel === "whatsapp" ? "whatsapp" : "sms",
    providerMessageId: id,
    from: toE164(from),
    ...(fromName === undefined ? {} : { fromName }),
    ...(to === undefined ? {} : { to: toE164(to) }),
    text: textIn(fields),
    at: timeOf(fields),
    media: mediaIn(fields),
    ...(answered === undefined ? {} : { inReplyTo: answered }),
  };
}

function textIn(fields: JsonObject): string {
  const { location, reply, button } = fields;
  if (isObject(location)) {
    const { lat, long, name, address } = location;
    return place({ latitude: lat, longitude: long, name, address });
  }
  const file = fields[asText(fields.message_type) ?? ""];
  return (
    asText(fields.text) ??
    asText(asObject(reply).title) ??
    asText(asObject(button).text) ??
    asText(asObject(file).caption) ??
    ""
  );
}

// Vonage names no type: the file's own answer does.
const MEDIA_TYPES: Record<string, string> = {
  image: "image/jpeg",
  audio: "audio/mpeg",
  video: "video/mp4",
  file: "application/octet-stream",
  vcard: "text/vcard",
};

function mediaIn(fields: JsonObject): InboundMedia[] {
  const type = asText(fields.message_type) ?? "";
  const contentType = MEDIA_TYPES[type];
  const { url, name } = asObject(fields[type]);
  const address = asText(url);
  if (contentType === undefined || address === undefined) return [];
  const fileName = asText(name);
  return [{ url: address, contentType, ...(fileName === undefined ? {} : { name: fileName }) }];
}

function timeOf({ timestamp }: JsonObject): number {
  const at = asTime(timestamp);
  if (at === undefined) throw appError("invalid", "The timestamp is missing or no time.", { field: "timestamp" });
  return at;
}
