import { createHash, generateKeyPairSync } from "node:crypto";
import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { expect, it } from "vitest";
import { vonageAdapter } from "../../convex/delivery/providers/vonage";
import type { WebhookRequest } from "../../convex/delivery/providers/types";
import { AT, SMS } from "./samples.ts";
import { jsonOf, startStub } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { bytesOf, post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 10, and the codes published under developer.vonage.com/api-errors/messages.

const APPLICATION = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const account = (url: string) => ({
  settings: { baseUrl: url, applicationId: APPLICATION, sender: "+41791110000" },
  secrets: { privateKey, signatureSecret: "vonage-geheim" },
});

const refusal = (status: number, code: number | string) => ({
  status,
  body: {
    type: `https://developer.vonage.com/api-errors/messages#${code}`,
    title: `title of ${code}`,
    detail: `detail of ${code}`,
    instance: "trace",
  },
});
const rows = (errorClass: ErrorRow["class"], status: number, codes: (number | string)[]): ErrorRow[] =>
  codes.map((code) => ({ name: `${code}`, answer: refusal(status, code), class: errorClass, code: String(code) }));

testAdapter({
  provider: "vonage",
  account,
  message: SMS,
  accepts: { status: 202, body: { message_uuid: "m-1" } },
  accepted: { providerMessageId: "m-1" },
  requests: [
    {
      name: "writes the published form, our key as client_ref",
      schema: { file: "vonage-message", read: jsonOf },
      async expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/v1/messages" });
        expect(jsonOf(request)).toEqual({
          channel: "sms",
          message_type: "text",
          to: "4915112345678",
          from: "41791110000",
          text: SMS.text,
          client_ref: "k57queue:1",
          sms: { encoding_type: "auto" },
          webhook_url: SMS.statusUrl,
          webhook_version: "v1",
        });
        const token = (request.headers.authorization ?? "").replace("Bearer ", "");
        const { payload, protectedHeader } = await jwtVerify(token, keys.publicKey);
        expect(protectedHeader.alg).toBe("RS256");
        expect(payload).toMatchObject({ application_id: APPLICATION, jti: expect.stringMatching(/.{20,}/) as string });
        expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(15 * 60);
      },
    },
    {
      name: "takes a name as sender",
      settings: { sender: "Haff" },
      schema: { file: "vonage-message", read: jsonOf },
      expect(request) {
        expect(jsonOf(request)).toMatchObject({ from: "Haff" });
      },
    },
  ],
  errors: [
    ...rows("rate_limited", 429, [1000, 1241]),
    ...rows("invalid_address", 422, [1040, 1170, 1190, 1300, 1410]),
    ...rows("opted_out", 422, [1240]),
    ...rows("config", 422, [1060, 1070, 1080, 1110, 1120, 1140, 1160, 1350, 1370]),
    ...rows("permanent", 422, [1010, 1020, 1021, 1022, 1050, 1090, 1130, 1150, 1200, 1210]),
    ...rows("permanent", 422, [1250, 1260, 1270, 1280, 1310, 1320]),
    ...rows("transient", 422, [1030, 1100, 1180, 1220, 1230, 1290, 1330, 1360]),
    ...rows("window_closed", 422, [1340]),
    ...rows("config", 401, ["unauthorized"]),
    ...rows("config", 402, ["low-balance"]),
    ...rows("transient", 500, ["internal-error"]),
    {
      name: "a code in the title",
      answer: { status: 422, body: { title: "1240", detail: "Illegal number" } },
      class: "opted_out",
      code: "1240",
    },
  ],
  check: {
    path: "/v1/users",
    ok: { body: { page_size: 1, _embedded: { users: [] } } },
    refused: [
      { name: "a wrong key", answer: refusal(401, "unauthorized"), class: "config" },
      { name: "something else", answer: { body: "<html>Hello</html>" }, class: "config" },
    ],
  },
});

it("signs one token for a batch, and says so when the key is none", async () => {
  const stub = await startStub();
  stub.answer({ status: 202, body: { message_uuid: "m-1" } });
  const adapter = vonageAdapter(account(stub.url));
  await Promise.all([adapter.send(SMS), adapter.send(SMS)]);
  const [first, second] = stub.requests.map(({ headers }) => headers.authorization ?? "");
  expect(first).toBe(second);
  expect(decodeJwt((first ?? "").replace("Bearer ", "")).application_id).toBe(APPLICATION);
  for (const broken of ["", "rubbish", privateKey.slice(0, 200)]) {
    const other = vonageAdapter({ ...account(stub.url), secrets: { privateKey: broken } });
    expect(await other.send(SMS)).toMatchObject({ failure: { class: "config", code: "private_key" } });
    expect(await other.check?.()).toMatchObject({ class: "config" });
  }
  // As it comes out of many forms.
  const flat = vonageAdapter({ ...account(stub.url), secrets: { privateKey: privateKey.replaceAll("\n", "\\n") } });
  expect(await flat.send(SMS)).toMatchObject({ kind: "accepted" });
  await stub.stop();
});

