import type { Id } from "../../convex/_generated/dataModel";
import type { OutgoingMessage } from "../../convex/delivery/providers/types";

/** 2026-11-20 10:00 UTC: when the sample messages leave and the sample webhooks arrive. */
export const AT = Date.UTC(2026, 10, 20, 10, 0, 0);

const COMMON = {
  orgId: "org" as Id<"organisations">,
  connectionId: "connection" as Id<"connections">,
  references: [],
  headers: {},
  attachments: [],
  at: AT,
};

/** The smallest PNG: one transparent pixel. */
export const PIXEL = Uint8Array.from(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
    "base64",
  ),
).buffer;

/** An e-mail that uses everything: umlauts, emoji, both parts, threading, own headers, a file and an inline image. */
export const EMAIL: OutgoingMessage = {
  ...COMMON,
  channel: "email",
  idempotencyKey: "k57queue:1",
  to: { address: "max@example.org", name: "Max Müßig, Kapitän" },
  from: { address: "info@haff.example", name: "Segelschule Haff" },
  replyTo: "reply+abc@haff.example",
  subject: "Größe 5 – Ahoi ⛵",
  text: "Guten Tag,\n\nbis dann ⛵ – Ihre Segelschule",
  html: '<p>Guten Tag,</p><p>bis dann ⛵ – Ihre <img src="cid:logo"></p>',
  messageId: "sb-k57queue@haff.example",
  inReplyTo: "theirs@mail.example",
  references: ["first@mail.example", "theirs@mail.example"],
  headers: {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
    "List-Unsubscribe": "<https://hub.example/u/token>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  },
  attachments: [
    { name: "Törnplan.txt", contentType: "text/plain", content: new TextEncoder().encode("Ahoi ⛵").buffer },
    { name: "logo.png", contentType: "image/png", contentId: "logo", content: PIXEL },
  ],
};

/** Further people who get a mail. */
export const COPIES: OutgoingMessage["copies"] = {
  to: ["eva@example.org"],
  cc: ["chef@example.org", "buero@example.org"],
  bcc: ["archiv@haff.example"],
};

/** A text message with characters that need UCS-2. */
export const SMS: OutgoingMessage = {
  ...COMMON,
  channel: "sms",
  idempotencyKey: "k57queue:1",
  to: { address: "+4915112345678", name: "Max Müßig" },
  from: { address: "" },
  text: "Ahoi ⛵ – bis morgen, Ihre Segelschule",
  statusUrl: "https://hub.example/hooks/provider/connection/secret",
};

/** The same for WhatsApp. */
export const WHATSAPP: OutgoingMessage = { ...SMS, channel: "whatsapp" };
