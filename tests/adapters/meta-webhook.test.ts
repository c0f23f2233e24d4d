import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { metaWebhook } from "../../convex/delivery/providers/metaWebhook";
import type { WebhookRequest } from "../../convex/delivery/providers/types";
import { AT } from "./samples.ts";
import { bytesOf, post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 13.5.

const hook = {
  settings: {},
  secrets: { accessToken: "EAAgeheim", appSecret: "app-geheim", verifyToken: "bitte-merken" },
};

function signed(payload: WebhookPayload): WebhookRequest {
  const body = bytesOf(payload);
  const signature = createHmac("sha256", hook.secrets.appSecret).update(body).digest("hex");
  // Meta signs no time, so a repetition is the same request.
  return post(body, AT, { "x-hub-signature-256": `sha256=${signature}` });
}

const METADATA = { display_phone_number: "4917139200", phone_number_id: "106540352242922" };
const SECONDS = String(AT / 1000);

const envelope = (value: object, field = "messages") => ({
  object: "whatsapp_business_account",
  entry: [{ id: "WABA", changes: [{ field, value: { messaging_product: "whatsapp", metadata: METADATA, ...value } }] }],
});

const status = (kind: string, more: object = {}) => ({
  id: "wamid.HBgL",
  status: kind,
  timestamp: SECONDS,
  recipient_id: "4915112345678",
  biz_opaque_callback_data: "k57queue:1",
  ...more,
});

const CONTACTS = [{ profile: { name: "Max Müßig" }, wa_id: "4915112345678", user_id: "DE.134912" }];
const message = (type: string, content: object, more: object = {}) =>
  envelope({
    contacts: CONTACTS,
    messages: [
      {
        from: "4915112345678",
        from_user_id: "DE.134912",
        id: `wamid.${type}`,
        timestamp: SECONDS,
        type,
        ...content,
        ...more,
      },
    ],
  });

const report = { providerMessageId: "wamid.HBgL", reference: "k57queue:1", at: AT, address: "+4915112345678" };
const inbound = (type: string, text: string, more: object = {}) => ({
  channel: "whatsapp" as const,
  providerMessageId: `wamid.${type}`,
  from: "+4915112345678",
  userId: "DE.134912",
  fromName: "Max Müßig",
  to: "+4917139200",
  text,
  at: AT,
  media: [],
  ...more,
});

testWebhook({
  provider: "meta",
  account: hook,
  request: signed,
  samples: [
    {
      name: "sent",
      payload: envelope({
        statuses: [status("sent", { conversation: { id: "c" }, pricing: { billable: true, pricing_model: "PMP" } })],
      }),
      statuses: [{ kind: "sent", ...report }],
    },
    {
      name: "delivered",
      payload: envelope({ statuses: [status("delivered")] }),
      statuses: [{ kind: "delivered", ...report }],
    },
    {
      name: "read, of somebody without a number",
      payload: envelope({ statuses: [status("read", { recipient_id: undefined, recipient_user_id: "DE.134912" })] }),
      statuses: [{ kind: "read", ...report, address: "DE.134912" }],
    },
    {
      name: "a played voice message counts as read",
      payload: envelope({ statuses: [status("played")] }),
      statuses: [{ kind: "read", ...report }],
    },
    {
      name: "failed outside the window",
      payload: envelope({
        statuses: [
          status("failed", {
            errors: [{ code: 131047, title: "Re-engagement message", error_data: { details: "More than 24 hours" } }],
          }),
        ],
      }),
      statuses: [
        {
          kind: "failed",
          ...report,
          failure: { class: "window_closed", code: "131047", reason: "More than 24 hours" },
        },
      ],
    },
    {
      name: "several at once, of several numbers",
      payload: {
        object: "whatsapp_business_account",
        entry: [
          envelope({ statuses: [status("sent", { id: "wamid.a" }), status("read", { id: "wamid.b" })] }).entry[0],
          envelope({ statuses: [status("delivered", { id: "wamid.c" })] }).entry[0],
        ],
      },
      statuses: [
        { kind: "sent", ...report, providerMessageId: "wamid.a" },
        { kind: "read", ...report, providerMessageId: "wamid.b" },
        { kind: "delivered", ...report, providerMessageId: "wamid.c" },
      ],
    },
    {
      name: "a text",
      payload: message("text", { text: { body: "Guten Tag ⛵" } }),
      inbound: [inbound("text", "Guten Tag ⛵")],
    },
    {
      name: "a text of somebody without a number, answering ours",
      payload: envelope({
        contacts: [{ profile: { name: "Eva", username: "eva" }, user_id: "CH.9" }],
        messages: [
          {
            from_user_id: "CH.9",
            id: "wamid.1",
            timestamp: SECONDS,
            type: "text",
            text: { body: "Hoi" },
            context: { from: "4917139200", id: "wamid.ours" },
          },
        ],
      }),
      inbound: [
        {
          channel: "whatsapp",
          providerMessageId: "wamid.1",
          from: "CH.9",
          fromName: "Eva",
          to: "+4917139200",
          text: "Hoi",
          at: AT,
          media: [],
          inReplyTo: "wamid.ours",
        },
      ],
    },
    {
      name: "a picture with a caption",
      payload: message("image", { image: { id: "9001", mime_type: "image/jpeg", sha256: "x", caption: "Unser Boot" } }),
      inbound: [inbound("image", "Unser Boot", { media: [{ id: "9001", contentType: "image/jpeg" }] })],
    },
    {
      name: "a document with its name",
      payload: message("document", { document: { id: "9002", mime_type: "application/pdf", filename: "Plan.pdf" } }),
      inbound: [inbound("document", "", { media: [{ id: "9002", contentType: "application/pdf", name: "Plan.pdf" }] })],
    },
    {
      name: "a place",
      payload: message("location", {
        location: { latitude: 53.7, longitude: 14.05, name: "Hafen", address: "Am Strand 12" },
      }),
      inbound: [inbound("location", "📍 Hafen\nAm Strand 12\nhttps://www.openstreetmap.org/?mlat=53.7&mlon=14.05")],
    },
    {
      name: "a contact card",
      payload: message("contacts", {
        contacts: [{ name: { formatted_name: "Eva" }, phones: [{ phone: "+41 79 1" }] }],
      }),
      inbound: [inbound("contacts", "👤 Eva, +41 79 1")],
    },
    {
      name: "a tapped template button",
      payload: message("button", { button: { payload: "STOP", text: "Keine Werbung" } }),
      inbound: [inbound("button", "Keine Werbung")],
    },
    {
      name: "a tapped answer",
      payload: message("interactive", {
        interactive: { type: "button_reply", button_reply: { id: "yes", title: "Ja" } },
      }),
      inbound: [inbound("interactive", "Ja")],
    },
    {
      name: "a chosen row",
      payload: message("interactive", {
        interactive: { type: "list_reply", list_reply: { id: "k1", title: "Kurs 1", description: "ab Mai" } },
      }),
      inbound: [inbound("interactive", "Kurs 1 – ab Mai")],
    },
    {
      name: "a reaction",
      payload: message("reaction", { reaction: { message_id: "wamid.ours", emoji: "👍" } }),
      inbound: [inbound("reaction", "👍", { inReplyTo: "wamid.ours", reaction: "👍" })],
    },
    {
      name: "a reaction taken back",
      payload: message("reaction", { reaction: { message_id: "wamid.ours" } }),
      inbound: [inbound("reaction", "", { inReplyTo: "wamid.ours", reaction: "" })],
    },
    {
      name: "an order",
      payload: message("order", {
        order: { text: "Bitte", product_items: [{ product_retailer_id: "A1", quantity: 2 }] },
      }),
      inbound: [inbound("order", "Bitte\n🛒 2 × A1")],
    },
    {
      name: "what WhatsApp cannot show us",
      payload: message("unsupported", { errors: [{ code: 131051, title: "Message type unknown" }] }),
      inbound: [inbound("unsupported", "[Message type unknown]")],
    },
  ],
  unknown: [
    {},
    { object: "page", entry: [] },
    envelope({}, "account_update"),
    envelope({ statuses: [status("warning")] }),
    message("reaction", { reaction: { emoji: "👍" } }),
    message("text", { text: { body: "in a group" } }, { group_id: "g1" }),
    message("request_welcome", {}),
  ],
  malformed: ["not json", "", "[]", envelope({ statuses: [status("sent", { timestamp: "soon" })] })],
  signature: {
    headers: ["x-hub-signature-256"],
    coversBody: true,
    toleranceMs: null,
    keys: ["appSecret"],
    forged: [
      {
        name: "the old SHA-1 header alone",
        change: (request) => ({
          ...request,
          headers: { "x-hub-signature": `sha1=${createHmac("sha1", "app-geheim").update(request.body).digest("hex")}` },
        }),
      },
    ],
  },
  handshake: [
    {
      name: "answers the challenge",
      request: handshake("subscribe", "bitte-merken"),
      expected: "1158201444",
    },
    { name: "refuses another token", request: handshake("subscribe", "bitte-merkem"), expected: null },
    { name: "refuses another mode", request: handshake("unsubscribe", "bitte-merken"), expected: null },
  ],
});

function handshake(mode: string, token: string): WebhookRequest {
  const query = new URLSearchParams({ "hub.mode": mode, "hub.verify_token": token, "hub.challenge": "1158201444" });
  return {
    method: "GET",
    url: `https://hub.example/hooks/provider/c/s?${query}`,
    headers: {},
    body: bytesOf(""),
    receivedAt: AT,
  };
}

it("says what else Meta tells: choices, new addresses, decisions about templates", () => {
  const read = (payload: object) => metaWebhook.read(signed(payload));
  const preference = { wa_id: "4915112345678", category: "marketing_messages", value: "stop", timestamp: AT / 1000 };
  expect(read(envelope({ user_preferences: [preference] }, "user_preferences")).choices).toEqual([
    { channel: "whatsapp", address: "+4915112345678", marketing: "stop", at: AT },
  ]);
  const renumbered = { system: { type: "user_changed_number", wa_id: "4917600000", body: "…" } };
  expect(read(message("system", renumbered)).identities).toEqual([{ from: "+4915112345678", to: "+4917600000" }]);
  const renewed = { user_id_update: [{ user_id: { previous: "US.1", current: "US.2" } }] };
  expect(read(envelope(renewed, "user_id_update")).identities).toEqual([{ from: "US.1", to: "US.2" }]);
  const decided = {
    event: "PAUSED",
    message_template_id: 123,
    message_template_name: "termin_erinnerung",
    message_template_language: "de",
    reason: "NONE",
  };
  expect(read(envelope(decided, "message_template_status_update")).templates).toEqual([
    { name: "termin_erinnerung", language: "de", providerTemplateId: "123", state: "PAUSED" },
  ]);
  const refused = { ...decided, event: "REJECTED", reason: "INCORRECT_CATEGORY" };
  expect(read(envelope(refused, "message_template_status_update")).templates).toMatchObject([
    { name: "termin_erinnerung", state: "REJECTED", reason: "INCORRECT_CATEGORY" },
  ]);
});

it("reads the escapes Meta writes", async () => {
  const escaped = JSON.stringify(message("text", { text: { body: "Grüße" } })).replace("ü", "\\u00fc");
  const request = signed(escaped);
  expect(await metaWebhook.verify(request, hook)).toBe(true);
  expect(metaWebhook.read(request).inbound[0]?.text).toBe("Grüße");
});
