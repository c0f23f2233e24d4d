import { createSign, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sendgridWebhook } from "../../convex/delivery/providers/sendgridWebhook";
import { AT, COPIES, EMAIL } from "./samples.ts";
import { jsonOf } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { bytesOf, post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 3.

const refusal = (status: number, message: string, field: string | null = null) => ({
  status,
  body: { errors: [{ message, field, help: null }] },
});
const row = (status: number, expected: ErrorRow["class"], message: string, field?: string): ErrorRow => ({
  name: `${status} ${message}`,
  answer: refusal(status, message, field),
  class: expected,
  code: field === undefined ? String(status) : `${status} ${field}`,
});

testAdapter({
  provider: "sendgrid",
  account: (url) => ({ settings: { baseUrl: url }, secrets: { apiKey: "SG.geheim.123" } }),
  message: EMAIL,
  accepts: { status: 202, headers: { "X-Message-Id": "LRzXl_NHStOGhQ4kofSm_A" }, body: "" },
  accepted: { providerMessageId: "LRzXl_NHStOGhQ4kofSm_A" },
  requests: [
    {
      name: "says everything the published way",
      schema: { file: "sendgrid-mail-send", read: jsonOf },
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/v3/mail/send" });
        expect(request.headers.authorization).toBe("Bearer SG.geheim.123");
        expect(jsonOf(request)).toEqual({
          personalizations: [
            {
              to: [{ email: "max@example.org", name: "Max Müßig, Kapitän" }],
              custom_args: { switchboard_key: "k57queue:1" },
            },
          ],
          from: { email: "info@haff.example", name: "Segelschule Haff" },
          reply_to: { email: "reply+abc@haff.example" },
          subject: "Größe 5 – Ahoi ⛵",
          content: [
            { type: "text/plain", value: EMAIL.text },
            { type: "text/html", value: EMAIL.html },
          ],
          headers: {
            ...EMAIL.headers,
            "Message-ID": "<sb-k57queue@haff.example>",
            "In-Reply-To": "<theirs@mail.example>",
            References: "<first@mail.example> <theirs@mail.example>",
          },
          attachments: [
            {
              content: btoa("Ahoi \xe2\x9b\xb5"),
              filename: "Törnplan.txt",
              type: "text/plain",
              disposition: "attachment",
            },
            {
              content: expect.stringMatching(/^iVBORw0KGgo/) as string,
              filename: "logo.png",
              type: "image/png",
              disposition: "inline",
              content_id: "logo",
            },
          ],
          tracking_settings: {
            click_tracking: { enable: false, enable_text: false },
            open_tracking: { enable: false },
            subscription_tracking: { enable: false },
          },
        });
      },
    },
    {
      name: "an empty text part is left away, an empty mail has a blank one",
      message: { text: "" },
      schema: { file: "sendgrid-mail-send", read: jsonOf },
      expect: (request) => expect(jsonOf(request)).toMatchObject({ content: [{ type: "text/html" }] }),
    },
    {
      name: "a mail without any words still has a part",
      message: { text: "", html: undefined, attachments: [], to: { address: "max@example.org", name: "" } },
      schema: { file: "sendgrid-mail-send", read: jsonOf },
      expect: (request) => expect(jsonOf(request)).toMatchObject({ content: [{ type: "text/plain", value: " " }] }),
    },
    {
      name: "names everybody who gets a copy",
      message: { copies: COPIES },
      schema: { file: "sendgrid-mail-send", read: jsonOf },
      expect: (request) =>
        expect(jsonOf(request)).toMatchObject({
          personalizations: [
            {
              to: [{ email: "max@example.org" }, { email: "eva@example.org" }],
              cc: [{ email: "chef@example.org" }, { email: "buero@example.org" }],
              bcc: [{ email: "archiv@haff.example" }],
            },
          ],
        }),
    },
  ],
  errors: [
    row(400, "permanent", "The subject is required.", "subject"),
    row(400, "invalid_address", "Does not contain a valid address.", "personalizations.0.to.0.email"),
    row(401, "config", "The provided authorization grant is invalid, expired, or revoked"),
    row(403, "config", "The from address does not match a verified Sender Identity.", "from"),
    row(404, "config", "not found"),
    row(405, "config", "method not allowed"),
    row(413, "permanent", "content too large"),
    row(429, "rate_limited", "too many requests"),
    {
      name: "429 with the reset in unix seconds",
      answer: {
        ...refusal(429, "too many requests"),
        headers: {
          "X-RateLimit-Remaining": "0",
          "X-RateLimit-Reset": String(AT / 1_000 + 30),
          Date: new Date(AT).toUTCString(),
        },
      },
      class: "rate_limited",
      retryAfterMs: 30_000,
    },
    row(500, "transient", "internal server error"),
    row(503, "transient", "unavailable"),
  ],
  check: {
    path: "/v3/scopes",
    ok: { body: { scopes: ["mail.send", "mail.batch.read"] } },
    refused: [
      row(401, "config", "authorization required"),
      { name: "a key that may not send", answer: { body: { scopes: ["stats.read"] } }, class: "config", code: "scope" },
    ],
  },
});

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const PUBLIC_KEY = publicKey.export({ type: "spki", format: "der" }).toString("base64");
const OTHER_KEY = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey;
const SIGNATURE = "x-twilio-email-event-webhook-signature";
const TIMESTAMP = "x-twilio-email-event-webhook-timestamp";

