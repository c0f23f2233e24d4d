import { appError } from "../../lib/errors";
import { isFormType } from "../../lib/formBody";
import type { ErrorClass, Failure } from "../schema";
import { fromBase64, joinBytes } from "./bytes";
import { asNumber, asText, isObject, jsonBody, type JsonObject } from "../../lib/json";
import { REFERENCE_FIELD } from "./reference";
import { isRecent } from "./signatures";
import type { ProviderWebhook, StatusReport, WebhookRequest } from "./types";

// SendGrid's Event Webhook (providers.md section 3): a list of events, signed as a whole; and mails by Inbound Parse.

const SIGNATURE_HEADER = "x-twilio-email-event-webhook-signature";
const TIMESTAMP_HEADER = "x-twilio-email-event-webhook-timestamp";
const SECOND_MS = 1_000;

const isMail = ({ headers }: WebhookRequest) => isFormType(headers["content-type"]);

/**
 * SendGrid's webhooks: ECDSA over timestamp and raw body, under the public key of the account's webhook settings. Mails by
 * Inbound Parse are signed alike under the key of a security policy, where there is one; else the address is the proof.
 */
export const sendgridWebhook: ProviderWebhook = {
  async verify(request, { secrets }) {
    const { headers, body, receivedAt } = request;
    const ownKey = isMail(request) ? secrets.inboundPublicKey : secrets.webhookPublicKey;
    if (isMail(request) && !ownKey) return true;
    const timestamp = headers[TIMESTAMP_HEADER];
    const signature = rawSignature(fromBase64(headers[SIGNATURE_HEADER] ?? ""));
    const key = fromBase64(pemBody(ownKey ?? ""));
    if (timestamp === undefined || signature === null || !key?.length || !isRecent(timestamp, receivedAt)) return false;
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const imported = await crypto.subtle.importKey("spki", key, curve, false, ["verify"]).catch(() => null);
    if (imported === null) return false;
    const scheme = { name: "ECDSA", hash: "SHA-256" };
    return await crypto.subtle.verify(scheme, imported, signature, joinBytes(timestamp, body));
  },
  provesSender: ({ secrets }, request) => !isMail(request) || Boolean(secrets.inboundPublicKey),
  mail: { kindOf: (request) => (isMail(request) ? "email_sendgrid" : null), tooLargeStatus: 413 },
  read(request) {
    const events = jsonBody(request.body);
    if (!Array.isArray(events)) throw appError("invalid", "The body is not a list of events.", { field: "body" });
    const statuses = events.filter(isObject).flatMap((event) => reportOf(event, request) ?? []);
    return { statuses, inbound: [] };
  },
};

/** The dashboard gives the key bare; people paste it with the lines of a PEM file too. */
function pemBody(text: string): string {
  return text.replace(/-----[^-]+-----|\s/g, "");
}

/** Bytes of one coordinate of a P-256 signature. */
const COORDINATE_BYTES = 32;
const DER_SEQUENCE = 0x30;
const DER_INTEGER = 0x02;

/** A DER signature (SEQUENCE of two INTEGERs) as the raw r and s that WebCrypto takes; null for anything else. */
function rawSignature(der: Uint8Array | null): Uint8Array<ArrayBuffer> | null {
  if (der === null || der[0] !== DER_SEQUENCE || der[1] !== der.length - 2) return null;
  const raw = new Uint8Array(2 * COORDINATE_BYTES);
  let at = 2;
  for (const end of [COORDINATE_BYTES, 2 * COORDINATE_BYTES]) {
    const size = der[at + 1] ?? 0;
    const integer = der.subarray(at + 2, at + 2 + size);
    if (der[at] !== DER_INTEGER || size === 0 || integer.length !== size) return null;
    // A leading zero keeps a large number positive; small numbers come with fewer bytes.
    const digits = integer[0] === 0 ? integer.subarray(1) : integer;
    if (digits.length > COORDINATE_BYTES) return null;
    raw.set(digits, end - digits.length);
    at += 2 + size;
  }
  return at === der.length ? raw : null;
}

type Facts = Pick<StatusReport, "kind"> & Partial<StatusReport>;

function reportOf(event: JsonObject, { receivedAt }: WebhookRequest): StatusReport | null {
  const facts = factsOf(event);
  if (facts === null) return null;
  const at = asNumber(event.timestamp);
  return {
    // X-Message-Id of the send is what stands before the first dot.
    providerMessageId: asText(event.sg_message_id)?.split(".")[0],
    reference: asText(event[REFERENCE_FIELD]),
    eventId: asText(event.sg_event_id),
    at: at === undefined ? receivedAt : at * SECOND_MS,
    address: asText(event.email),
    ...facts,
  };
}

function factsOf(event: JsonObject): Facts | null {
  switch (event.event) {
    case "processed":
      return { kind: "sent" };
    case "deferred":
      return { kind: "sent", isTransient: true, failure: failure("transient", event, asText(event.response)) };
    case "delivered":
      return { kind: "delivered" };
    case "bounce":
      return bounceFacts(event);
    case "dropped":
      return { kind: "failed", failure: failure(classOfDrop(asText(event.reason) ?? ""), event) };
    case "open":
      return { kind: "opened", isMachine: event.sg_machine_open === true, ...visitOf(event) };
    case "click":
      return { kind: "clicked", url: asText(event.url), ...visitOf(event) };
    case "spamreport":
      return { kind: "complained" };
    case "unsubscribe":
    case "group_unsubscribe":
      return { kind: "unsubscribed" };
    default:
      return null;
  }
}

const visitOf = ({ useragent, ip }: JsonObject) => ({ userAgent: asText(useragent), ip: asText(ip) });

function failure(errorClass: ErrorClass, event: JsonObject, text = asText(event.reason)): Failure {
  return { class: errorClass, code: asText(event.status), reason: text ?? String(asText(event.event)) };
}

/** `blocked` is about reputation or a full mailbox, never about the address: no suppression follows from it. */
function bounceFacts(event: JsonObject): Facts {
  if (event.type === "blocked") return { kind: "bounced", isTransient: true, failure: failure("transient", event) };
  const isGone = (asText(event.status) ?? "5.1.1").startsWith("5.1.");
  return { kind: "bounced", failure: failure(isGone ? "invalid_address" : "permanent", event) };
}

// Nothing was sent: SendGrid's own lists, the message, or the account were in the way.
const DROPS: [RegExp, ErrorClass][] = [
  [/bounced|invalid/i, "invalid_address"],
  [/unsubscribed|spam reporting/i, "opted_out"],
  [/quota/i, "config"],
];

function classOfDrop(reason: string): ErrorClass {
  if (/SMTPAPI|spam content/i.test(reason)) return "permanent";
  return DROPS.find(([words]) => words.test(reason))?.[1] ?? "permanent";
}
