import { createHash, createHmac } from "node:crypto";
import twilio from "twilio";
import { expect, it } from "vitest";
import { twilioWebhook } from "../../convex/delivery/providers/twilio";
import type { WebhookRequest } from "../../convex/delivery/providers/types";
import { AT } from "./samples.ts";
import { bytesOf, post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md sections 8.2, 8.4 and 8.5.

const SID = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

const hook = { settings: {}, secrets: { authToken: "twilio-geheim", secondaryAuthToken: "zweites-geheim" } };
const URL_WITH_KEY = "https://hub.example/hooks/provider/connection/secret?m=k57queue%3A1";

/** X-Twilio-Signature as providers.md 8.4 says it. */
function signature(url: string, fields: URLSearchParams, token = hook.secrets.authToken): string {
  const names = [...new Set(fields.keys())].sort();
  const text = names.map((name) =>
    [...new Set(fields.getAll(name))]
      .sort()
      .map((value) => name + value)
      .join(""),
  );
  return createHmac("sha1", token)
    .update(`${url}${text.join("")}`)
    .digest("base64");
}

// Twilio signs no time and tells none: a repetition is the same request.
function signed(payload: WebhookPayload): WebhookRequest {
  const fields = new URLSearchParams(payload as Record<string, string>);
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": signature(URL_WITH_KEY, fields),
  };
  return { ...post(fields.toString(), AT, headers), url: URL_WITH_KEY };
}

const callback = (status: string, more: object = {}) => ({
  MessageSid: "SM1",
  SmsSid: "SM1",
  AccountSid: SID,
  From: "+41791110000",
  To: "+4915112345678",
  MessageStatus: status,
  SmsStatus: status,
  ApiVersion: "2010-04-01",
  ...more,
});
const incoming = (more: object = {}) => ({
  MessageSid: "SM9",
  SmsMessageSid: "SM9",
  AccountSid: SID,
  SmsStatus: "received",
  From: "+4915112345678",
  To: "+41791110000",
  Body: "Größe & Ahoi ⛵",
  NumMedia: "0",
  NumSegments: "1",
  ...more,
});
const report = (status: string) => ({
  providerMessageId: "SM1",
  reference: "k57queue:1",
  eventId: `SM1:${status}`,
  at: AT,
  address: "+4915112345678",
});
const text = {
  channel: "sms" as const,
  providerMessageId: "SM9",
  from: "+4915112345678",
  to: "+41791110000",
  text: "Größe & Ahoi ⛵",
  at: AT,
  media: [],
};