function signed(payload: WebhookPayload, at: number) {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createSign("sha256").update(timestamp).update(bytesOf(payload)).sign(privateKey, "base64");
  return post(payload, at, { [SIGNATURE]: signature, [TIMESTAMP]: timestamp });
}

const event = (fields: object) => ({
  email: "max@example.org",
  timestamp: AT / 1_000 - 60,
  "smtp-id": "<sb-k57queue@haff.example>",
  sg_event_id: `id-${JSON.stringify(fields).length}-${JSON.stringify(fields).slice(0, 60)}`,
  sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
  switchboard_key: "k57queue:1",
  ...fields,
});
const sample = (name: string, fields: object, status: object) => {
  const payload = event(fields);
  const common = {
    providerMessageId: "LRzXl_NHStOGhQ4kofSm_A",
    reference: "k57queue:1",
    eventId: payload.sg_event_id,
    at: AT - 60_000,
    address: "max@example.org",
  };
  return { name, payload: [payload], statuses: [{ ...common, ...status } as never] };
};
const failure = (errorClass: string, reason: string, code?: string) => ({
  failure: { class: errorClass, reason, code },
});
const drop = (reason: string, errorClass: string) =>
  sample(`dropped: ${reason}`, { event: "dropped", reason }, { kind: "failed", ...failure(errorClass, reason) });
const visit = { userAgent: "Mozilla/5.0", ip: "203.0.113.9" };

testWebhook({
  provider: "sendgrid",
  account: { settings: {}, secrets: { webhookPublicKey: PUBLIC_KEY } },
  request: signed,
  samples: [
    sample("processed", { event: "processed" }, { kind: "sent" }),
    sample(
      "deferred: a note",
      { event: "deferred", response: "400 try again later", attempt: "5" },
      { kind: "sent", isTransient: true, ...failure("transient", "400 try again later") },
    ),
    sample("delivered", { event: "delivered", response: "250 OK" }, { kind: "delivered" }),
    sample(
      "bounced for good",
      { event: "bounce", type: "bounce", reason: "550 5.1.1 user unknown", status: "5.1.1" },
      { kind: "bounced", ...failure("invalid_address", "550 5.1.1 user unknown", "5.1.1") },
    ),
    sample(
      "bounced, not for the address",
      { event: "bounce", type: "bounce", reason: "552 5.3.4 too big", status: "5.3.4" },
      { kind: "bounced", ...failure("permanent", "552 5.3.4 too big", "5.3.4") },
    ),
    sample(
      "blocked: no suppression",
      { event: "bounce", type: "blocked", reason: "550 5.7.1 reputation", status: "5.7.1" },
      { kind: "bounced", isTransient: true, ...failure("transient", "550 5.7.1 reputation", "5.7.1") },
    ),
    drop("Bounced Address", "invalid_address"),
    drop("Unsubscribed Address", "opted_out"),
    drop("Spam Reporting Address", "opted_out"),
    drop("Invalid SMTPAPI header", "permanent"),
    drop("Spam Content (if spam checker app enabled)", "permanent"),
    drop("Recipient List over Package Quota", "config"),
    sample(
      "opened by a person",
      { event: "open", sg_machine_open: false, useragent: visit.userAgent, ip: visit.ip },
      { kind: "opened", isMachine: false, ...visit },
    ),
    sample("opened by a machine", { event: "open", sg_machine_open: true }, { kind: "opened", isMachine: true }),
    sample(
      "clicked",
      { event: "click", url: "https://haff.example/kurse", useragent: visit.userAgent, ip: visit.ip },
      { kind: "clicked", url: "https://haff.example/kurse", ...visit },
    ),
    sample("complained", { event: "spamreport" }, { kind: "complained" }),
    sample("unsubscribed", { event: "unsubscribe" }, { kind: "unsubscribed" }),
    sample("left a group", { event: "group_unsubscribe", asm_group_id: 7 }, { kind: "unsubscribed" }),
    {
      name: "several in one request, with line breaks and one we do not know",
      payload: `[${[
        JSON.stringify(event({ event: "processed", sg_event_id: "a", switchboard_key: undefined })),
        JSON.stringify(event({ event: "group_resubscribe" })),
        JSON.stringify(event({ event: "delivered", sg_event_id: "b" })),
      ].join(",\r\n")}]\r\n`,
      statuses: [
        {
          kind: "sent",
          providerMessageId: "LRzXl_NHStOGhQ4kofSm_A",
          eventId: "a",
          at: AT - 60_000,
          address: "max@example.org",
        },
        {
          kind: "delivered",
          providerMessageId: "LRzXl_NHStOGhQ4kofSm_A",
          reference: "k57queue:1",
          eventId: "b",
          at: AT - 60_000,
          address: "max@example.org",
        },
      ],
    },
  ],
  unknown: [[], [event({ event: "group_resubscribe" })], ["text", 7, null]],
  malformed: ["not json", "", "{}", '"text"'],
  signature: {
    headers: [SIGNATURE, TIMESTAMP],
    coversBody: true,
    toleranceMs: 300_000,
    keys: ["webhookPublicKey"],
    forged: [
      {
        name: "another time",
        change: (request) => ({ ...request, headers: { ...request.headers, [TIMESTAMP]: String(AT / 1_000 - 1) } }),
      },
    ],
  },
});

