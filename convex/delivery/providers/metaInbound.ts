import { asNumber, asObject, asObjects, asText, type JsonObject } from "../../lib/json";
import type { InboundMedia } from "./types";

/** What a message says, whatever its type, and the files it carries. */
export type InboundContent = { text: string; media: InboundMedia[]; inReplyTo?: string; reaction?: string };

const MEDIA_TYPES = ["image", "video", "audio", "document", "sticker"];

/**
 * The words of one inbound message (types of providers.md 13.5): text and captions as they are, taps by their titles,
 * places and contact cards as lines. Null for what is no message to a person: system notices.
 */
export function inboundText(message: JsonObject): InboundContent | null {
  const type = asText(message.type) ?? "";
  const context = asText(asObject(message.context).id);
  const answers = context === undefined ? {} : { inReplyTo: context };
  const content = asObject(message[type]);
  if (type === "reaction") return reactionIn(content);
  if (MEDIA_TYPES.includes(type)) return { text: asText(content.caption) ?? "", media: mediaOf(content), ...answers };
  const text = wordsOf(type, content, message);
  return text === null ? null : { text, media: [], ...answers };
}

/** Without an emoji it was taken back. */
function reactionIn(content: JsonObject): InboundContent | null {
  const inReplyTo = asText(content.message_id);
  const emoji = asText(content.emoji) ?? "";
  return inReplyTo === undefined ? null : { text: emoji, media: [], inReplyTo, reaction: emoji };
}

function wordsOf(type: string, content: JsonObject, message: JsonObject): string | null {
  switch (type) {
    case "text":
      return asText(content.body) ?? "";
    case "button":
      return asText(content.text) ?? asText(content.payload) ?? "";
    case "interactive":
      return tapped(content);
    case "location":
      return place(content);
    case "contacts":
      return asObjects(message.contacts).map(card).join("\n");
    case "order":
      return order(content);
    case "system":
    case "request_welcome":
      return null;
    default:
      // "unsupported" and whatever comes next year: better seen than lost.
      return `[${asText(asObjects(message.errors)[0]?.title) ?? type}]`;
  }
}

function mediaOf(content: JsonObject): InboundMedia[] {
  const id = asText(content.id);
  if (id === undefined) return [];
  const name = asText(content.filename);
  const contentType = asText(content.mime_type) ?? "application/octet-stream";
  return [{ id, contentType, ...(name === undefined ? {} : { name }) }];
}

function tapped(content: JsonObject): string {
  const { title, description, body, response_json } = asObject(content[asText(content.type) ?? ""]);
  const chosen = [asText(title), asText(description)].filter((part) => part !== undefined).join(" – ");
  return chosen || (asText(body) ?? asText(response_json) ?? "");
}

/** A place as people read it, with a link that opens on every phone. */
export function place({ latitude, longitude, name, address }: JsonObject): string {
  const lines = [asText(name), asText(address)].filter((line) => line !== undefined);
  const [lat, long] = [Number(latitude), Number(longitude)];
  const hasPoint = latitude !== undefined && longitude !== undefined && Number.isFinite(lat) && Number.isFinite(long);
  if (hasPoint) lines.push(`https://www.openstreetmap.org/?mlat=${lat}&mlon=${long}`);
  return `📍 ${lines.join("\n")}`.trim();
}

function card(contact: JsonObject): string {
  const name = asText(asObject(contact.name).formatted_name) ?? "";
  const phones = asObjects(contact.phones).map(({ phone }) => asText(phone) ?? "");
  return `👤 ${[name, ...phones].filter((part) => part !== "").join(", ")}`;
}

function order(content: JsonObject): string {
  const items = asObjects(content.product_items).map(
    ({ quantity, product_retailer_id }) => `${asNumber(quantity) ?? 1} × ${asText(product_retailer_id) ?? "?"}`,
  );
  return [asText(content.text), `🛒 ${items.join(", ")}`].filter((line) => line !== undefined).join("\n");
}
