import { appError } from "../../lib/errors";
import { HOUR_MS } from "../../lib/time";
import { fromBase64, joinBytes } from "./bytes";
import { asNumber, asObject, asObjects, asText, asTime, isObject, jsonBody, type JsonObject } from "../../lib/json";
import { carrierFailure } from "./messagebirdErrors";
import { toE164 } from "./phone";
import { verifyHmac } from "./signatures";
import type { InboundReport, ProviderWebhook, StatusKind, StatusReport, WebhookRequest } from "./types";

/** Bird repeats a report for a day with the time of its first try; what came before is known by its content. */
const TOLERANCE_MS = 24 * HOUR_MS;

const SECOND_MS = 1_000;

/**
 * Bird's subscriptions (providers.md 11.2): HMAC-SHA-256 with the subscription's signing key over the time, the public
 * address and the SHA-256 of the body as bytes.
 */
export const birdWebhook: ProviderWebhook = {
  async verify({ headers, url, body, receivedAt }, { secrets }) {
    const { signingKey = "" } = secrets;
    const timestamp = headers["messagebird-request-timestamp"] ?? "";
    const signature = fromBase64(headers["messagebird-signature"] ?? "");
    if (signingKey === "" || signature === null || signature.length === 0 || !/^\d{1,12}$/.test(timestamp))
      return false;
    if (Math.abs(Number(timestamp) * SECOND_MS - receivedAt) > TOLERANCE_MS) return false;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(body)));
    const signed = joinBytes(`${timestamp}\n${url}\n`, hash);
    return await verifyHmac(new TextEncoder().encode(signingKey), signed, signature);
  },
  read,
};

const KIND_OF: Record<string, StatusKind> = {
  accepted: "queued",
  scheduled: "queued",
  processing: "queued",
  sent: "sent",
  delivered: "delivered",
  read: "read",
  delivery_failed: "failed",
  sending_failed: "failed",
  rejected: "failed",
};

function read({ body }: WebhookRequest): { statuses: StatusReport[]; inbound: InboundReport[] } {
  const event = jsonBody(body);
  if (!isObject(event)) throw appError("invalid", "The body is no object.", { field: "body" });
  const name = asText(event.event) ?? "";
  const message = asObject(event.payload);
  if (name === "sms.outbound") return { statuses: statusReports(message), inbound: [] };
  if (name === "sms.inbound") return { statuses: [], inbound: inboundReports(message) };
  return { statuses: [], inbound: [] };
}

function statusReports(message: JsonObject): StatusReport[] {
  const kind = KIND_OF[asText(message.status) ?? ""];
  const id = asText(message.id);
  if (kind === undefined || id === undefined) return [];
  const reference = asText(message.reference);
  const address = contactOf(message.receiver);
  return [
    {
      kind,
      providerMessageId: id,
      ...(reference === undefined ? {} : { reference }),
      at: timeOf(message.lastStatusAt ?? message.updatedAt, "lastStatusAt"),
      ...(address === undefined ? {} : { address: toE164(address) }),
      ...(kind === "failed" ? { failure: failureIn(message) } : {}),
    },
  ];
}

/** The carrier's own code where there is one, else Bird's. */
function failureIn(message: JsonObject) {
  const { code, source } = asObject(message.failure);
  const carrierCode = asText(asObject(source).code) ?? asNumber(asObject(source).code)?.toString();
  return carrierFailure(carrierCode ?? asNumber(code)?.toString(), asText(message.reason) ?? asText(message.details));
}

function inboundReports(message: JsonObject): InboundReport[] {
  const id = asText(message.id);
  const sender = asObject(asObject(message.sender).contact);
  const from = asText(sender.identifierValue);
  if (id === undefined || from === undefined) return [];
  const to = asText(asObject(asObjects(asObject(message.receiver).connectors)[0]).identifierValue);
  const name = asText(asObject(sender.annotations).name);
  const body = asObject(message.body);
  return [
    {
      channel: "sms",
      providerMessageId: id,
      from: toE164(from),
      ...(name === undefined ? {} : { fromName: name }),
      ...(to === undefined ? {} : { to: toE164(to) }),
      text: asText(asObject(body.text).text) ?? "",
      at: timeOf(message.createdAt, "createdAt"),
      media: asObjects(asObject(body.image).images).flatMap(({ mediaUrl }) => {
        const url = asText(mediaUrl);
        return url === undefined ? [] : [{ url, contentType: "image/jpeg" }];
      }),
    },
  ];
}

function contactOf(receiver: unknown): string | undefined {
  return asText(asObjects(asObject(receiver).contacts)[0]?.identifierValue);
}

function timeOf(value: unknown, field: string): number {
  const at = asTime(value);
  if (at === undefined) throw appError("invalid", "A time is missing or no time.", { field });
  return at;
}