testWebhook({
  provider: "twilio",
  account: hook,
  request: signed,
  samples: [
    { name: "delivered", payload: callback("delivered"), statuses: [{ kind: "delivered", ...report("delivered") }] },
    { name: "queued", payload: callback("queued"), statuses: [{ kind: "queued", ...report("queued") }] },
    { name: "sending", payload: callback("sending"), statuses: [{ kind: "sent", ...report("sending") }] },
    { name: "sent", payload: callback("sent"), statuses: [{ kind: "sent", ...report("sent") }] },
    {
      name: "partially delivered",
      payload: callback("partially_delivered"),
      statuses: [{ kind: "delivered", ...report("partially_delivered") }],
    },
    {
      name: "read on WhatsApp",
      payload: callback("read", { To: "whatsapp:+4915112345678", ChannelPrefix: "whatsapp", EventType: "READ" }),
      statuses: [{ kind: "read", ...report("read") }],
    },
    {
      name: "undelivered by a carrier, hours ago",
      payload: callback("undelivered", { ErrorCode: "30005", RawDlrDoneDate: "2611200730" }),
      statuses: [
        {
          kind: "failed",
          ...report("undelivered"),
          at: Date.UTC(2026, 10, 20, 7, 30),
          failure: { class: "invalid_address", code: "30005", reason: "Twilio error 30005." },
        },
      ],
    },
    {
      name: "failed outside the window",
      payload: callback("failed", { ErrorCode: "63016", ErrorMessage: "Outside the window" }),
      statuses: [
        {
          kind: "failed",
          ...report("failed"),
          failure: { class: "window_closed", code: "63016", reason: "Outside the window" },
        },
      ],
    },
    {
      name: "cancelled",
      payload: callback("canceled"),
      statuses: [
        {
          kind: "failed",
          ...report("canceled"),
          failure: { class: "permanent", code: "canceled", reason: "The message was cancelled at Twilio." },
        },
      ],
    },
    { name: "a text", payload: incoming(), inbound: [text] },
    {
      name: "a stop word Twilio handled",
      payload: incoming({ Body: "STOP", OptOutType: "STOP" }),
      inbound: [{ ...text, text: "STOP", optOut: "stop" }],
    },
    {
      name: "pictures",
      payload: incoming({
        Body: "",
        NumMedia: "2",
        MediaUrl0: "https://api.twilio.com/a",
        MediaContentType0: "image/jpeg",
        MediaUrl1: "https://api.twilio.com/b",
        MediaContentType1: "application/pdf",
      }),
      inbound: [
        {
          ...text,
          text: "",
          media: [
            { url: "https://api.twilio.com/a", contentType: "image/jpeg" },
            { url: "https://api.twilio.com/b", contentType: "application/pdf" },
          ],
        },
      ],
    },
    {
      name: "a place on WhatsApp, answering ours",
      payload: incoming({
        From: "whatsapp:+4915112345678",
        To: "whatsapp:+41791110000",
        ProfileName: "Max",
        WaId: "4915112345678",
        Body: "",
        Latitude: "53.7",
        Longitude: "14.05",
        Label: "Hafen",
        OriginalRepliedMessageSid: "SM1",
      }),
      inbound: [
        {
          ...text,
          channel: "whatsapp",
          fromName: "Max",
          text: "📍 Hafen\nhttps://www.openstreetmap.org/?mlat=53.7&mlon=14.05",
          inReplyTo: "SM1",
        },
      ],
    },
  ],
  unknown: [callback("something_new"), { AccountSid: SID, CallSid: "CA1", CallStatus: "completed" }],
  malformed: [{}, { Body: "Hallo" }, incoming({ From: "" })],
  signature: {
    headers: ["x-twilio-signature"],
    coversBody: true,
    coversUrl: true,
    toleranceMs: null,
    keys: ["authToken"],
    forged: [{ name: "a further field", change: (request) => ({ ...request, body: bytesOf("To=x&MessageSid=SM1") }) }],
  },
});

it("accepts what Twilio's own library accepts, and its published vector", async () => {
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const fields = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675310",
    Digits: "1234",
    From: "+14158675310",
    To: "+18005551212",
  };
  const vector = "GvWf1cFY/Q7PnoempGyD5oXAezc=";
  const verify = (address: string, header: string, token = "12345", body = new URLSearchParams(fields).toString()) =>
    twilioWebhook.verify(
      { ...post(body, AT, { "x-twilio-signature": header }), url: address },
      { settings: {}, secrets: { authToken: "x", secondaryAuthToken: token } },
    );
  expect(await verify(url, vector)).toBe(true);
  expect(await verify("https://mycompany.com:443/myapp.php?foo=1&bar=2", vector)).toBe(true);
  expect(
    await verify(
      "https://mycompany.com:8443/myapp.php?foo=1&bar=2",
      signature("https://mycompany.com/myapp.php?foo=1&bar=2", new URLSearchParams(fields), "12345"),
    ),
  ).toBe(true);
  expect(await verify(url, vector, "12346")).toBe(false);
  // Repeated names and empty values, as the library signs them.
  const repeated = new URLSearchParams([
    ["b", "2"],
    ["b", "1"],
    ["b", "1"],
    ["a", ""],
    ["ä", "ü ⛵"],
  ]);
  const expected = twilio.getExpectedTwilioSignature("12345", url, { b: ["2", "1", "1"], a: "", ä: "ü ⛵" });
  expect(await verify(url, expected, "12345", repeated.toString())).toBe(true);
});

it("takes JSON bodies by the hash in the signed address, and only with it", async () => {
  const body = '{"a":1}';
  const url = `https://hub.example/h?bodySHA256=${createHash("sha256").update(body).digest("hex")}`;
  const header = signature(url, new URLSearchParams());
  const request = { ...post(body, AT, { "x-twilio-signature": header }), url };
  expect(await twilioWebhook.verify(request, hook)).toBe(true);
  expect(await twilioWebhook.verify({ ...request, body: bytesOf('{"a":2}') }, hook)).toBe(false);
});
