import { createHash, createHmac } from "node:crypto";
import { expect } from "vitest";
import type { WebhookRequest } from "../../convex/delivery/providers/types";
import { AT, SMS } from "./samples.ts";
import { jsonOf } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { bytesOf, post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 11.2 and docs.bird.com (Channels API: messages, message failure sources).

const HOUR_MS = 3_600_000;

const account = (url: string) => ({
  settings: { baseUrl: url, workspaceId: "w-1", channelId: "c-1" },
  secrets: { accessKey: "bird-geheim", signingKey: "bird-signatur" },
});

const refusal = (status: number, code: string, message: string) => ({ status, body: { code, message } });
const row = (name: string, answer: ErrorRow["answer"], errorClass: ErrorRow["class"]): ErrorRow => ({
  name,
  answer,
  class: errorClass,
});

testAdapter({
  provider: "bird",
  account,
  message: SMS,
  accepts: { status: 202, body: { id: "3fa85f64", channelId: "c-1", status: "accepted", direction: "outgoing" } },
  accepted: { providerMessageId: "3fa85f64" },
  requests: [
    {
      name: "posts to the channel, our key as its reference",
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/workspaces/w-1/channels/c-1/messages" });
        expect(request.headers.authorization).toBe("AccessKey bird-geheim");
        expect(jsonOf(request)).toEqual({
          receiver: { contacts: [{ identifierValue: "+4915112345678", identifierKey: "phonenumber" }] },
          body: { type: "text", text: { text: SMS.text } },
          reference: "k57queue:1",
        });
      },
    },
  ],
  errors: [
    row("400", refusal(400, "InvalidPayload", "bad"), "permanent"),
    row("401", refusal(401, "Unauthorized", "key"), "config"),
    row("403", refusal(403, "Forbidden", "policy"), "config"),
    row("404", refusal(404, "ChannelNotFound", "no channel"), "config"),
    row("422 receiver", refusal(422, "InvalidPayload", "identifierValue: invalid phone number"), "invalid_address"),
    row("422 other", refusal(422, "InvalidPayload", "body: too long"), "permanent"),
    row("429", refusal(429, "TooManyRequests", "slow down"), "rate_limited"),
    row("500", refusal(500, "InternalError", "oops"), "transient"),
  ],
  refusedWithSuccess: [
    {
      name: "a message that is rejected at once",
      answer: { status: 202, body: { id: "3fa85f64", status: "rejected", reason: "no consent" } },
      class: "permanent",
    },
  ],
  check: {
    path: "/workspaces/w-1/channels/c-1",
    ok: { body: { id: "c-1", platformId: "sms-messagebird" } },
    refused: [
      { name: "a wrong key", answer: refusal(401, "Unauthorized", "key"), class: "config", code: "Unauthorized" },
    ],
  },
});

// Webhook

const hook = account("https://api.bird.com");

function signed(payload: WebhookPayload, at: number): WebhookRequest {
  const body = bytesOf(payload);
  const request = post(body, at);
  const timestamp = String(Math.floor(at / 1000));
  const hash = createHash("sha256").update(body).digest();
  const mac = createHmac("sha256", hook.secrets.signingKey).update(`${timestamp}\n${request.url}\n`).update(hash);
  return {
    ...request,
    headers: {
      ...request.headers,
      "messagebird-signature": mac.digest("base64"),
      "messagebird-request-timestamp": timestamp,
    },
  };
}

const outbound = (status: string, more: object = {}) => ({
  service: "channels",
  event: "sms.outbound",
  payload: {
    id: "3fa85f64",
    channelId: "c-1",
    receiver: { contacts: [{ identifierKey: "phonenumber", identifierValue: "+4915112345678" }] },
    reference: "k57queue:1",
    status,
    direction: "outgoing",
    lastStatusAt: "2026-11-20T10:00:00.000Z",
    createdAt: "2026-11-20T09:59:00.000Z",
    ...more,
  },
});
const about = { providerMessageId: "3fa85f64", reference: "k57queue:1", at: AT, address: "+4915112345678" };
const failedWith = (code: string, reason: string, at: string) => ({
  reason,
  details: "",
  lastStatusAt: at,
  failure: { code: 15005, source: { name: "sms-messagebird", code } },
});

testWebhook({
  provider: "bird",
  account: hook,
  request: signed,
  samples: [
    { name: "delivered", payload: outbound("delivered"), statuses: [{ kind: "delivered", ...about }] },
    { name: "accepted", payload: outbound("accepted"), statuses: [{ kind: "queued", ...about }] },
    {
      name: "processing",
      payload: outbound("processing", { lastStatusAt: "2026-11-20T10:00:01Z" }),
      statuses: [{ kind: "queued", ...about, at: AT + 1_000 }],
    },
    {
      name: "scheduled",
      payload: outbound("scheduled", { lastStatusAt: "2026-11-20T10:00:02Z" }),
      statuses: [{ kind: "queued", ...about, at: AT + 2_000 }],
    },
    { name: "sent", payload: outbound("sent"), statuses: [{ kind: "sent", ...about }] },
    { name: "read", payload: outbound("read"), statuses: [{ kind: "read", ...about }] },
    {
      name: "delivery failed: nobody has this number",
      payload: outbound("delivery_failed", failedWith("1", "details: unknown subscriber", "2026-11-20T10:00:03Z")),
      statuses: [
        {
          kind: "failed",
          ...about,
          at: AT + 3_000,
          failure: { class: "invalid_address", code: "1", reason: "details: unknown subscriber" },
        },
      ],
    },
    {
      name: "sending failed",
      payload: outbound("sending_failed", {
        lastStatusAt: "2026-11-20T10:00:04Z",
        reason: "no route",
        failure: { code: 15000 },
      }),
      statuses: [
        {
          kind: "failed",
          ...about,
          at: AT + 4_000,
          failure: { class: "permanent", code: "15000", reason: "no route" },
        },
      ],
    },
    {
      name: "rejected, the person opted out",
      payload: outbound("rejected", failedWith("103", "opted out", "2026-11-20T10:00:05Z")),
      statuses: [
        { kind: "failed", ...about, at: AT + 5_000, failure: { class: "opted_out", code: "103", reason: "opted out" } },
      ],
    },
    {
      name: "a text",
      payload: {
        service: "channels",
        event: "sms.inbound",
        payload: {
          id: "in-1",
          channelId: "c-1",
          sender: {
            contact: { identifierKey: "phonenumber", identifierValue: "+4915112345678", annotations: { name: "Max" } },
          },
          receiver: { connectors: [{ identifierValue: "+4917600000" }] },
          body: { type: "text", text: { text: "Guten Tag" } },
          direction: "incoming",
          createdAt: "2026-11-20T10:00:00.000Z",
        },
      },
      inbound: [
        {
          channel: "sms",
          providerMessageId: "in-1",
          from: "+4915112345678",
          fromName: "Max",
          to: "+4917600000",
          text: "Guten Tag",
          at: AT,
          media: [],
        },
      ],
    },
  ],
  unknown: [
    {},
    outbound("deleted"),
    outbound("skipped"),
    { service: "channels", event: "email.outbound", payload: {} },
  ],
  malformed: ["not json", "", "[]", outbound("delivered", { lastStatusAt: "soon" })],
  signature: {
    headers: ["messagebird-signature", "messagebird-request-timestamp"],
    coversBody: true,
    coversUrl: true,
    toleranceMs: 24 * HOUR_MS,
    keys: ["signingKey"],
  },
});
