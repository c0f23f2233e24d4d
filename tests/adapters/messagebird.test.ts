import { createHash } from "node:crypto";
import { SignJWT } from "jose";
import { expect, it } from "vitest";
import { messagebirdAdapter } from "../../convex/delivery/providers/messagebird";
import type { WebhookRequest } from "../../convex/delivery/providers/types";
import { AT, SMS } from "./samples.ts";
import { jsonOf, startStub } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { bytesOf, post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 11.1.

const account = (url: string) => ({
  settings: { baseUrl: url, sender: "Haff" },
  secrets: { accessKey: "mb-geheim", signingKey: "mb-signatur" },
});

const refusal = (status: number, code: number, parameter: string | null = null) => ({
  status,
  body: { errors: [{ code, description: `about ${code}`, parameter }] },
});
const row = (name: string, answer: ErrorRow["answer"], errorClass: ErrorRow["class"]): ErrorRow => ({
  name,
  answer,
  class: errorClass,
});

const CREATED = {
  status: 201,
  body: {
    id: "e8077d803532c0b5937c639b60216938",
    href: "https://rest.messagebird.com/messages/e8077d803532c0b5937c639b60216938",
    direction: "mt",
    originator: "Haff",
    reference: "k57queue:1",
    recipients: {
      totalCount: 1,
      items: [
        { recipient: 4915112345678, status: "sent", statusDatetime: "2026-11-20T10:00:00+00:00", messagePartCount: 1 },
      ],
    },
  },
};
const listed = (items: object[], totalCount = items.length) => ({
  body: { offset: 0, limit: 200, count: items.length, totalCount, items },
});

testAdapter({
  provider: "messagebird",
  account,
  message: SMS,
  accepts: CREATED,
  accepted: { providerMessageId: CREATED.body.id, segments: 1 },
  requests: [
    {
      name: "posts the message, our key as its reference",
      schema: { file: "messagebird-message", read: jsonOf },
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/messages" });
        expect(request.headers.authorization).toBe("AccessKey mb-geheim");
        expect(jsonOf(request)).toEqual({
          originator: "Haff",
          recipients: ["4915112345678"],
          body: SMS.text,
          datacoding: "auto",
          reference: "k57queue:1",
          reportUrl: SMS.statusUrl,
        });
      },
    },
  ],
  errors: [
    row("2 wrong key", refusal(401, 2, "access_key"), "config"),
    row("9 missing", refusal(422, 9, "body"), "permanent"),
    row("10 invalid recipient", refusal(422, 10, "recipients"), "invalid_address"),
    row("10 invalid originator", refusal(422, 10, "originator"), "config"),
    row("10 invalid something", refusal(422, 10, "validity"), "permanent"),
    row("20 not found", refusal(404, 20), "permanent"),
    row("21 bad request", refusal(400, 21), "permanent"),
    row("25 no balance", refusal(402, 25), "config"),
    row("98 not found", refusal(404, 98), "config"),
    row("99 internal", refusal(500, 99), "transient"),
    row("429", { status: 429, body: {} }, "rate_limited"),
  ],
  check: {
    path: "/balance",
    ok: { body: { payment: "prepaid", type: "credits", amount: 9.2 } },
    refused: [
      { name: "a wrong key", answer: refusal(401, 2, "access_key"), class: "config", code: "2" },
      { name: "something else", answer: { body: { ok: true } }, class: "config" },
    ],
  },
  find: [
    {
      name: "finds our key among the messages since then",
      answer: listed([
        { id: "other", reference: "x" },
        { id: "found", reference: "k57queue:1" },
      ]),
      expect({ path, query }) {
        expect([path, query.get("from")]).toEqual(["/messages", "2026-11-20T09:59:00Z"]);
      },
      found: { providerMessageId: "found" },
    },
    { name: "finds nothing", answer: listed([]), found: null },
  ],
});

it("does not guess when there were more messages than one answer shows", async () => {
  const stub = await startStub();
  stub.answer(listed([{ id: "other", reference: "x" }], 900));
  await expect(messagebirdAdapter(account(stub.url)).find?.(SMS)).rejects.toThrow();
  stub.answer({ status: 500 });
  await expect(messagebirdAdapter(account(stub.url)).find?.(SMS)).rejects.toThrow();
  await stub.stop();
});

// Webhook

const hook = account("https://rest.messagebird.com");
const URL_BASE = "https://hub.example/hooks/provider/connection/secret";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

async function tokenFor(url: string, body: Uint8Array, at: number, issuer = "MessageBird"): Promise<string> {
  const seconds = Math.floor(at / 1000);
  const hash = body.length === 0 ? {} : { payload_hash: sha256(body) };
  return await new SignJWT({ url_hash: sha256(url), ...hash })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(issuer)
    .setJti("j-1")
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + 60)
    .sign(new TextEncoder().encode(hook.secrets.signingKey));
}

