import { expect, it } from "vitest";
import { infobipWebhook } from "../../convex/delivery/providers/infobipWebhook";
import { AT } from "./samples.ts";
import { post, testWebhook } from "./webhook-suite.ts";

// providers.md sections 9 and 13.10.

const status = (groupId: number, groupName: string, id: number, name: string) => ({
  groupId,
  groupName,
  id,
  name,
  description: `about ${name}`,
});
const PENDING = status(1, "PENDING", 26, "PENDING_ACCEPTED");

const report = (of: object, more: object = {}) => ({
  results: [
    {
      bulkId: "b",
      messageId: "k57queue:1",
      to: "4915112345678",
      sender: "41791110000",
      sentAt: "2026-11-20T10:59:00.000+0100",
      doneAt: "2026-11-20T11:00:00.000+0100",
      messageCount: 2,
      mccMnc: "26201",
      callbackData: "k57queue:1",
      price: { pricePerMessage: 0.05, currency: "EUR" },
      status: of,
      error: { groupId: 0, groupName: "OK", id: 0, name: "NO_ERROR", description: "No Error", permanent: false },
      ...more,
    },
  ],
});
const about = {
  providerMessageId: "k57queue:1",
  reference: "k57queue:1",
  at: AT,
  address: "+4915112345678",
  priceMicros: 100_000,
  segments: 2,
};
const error = (name: string, permanent: boolean) => ({
  error: { groupId: 1, groupName: "HANDSET_ERRORS", id: 1, name, description: `about ${name}`, permanent },
});
const NOT_DELIVERED = status(2, "UNDELIVERABLE", 9, "UNDELIVERABLE_NOT_DELIVERED");
const failure = (errorClass: string, code: string, reason: string) => ({
  kind: "failed" as const,
  ...about,
  failure: { class: errorClass as "permanent", code, reason },
});
const whatsapp = (message: object, more: object = {}) => ({
  results: [
    {
      from: "4915112345678",
      to: "41791110000",
      integrationType: "WHATSAPP",
      receivedAt: "2026-11-20T10:00:00.000+0000",
      messageId: "in-1",
      message,
      contact: { name: "Max", userId: "DE.1" },
      price: { pricePerMessage: 0, currency: "EUR" },
      ...more,
    },
  ],
  messageCount: 1,
  pendingMessageCount: 0,
});
const inbound = (text: string, more: object = {}) => ({
  channel: "whatsapp" as const,
  providerMessageId: "in-1",
  from: "+4915112345678",
  userId: "DE.1",
  fromName: "Max",
  to: "+41791110000",
  text,
  at: AT,
  media: [],
  ...more,
});