// Webhook

const hook = account("https://api.nexmo.com");

async function signed(payload: WebhookPayload, at: number, more: object = {}): Promise<WebhookRequest> {
  const body = bytesOf(payload);
  const token = await new SignJWT({
    iss: "Vonage",
    api_key: "abcd1234",
    application_id: APPLICATION,
    jti: "j-1",
    payload_hash: createHash("sha256").update(body).digest("hex"),
    ...more,
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(Math.floor(at / 1000))
    .sign(new TextEncoder().encode(hook.secrets.signatureSecret));
  return post(body, at, { authorization: `Bearer ${token}` });
}

const status = (kind: string, more: object = {}) => ({
  message_uuid: "m-1",
  to: "4915112345678",
  from: "41791110000",
  timestamp: "2026-11-20T10:00:00Z",
  status: kind,
  channel: "sms",
  client_ref: "k57queue:1",
  usage: { currency: "EUR", price: "0.0333" },
  sms: { count_total: "2" },
  destination: { network_code: "26201" },
  ...more,
});
const report = {
  providerMessageId: "m-1",
  reference: "k57queue:1",
  at: AT,
  address: "+4915112345678",
  priceMicros: 33_300,
  segments: 2,
};
const incoming = (more: object) => ({
  channel: "sms",
  message_uuid: "in-1",
  to: "41791110000",
  from: "4915112345678",
  timestamp: "2026-11-20T10:00:00Z",
  message_type: "text",
  ...more,
});
const inbound = {
  channel: "sms" as const,
  providerMessageId: "in-1",
  from: "+4915112345678",
  to: "+41791110000",
  at: AT,
  media: [],
};

testWebhook({
  provider: "vonage",
  account: hook,
  request: signed,
  samples: [
    { name: "submitted", payload: status("submitted"), statuses: [{ kind: "sent", ...report }] },
    { name: "delivered", payload: status("delivered"), statuses: [{ kind: "delivered", ...report }] },
    {
      name: "read",
      payload: status("read", { usage: undefined, sms: undefined, client_ref: undefined }),
      statuses: [{ kind: "read", ...report, priceMicros: undefined, segments: undefined, reference: undefined }],
    },
    {
      name: "rejected by somebody who said stop",
      payload: status("rejected", { error: { type: "x", title: "1240", detail: "Illegal Number", instance: "i" } }),
      statuses: [
        { kind: "failed", ...report, failure: { class: "opted_out", code: "1240", reason: "Illegal Number" } },
      ],
    },
    {
      name: "undeliverable, the code as a number",
      payload: status("undeliverable", { message_uuid: "m-2", error: { title: 1190 } }),
      statuses: [
        {
          kind: "failed",
          ...report,
          providerMessageId: "m-2",
          failure: { class: "invalid_address", code: "1190", reason: "Vonage error 1190." },
        },
      ],
    },
    { name: "a text", payload: incoming({ text: "Guten Tag ⛵" }), inbound: [{ ...inbound, text: "Guten Tag ⛵" }] },
    {
      name: "a picture on WhatsApp, answering ours",
      payload: incoming({
        channel: "whatsapp",
        message_type: "image",
        image: { url: "https://api-eu.nexmo.com/v3/media/1", caption: "Boot" },
        profile: { name: "Max" },
        context: { message_uuid: "m-1" },
      }),
      inbound: [
        {
          ...inbound,
          channel: "whatsapp",
          fromName: "Max",
          text: "Boot",
          media: [{ url: "https://api-eu.nexmo.com/v3/media/1", contentType: "image/jpeg" }],
          inReplyTo: "m-1",
        },
      ],
    },
    {
      name: "a place",
      payload: incoming({ message_type: "location", location: { lat: 53.7, long: 14.05, name: "Hafen" } }),
      inbound: [{ ...inbound, text: "📍 Hafen\nhttps://www.openstreetmap.org/?mlat=53.7&mlon=14.05" }],
    },
    {
      name: "a tapped answer",
      payload: incoming({ message_type: "reply", reply: { id: "1", title: "Ja" } }),
      inbound: [{ ...inbound, text: "Ja" }],
    },
  ],
  unknown: [{}, { message_uuid: "m-1" }, status("something_new")],
  malformed: ["not json", "", "[]", status("delivered", { timestamp: "soon" }), incoming({ from: undefined })],
  signature: {
    headers: ["authorization"],
    coversBody: true,
    toleranceMs: 300_000,
    keys: ["signatureSecret"],
    forged: [
      {
        name: "another application's",
        change: () => signed(status("delivered"), AT, { application_id: "other" }),
      },
      {
        name: "without a hash of the body",
        change: () => signed(status("delivered"), AT, { payload_hash: undefined }),
      },
      {
        name: "unsigned (alg none)",
        change: (request) => {
          const [, claims] = (request.headers.authorization ?? "").replace("Bearer ", "").split(".");
          const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
          return { ...request, headers: { ...request.headers, authorization: `Bearer ${header}.${claims}.` } };
        },
      },
    ],
  },
});