/** A text by POST; a report, written as its query, by GET. */
async function signed(payload: WebhookPayload, at: number): Promise<WebhookRequest> {
  const query = payload instanceof URLSearchParams ? `?${payload}` : "";
  const body = payload instanceof URLSearchParams ? new Uint8Array() : bytesOf(payload);
  const url = `${URL_BASE}${query}`;
  const headers = { "messagebird-signature-jwt": await tokenFor(url, body, at) };
  return { ...post(body, at, headers), url, method: query === "" ? "POST" : "GET" };
}

const report = (status: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    id: "mb-1",
    reference: "k57queue:1",
    recipient: "4915112345678",
    status,
    statusReason: "successfully delivered",
    statusDatetime: "2026-11-20T10:00:00+00:00",
    messagePartCount: "2",
    "price[amount]": "0.075",
    "price[currency]": "EUR",
    ...more,
  });
const about = {
  providerMessageId: "mb-1",
  reference: "k57queue:1",
  at: AT,
  address: "+4915112345678",
  priceMicros: 75_000,
  segments: 2,
};
const failed = (errorClass: string, code: string | undefined, reason: string, at = AT) => ({
  kind: "failed" as const,
  ...about,
  at,
  failure: { class: errorClass as "permanent", ...(code === undefined ? {} : { code }), reason },
});
const TEXT = {
  id: "in-1",
  originator: "4915112345678",
  recipient: "4917600000",
  body: "Guten Tag ⛵",
  createdDatetime: "2026-11-20T10:00:00+00:00",
};
const inbound = {
  channel: "sms" as const,
  providerMessageId: "in-1",
  from: "+4915112345678",
  to: "+4917600000",
  text: "Guten Tag ⛵",
  at: AT,
  media: [],
};

testWebhook({
  provider: "messagebird",
  account: hook,
  request: signed,
  samples: [
    { name: "a text", payload: TEXT, inbound: [inbound] },
    { name: "delivered", payload: report("delivered"), statuses: [{ kind: "delivered", ...about }] },
    { name: "sent", payload: report("sent"), statuses: [{ kind: "sent", ...about }] },
    { name: "buffered", payload: report("buffered"), statuses: [{ kind: "queued", ...about }] },
    {
      name: "scheduled, without what is not known yet",
      payload: report("scheduled", { "price[amount]": "", messagePartCount: "", id: "mb-2" }),
      statuses: [{ kind: "queued", ...about, providerMessageId: "mb-2", priceMicros: undefined, segments: undefined }],
    },
    {
      name: "expired",
      payload: report("expired"),
      statuses: [failed("transient", "expired", "The message expired.")],
    },
    {
      name: "failed: nobody has this number",
      payload: report("delivery_failed", {
        statusErrorCode: "1",
        statusReason: "unknown subscriber",
        statusDatetime: "2026-11-20T10:00:01Z",
      }),
      statuses: [failed("invalid_address", "1", "unknown subscriber", AT + 1_000)],
    },
    {
      name: "failed: opted out",
      payload: report("delivery_failed", {
        statusErrorCode: "103",
        statusReason: "opted out",
        statusDatetime: "2026-11-20T10:00:02Z",
      }),
      statuses: [failed("opted_out", "103", "opted out", AT + 2_000)],
    },
    {
      name: "failed otherwise",
      payload: report("delivery_failed", {
        statusErrorCode: "34",
        statusReason: "carrier rejected",
        statusDatetime: "2026-11-20T10:00:03Z",
      }),
      statuses: [failed("permanent", "34", "carrier rejected", AT + 3_000)],
    },
  ],
  unknown: [report("something_new"), {}, { id: "in-1" }],
  malformed: ["not json", "[]", report("delivered", { statusDatetime: "soon" }), { ...TEXT, createdDatetime: "soon" }],
  signature: {
    headers: ["messagebird-signature-jwt"],
    coversBody: true,
    coversUrl: true,
    toleranceMs: null,
    keys: ["signingKey"],
    forged: [
      { name: "too old", change: (request) => ({ ...request, receivedAt: AT + 66_000 }) },
      { name: "from the future", change: (request) => ({ ...request, receivedAt: AT - 6_000 }) },
      {
        name: "a body added to a report without one",
        change: async () => ({ ...(await signed(report("delivered"), AT)), body: bytesOf(TEXT) }),
      },
      {
        name: "a body taken away",
        change: (request) => ({ ...request, body: new Uint8Array() }),
      },
      {
        name: "another issuer",
        change: async (request) => {
          const token = await tokenFor(request.url, request.body, AT, "Somebody");
          return { ...request, headers: { "messagebird-signature-jwt": token } };
        },
      },
    ],
  },
});

it("reads a text forwarded as a form", async () => {
  const { messagebirdWebhook } = await import("../../convex/delivery/providers/messagebirdWebhook");
  const form = new URLSearchParams({
    id: "in-1",
    originator: "+4915112345678",
    message: "Hallo",
    receive_datetime: "2026-11-20T10:00:00Z",
  });
  const request = post(form.toString(), AT, { "content-type": "application/x-www-form-urlencoded" });
  expect(messagebirdWebhook.read(request).inbound).toMatchObject([{ text: "Hallo", from: "+4915112345678" }]);
});