testWebhook({
  provider: "infobip",
  account: { settings: {}, secrets: { apiKey: "x" } },
  request: (payload, at) => post(payload, at),
  samples: [
    { name: "accepted", payload: report(PENDING), statuses: [{ kind: "queued", ...about }] },
    {
      name: "on its way",
      payload: report(status(1, "PENDING", 7, "PENDING_ENROUTE")),
      statuses: [{ kind: "sent", ...about }],
    },
    {
      name: "at the operator",
      payload: report(status(3, "DELIVERED", 2, "DELIVERED_TO_OPERATOR"), { doneAt: "2026-11-20T10:00:01.000+0000" }),
      statuses: [{ kind: "sent", ...about, at: AT + 1_000 }],
    },
    {
      name: "delivered",
      payload: report(status(3, "DELIVERED", 5, "DELIVERED_TO_HANDSET")),
      statuses: [{ kind: "delivered", ...about }],
    },
    {
      name: "not delivered for good: nobody has this number",
      payload: report(NOT_DELIVERED, error("EC_UNKNOWN_SUBSCRIBER", true)),
      statuses: [
        failure(
          "invalid_address",
          "UNDELIVERABLE_NOT_DELIVERED EC_UNKNOWN_SUBSCRIBER",
          "about UNDELIVERABLE_NOT_DELIVERED about EC_UNKNOWN_SUBSCRIBER",
        ),
      ],
    },
    {
      name: "not delivered for now",
      payload: report(NOT_DELIVERED, {
        doneAt: "2026-11-20T10:00:02.000+0000",
        ...error("EC_ABSENT_SUBSCRIBER", false),
      }),
      statuses: [
        {
          ...failure(
            "transient",
            "UNDELIVERABLE_NOT_DELIVERED EC_ABSENT_SUBSCRIBER",
            "about UNDELIVERABLE_NOT_DELIVERED about EC_ABSENT_SUBSCRIBER",
          ),
          at: AT + 2_000,
        },
      ],
    },
    {
      name: "expired",
      payload: report(status(4, "EXPIRED", 15, "EXPIRED_EXPIRED"), {
        messageId: "k57other:1",
        callbackData: undefined,
      }),
      statuses: [
        {
          ...failure("transient", "EXPIRED_EXPIRED", "about EXPIRED_EXPIRED"),
          providerMessageId: "k57other:1",
          reference: undefined,
        },
      ],
    },
    {
      name: "seen",
      payload: {
        results: [
          {
            messageId: "k57queue:1",
            from: "41791110000",
            to: "4915112345678",
            sentAt: "2026-11-20T09:00:00.000+0000",
            seenAt: "2026-11-20T10:00:00.000+0000",
          },
        ],
      },
      statuses: [{ kind: "read", providerMessageId: "k57queue:1", at: AT, address: "+4915112345678" }],
    },
    {
      name: "an SMS from a customer",
      payload: {
        results: [
          {
            messageId: "817790313235066447",
            from: "4915112345678",
            to: "41791110000",
            text: "Keyword Guten Tag",
            cleanText: "Guten Tag",
            keyword: "Keyword",
            receivedAt: "2026-11-20T10:00:00.000+0000",
            smsCount: 1,
          },
        ],
        messageCount: 1,
        pendingMessageCount: 0,
      },
      inbound: [
        {
          channel: "sms",
          providerMessageId: "817790313235066447",
          from: "+4915112345678",
          to: "+41791110000",
          text: "Keyword Guten Tag",
          at: AT,
          media: [],
        },
      ],
    },
    {
      name: "a WhatsApp text, answering ours",
      payload: whatsapp({ type: "TEXT", text: "Guten Tag", context: { id: "ours" } }),
      inbound: [inbound("Guten Tag", { inReplyTo: "ours" })],
    },
    {
      name: "a text of somebody without a number",
      payload: whatsapp({ type: "TEXT", text: "Hoi" }, { from: undefined, contact: { userId: "CH.9" } }),
      inbound: [{ ...inbound("Hoi"), from: "CH.9", userId: undefined, fromName: undefined }],
    },
    {
      name: "a picture",
      payload: whatsapp({ type: "IMAGE", caption: "Unser Boot", url: "https://x.api.infobip.com/whatsapp/1/media/1" }),
      inbound: [
        inbound("Unser Boot", {
          media: [{ url: "https://x.api.infobip.com/whatsapp/1/media/1", contentType: "image/jpeg" }],
        }),
      ],
    },
    {
      name: "a place",
      payload: whatsapp({ type: "LOCATION", latitude: 53.7, longitude: 14.05, name: "Hafen" }),
      inbound: [inbound("📍 Hafen\nhttps://www.openstreetmap.org/?mlat=53.7&mlon=14.05")],
    },
    {
      name: "a tapped answer",
      payload: whatsapp({ type: "INTERACTIVE_LIST_REPLY", id: "1", title: "Kurs 1", description: "ab Mai" }),
      inbound: [inbound("Kurs 1 – ab Mai")],
    },
    {
      name: "a tapped template button",
      payload: whatsapp({ type: "BUTTON", text: "Keine Werbung", payload: "STOP" }),
      inbound: [inbound("Keine Werbung")],
    },
    {
      name: "a reaction taken back",
      payload: whatsapp({ type: "REACTION", context: { id: "ours" } }),
      inbound: [inbound("", { inReplyTo: "ours", reaction: "" })],
    },
    {
      name: "a file with something bad in it",
      payload: whatsapp({ type: "INFECTED_CONTENT" }),
      inbound: [inbound("[infected content]")],
    },
  ],
  unknown: [
    {},
    { results: [] },
    { results: [{ messageId: "x" }] },
    report(status(9, "SOMETHING", 1, "NEW")),
    whatsapp({ type: "REACTION" }),
  ],
  malformed: ["not json", "", "[]", report(PENDING, { doneAt: "yesterday" })],
  signature: null,
});

it("wants the password where one is agreed", async () => {
  const request = (password: string) =>
    post({}, AT, { authorization: `Basic ${Buffer.from(`hub:${password}`).toString("base64")}` });
  const verify = (password: string) =>
    infobipWebhook.verify(request(password), { settings: {}, secrets: { webhookPassword: "ge:heim" } });
  expect(await verify("ge:heim")).toBe(true);
  expect(await verify("geheim")).toBe(false);
  expect(await infobipWebhook.verify(post({}, AT), { settings: {}, secrets: { webhookPassword: "x" } })).toBe(false);
});
