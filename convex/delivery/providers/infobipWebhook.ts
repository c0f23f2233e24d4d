import { appError } from "../../lib/errors";
import { infobipFailure, infobipKind } from "./infobipErrors";
import { asNumber, asObject, asObjects, asText, isObject, jsonBody, type JsonObject } from "../../lib/json";
import { place } from "./metaInbound";
import { toE164 } from "./phone";
import type { InboundMedia, InboundReport, ProviderWebhook, StatusReport, WebhookRequest } from "./types";
import { isSameText } from "./webhookProof";

const UNIT_MICROS = 1_000_000;

/**
 * Infobip's delivery reports, seen reports and inbound messages (providers.md 9 and 13.10). Nothing is signed: the secret
 * path is the proof, and HTTP Basic where the notification profile carries a password (`webhookPassword`).
 */
export const infobipWebhook: ProviderWebhook = {
  verify({ headers }, { secrets }) {
    const { webhookPassword = "" } = secrets;
    if (webhookPassword === "") return Promise.resolve(true);
    return Promise.resolve(isSameText(passwordIn(headers.authorization), webhookPassword));
  },
  provesSender: ({ secrets }) => (secrets.webhookPassword ?? "") !== "",
  read,
};

function passwordIn(authorization = ""): string {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return "";
  try {
    const pair = new TextDecoder().decode(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)));
    return pair.slice(pair.indexOf(":") + 1);
  } catch {
    return "";
  }
}

function read({ body }: WebhookRequest): { statuses: StatusReport[]; inbound: InboundReport[] } {
  const payload = jsonBody(body);
  if (!isObject(payload)) throw appError("invalid", "The body is no object.", { field: "body" });
  const results = asObjects(payload.results);
  return {
    statuses: results.flatMap((result) => (isObject(result.status) ? deliveryReport(result) : seenReport(result))),
    inbound: results.flatMap((result) => (isInbound(result) ? [inboundReport(result)] : [])),
  };
}

function isInbound({ status, receivedAt, message, text }: JsonObject): boolean {
  // A reaction without an emoji was taken back: at which message, its context says.
  const { type, emoji, context } = asObject(message);
  const isNoReaction = type === "REACTION" && emoji === undefined && context === undefined;
  if (status !== undefined || receivedAt === undefined || isNoReaction) return false;
  return message !== undefined || text !== undefined;
}

function deliveryReport(result: JsonObject): StatusReport[] {
  const status = asObject(result.status);
  const kind = infobipKind(status);
  const id = asText(result.messageId);
  if (kind === null || id === undefined) return [];
  const [reference, to] = [asText(result.callbackData), asText(result.to)];
  const price = asNumber(asObject(result.price).pricePerMessage);
  const segments = asNumber(result.messageCount) ?? asNumber(result.smsCount) ?? 0;
  return [
    {
      kind,
      providerMessageId: id,
      ...(reference === undefined ? {} : { reference }),
      at: timeOf(result.doneAt ?? result.sentAt, "doneAt"),
      ...(to === undefined ? {} : { address: toE164(to) }),
      ...(kind === "failed" ? { failure: infobipFailure(status, asObject(result.error)) } : {}),
      ...(price === undefined ? {} : { priceMicros: Math.round(price * Math.max(segments, 1) * UNIT_MICROS) }),
      ...(segments > 0 ? { segments } : {}),
    },
  ];
}

/** WhatsApp's blue ticks come as a report of their own. */
function seenReport({ messageId, to, seenAt }: JsonObject): StatusReport[] {
  const [id, address] = [asText(messageId), asText(to)];
  if (id === undefined || seenAt === undefined) return [];
  const at = timeOf(seenAt, "seenAt");
  return [{ kind: "read", providerMessageId: id, at, ...(address === undefined ? {} : { address: toE164(address) }) }];
}

function inboundReport(result: JsonObject): InboundReport {
  const message = asObject(result.message);
  const contact = asObject(result.contact);
  const number = asText(result.from) ?? asText(contact.phoneNumber);
  const userId = asText(contact.userId);
  const from = number === undefined ? userId : toE164(number);
  const id = asText(result.messageId);
  if (from === undefined || id === undefined) throw appError("invalid", "There is no sender.", { field: "from" });
  const [to, fromName, answered] = [asText(result.to), asText(contact.name), asText(asObject(message.context).id)];
  const isWhatsApp = isObject(result.message);
  return {
    channel: isWhatsApp ? "whatsapp" : "sms",
    providerMessageId: id,
    from,
    ...(number !== undefined && userId !== undefined ? { userId } : {}),
    ...(fromName === undefined ? {} : { fromName }),
    ...(to === undefined ? {} : { to: toE164(to) }),
    text: isWhatsApp ? wordsOf(message) : (asText(result.text) ?? ""),
    at: timeOf(result.receivedAt, "receivedAt"),
    media: mediaIn(message),
    ...(answered === undefined ? {} : { inReplyTo: answered }),
    ...(answered !== undefined && message.type === "REACTION" ? { reaction: asText(message.emoji) ?? "" } : {}),
  };
}

function wordsOf(message: JsonObject): string {
  const type = asText(message.type) ?? "";
  switch (type) {
    case "TEXT":
    case "BUTTON":
      return asText(message.text) ?? "";
    case "LOCATION":
      return place(message);
    case "INTERACTIVE_BUTTON_REPLY":
    case "INTERACTIVE_LIST_REPLY":
      return [asText(message.title), asText(message.description)].filter((part) => part !== undefined).join(" – ");
    case "CONTACT":
      return asObjects(message.contacts)
        .map((contact) => `👤 ${asText(asObject(contact.name).formattedName) ?? ""}`)
        .join("\n");
    case "REACTION":
      return asText(message.emoji) ?? "";
    case "IMAGE":
    case "DOCUMENT":
    case "AUDIO":
    case "VOICE":
    case "VIDEO":
    case "STICKER":
      return asText(message.caption) ?? "";
    default:
      return `[${type.toLowerCase().replaceAll("_", " ")}]`;
  }
}

// The file's own answer says its type; this is what it is taken for before.
const MEDIA_TYPES: Record<string, string> = {
  IMAGE: "image/jpeg",
  DOCUMENT: "application/octet-stream",
  AUDIO: "audio/mpeg",
  VOICE: "audio/ogg",
  VIDEO: "video/mp4",
  STICKER: "image/webp",
};

function mediaIn(message: JsonObject): InboundMedia[] {
  const contentType = MEDIA_TYPES[asText(message.type) ?? ""];
  const url = asText(message.url);
  if (contentType === undefined || url === undefined) return [];
  const name = asText(message.filename);
  return [{ url, contentType, ...(name === undefined ? {} : { name }) }];
}

/** UTC ms of "2019-11-09T16:00:00.000+0100": the colon is missing in the offset. */
function timeOf(value: unknown, field: string): number {
  const text = asText(value) ?? "";
  const at = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  if (Number.isNaN(at)) throw appError("invalid", "A time is missing or no time.", { field });
  return at;
}