it("verifies SendGrid's own published examples, as PEM too", async () => {
  // @sendgrid/eventwebhook's test vector: key, timestamp, body with its CRLF, DER signature.
  const key =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
  const body = `${JSON.stringify([
    {
      email: "hello@world.com",
      event: "dropped",
      reason: "Bounced Address",
      sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
      sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
      "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
      timestamp: 1600112492,
    },
  ])}\r\n`;
  const request = post(body, 1600112502_000, {
    [SIGNATURE]: "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
    [TIMESTAMP]: "1600112502",
  });
  const by = (webhookPublicKey: string) =>
    sendgridWebhook.verify(request, { settings: {}, secrets: { webhookPublicKey } });
  expect(await by(key)).toBe(true);
  expect(
    await by(`-----BEGIN PUBLIC KEY-----\n${key.slice(0, 64)}\n${key.slice(64)}\n-----END PUBLIC KEY-----\n`),
  ).toBe(true);
  expect(await by(OTHER_KEY.export({ type: "spki", format: "der" }).toString("base64"))).toBe(false);
});

it("takes every signature that WebCrypto's form has room for", async () => {
  // Numbers with leading zeros are shorter in DER: about one in 128 signatures has one.
  for (let i = 0; i < 600; i++) {
    const request = signed(`[${i}]`, AT);
    const verdict = await sendgridWebhook.verify(request, { settings: {}, secrets: { webhookPublicKey: PUBLIC_KEY } });
    expect(verdict, request.headers[SIGNATURE]).toBe(true);
  }
});

describe("a mail by Inbound Parse", () => {
  const body = '--B\r\nContent-Disposition: form-data; name="email"\r\n\r\nFrom: max@example.org\r\n--B--\r\n';
  const form = { "content-type": "multipart/form-data; boundary=B" };
  const signedForm = () => {
    const request = signed(body, AT);
    return { ...request, headers: { ...request.headers, ...form } };
  };

  it("is proved by the address where no policy signs it, and such requests are counted", async () => {
    const account = { settings: {}, secrets: { webhookPublicKey: PUBLIC_KEY } };
    const request = post(body, AT, form);
    expect(await sendgridWebhook.verify(request, account)).toBe(true);
    expect(sendgridWebhook.provesSender?.(account, request)).toBe(false);
    expect(sendgridWebhook.provesSender?.(account, post("[]", AT))).toBe(true);
    expect(sendgridWebhook.mail?.kindOf(request)).toBe("email_sendgrid");
    expect(sendgridWebhook.mail?.kindOf(post("[]", AT))).toBeNull();
  });

  it("must be signed where a policy signs", async () => {
    const account = { settings: {}, secrets: { inboundPublicKey: PUBLIC_KEY } };
    expect(await sendgridWebhook.verify(signedForm(), account)).toBe(true);
    expect(sendgridWebhook.provesSender?.(account, signedForm())).toBe(true);
    expect(await sendgridWebhook.verify(post(body, AT, form), account)).toBe(false);
    const altered = { ...signedForm(), body: bytesOf(body.replace("max", "eva")) };
    expect(await sendgridWebhook.verify(altered, account)).toBe(false);
  });
});
