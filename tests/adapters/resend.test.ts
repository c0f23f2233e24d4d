import { createHmac } from "node:crypto";
import { Resend } from "resend";
import { expect, it } from "vitest";
import { keyOfToken } from "../../convex/delivery/providers/reference";
import { AT, COPIES, EMAIL } from "./samples.ts";
import { jsonOf, type RecordedRequest } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { bytesOf, post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 1.

const refusal = (statusCode: number, name: string, message = name) => ({
  status: statusCode,
  body: { statusCode, name, message },
});

const row = (status: number, name: string, expected: ErrorRow["class"], message?: string): ErrorRow => ({
  name: `${status} ${name}${message === undefined ? "" : `: ${message}`}`,
  answer: refusal(status, name, message),
  class: expected,
  code: name,
});

type Body = { tags: { value: string }[]; attachments: { content: string }[] };
const bodyOf = (request: RecordedRequest) => jsonOf(request) as Body;

testAdapter({
  provider: "resend",
  account: (url) => ({
    settings: { baseUrl: url, fromAddress: "info@haff.example", fromName: "Segelschule Haff" },
    secrets: { apiKey: "re_geheim_123" },
  }),
  message: EMAIL,
  accepts: { body: { id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" } },
  accepted: { providerMessageId: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" },
  keyOf: ({ headers }) => headers["idempotency-key"] ?? null,
  requests: [
    {
      name: "says everything the published way",
      schema: { file: "resend-send-email", read: jsonOf },
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/emails" });
        expect(request.headers).toMatchObject({
          authorization: "Bearer re_geheim_123",
          "content-type": "application/json",
          "user-agent": expect.stringMatching(/.+/) as string,
        });
        expect(jsonOf(request)).toEqual({
          from: '"Segelschule Haff" <info@haff.example>',
          to: ['"Max Müßig, Kapitän" <max@example.org>'],
          reply_to: "reply+abc@haff.example",
          subject: "Größe 5 – Ahoi ⛵",
          text: EMAIL.text,
          html: EMAIL.html,
          headers: {
            ...EMAIL.headers,
            "In-Reply-To": "<theirs@mail.example>",
            References: "<first@mail.example> <theirs@mail.example>",
          },
          tags: [{ name: "switchboard_key", value: "k57queue_3a1" }],
          attachments: [
            { filename: "Törnplan.txt", content: btoa("Ahoi \xe2\x9b\xb5"), content_type: "text/plain" },
            {
              filename: "logo.png",
              content: expect.stringMatching(/^iVBORw0KGgo/) as string,
              content_type: "image/png",
              content_id: "logo",
            },
          ],
        });
        expect(keyOfToken(bodyOf(request).tags[0]?.value)).toBe(EMAIL.idempotencyKey);
      },
    },
    {
      name: "plain text without extras leaves the rest away",
      message: {
        html: undefined,
        replyTo: undefined,
        inReplyTo: undefined,
        references: [],
        headers: {},
        attachments: [],
      },
      schema: { file: "resend-send-email", read: jsonOf },
      expect(request) {
        expect(Object.keys(jsonOf(request) as object)).not.toContain("html");
        expect(jsonOf(request)).toMatchObject({ headers: {}, attachments: [] });
      },
    },
    {
      name: "a line break in a name or subject starts no header",
      message: { to: { address: "max@example.org", name: "Max\r\nBcc: x@y.z" }, subject: "Hallo\nBcc: x@y.z" },
      expect(request) {
        expect(jsonOf(request)).toMatchObject({
          to: ['"Max Bcc: x@y.z" <max@example.org>'],
          subject: "Hallo Bcc: x@y.z",
        });
      },
    },
    {
      name: "a megabyte of attachment arrives whole",
      message: {
        attachments: [{ name: "gross.bin", contentType: "application/pdf", content: new ArrayBuffer(1_000_001) }],
      },
      expect(request) {
        expect(bodyOf(request).attachments[0]?.content).toHaveLength(1_333_336);
      },
    },
    {
      name: "names everybody who gets a copy",
      message: { copies: COPIES },
      schema: { file: "resend-send-email", read: jsonOf },
      expect: (request) =>
        expect(jsonOf(request)).toMatchObject({
          to: ['"Max Müßig, Kapitän" <max@example.org>', "eva@example.org"],
          cc: ["chef@example.org", "buero@example.org"],
          bcc: ["archiv@haff.example"],
        }),
    },
  ],
  errors: [
    row(400, "validation_error", "permanent"),
    row(400, "invalid_idempotency_key", "permanent"),
    row(401, "missing_api_key", "config"),
    row(401, "restricted_api_key", "config"),
    row(403, "invalid_api_key", "config"),
    row(403, "validation_error", "config", "The haff.example domain is not verified."),
    row(404, "not_found", "config"),
    row(405, "method_not_allowed", "config"),
    row(409, "invalid_idempotent_request", "permanent"),
    row(409, "concurrent_idempotent_requests", "transient"),
    row(422, "invalid_attachment", "permanent"),
    row(422, "invalid_from_address", "permanent"),
    row(422, "missing_required_field", "permanent", "Missing `subject` field."),
    row(422, "invalid_parameter", "permanent"),
    row(422, "invalid_access", "permanent"),
    row(422, "invalid_region", "permanent"),
    row(422, "validation_error", "permanent", "Invalid `reply_to` field."),
    row(
      422,
      "validation_error",
      "invalid_address",
      "Invalid `to` field. The email address needs to follow the format.",
    ),
    row(422, "missing_required_field", "invalid_address", "Missing `to` field."),
    row(
      422,
      "validation_error",
      "invalid_address",
      "Invalid `to` field. Use delivered@resend.dev, not max@example.com.",
    ),
    row(429, "rate_limit_exceeded", "rate_limited"),
    {
      ...row(429, "daily_quota_exceeded", "config"),
      retryAfterMs: 3_600_000,
      answer: withHour("daily_quota_exceeded"),
    },
    {
      ...row(429, "monthly_quota_exceeded", "config"),
      retryAfterMs: 3_600_000,
      answer: withHour("monthly_quota_exceeded"),
    },
    row(451, "security_error", "config"),
    row(500, "application_error", "transient"),
    row(500, "internal_server_error", "transient"),
    { name: "a name nobody has seen", answer: refusal(418, "teapot"), class: "permanent", code: "teapot" },
  ],
  check: {
    path: "/domains",
    ok: { body: { object: "list", data: [{ name: "haff.example", status: "verified" }] } },
    refused: [
      row(403, "invalid_api_key", "config"),
      {
        name: "an unverified sender domain",
        answer: { body: { data: [{ name: "haff.example", status: "failed" }] } },
        class: "config",
        code: "domain_not_verified",
      },
    ],
  },
});

function withHour(name: string) {
  return { ...refusal(429, name), headers: { "Retry-After": "3600" } };
}

const SECRET = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const idOf = (payload: WebhookPayload) =>
  `msg_${createHmac("sha256", "id").update(bytesOf(payload)).digest("hex").slice(0, 27)}`;

function signed(payload: WebhookPayload, at: number) {
  const [id, timestamp] = [idOf(payload), String(Math.floor(at / 1_000))];
  const key = Buffer.from(SECRET.slice(6), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(bytesOf(payload)).digest("base64");
  return post(payload, at, { "svix-id": id, "svix-timestamp": timestamp, "svix-signature": `v1,${mac}` });
}

const DATA = {
  created_at: "2026-11-20T09:59:00.000Z",
  email_id: "56761188-7520-42d8-8898-ff6fc54ce618",
  message_id: "<0100@email.amazonses.com>",
  from: "Segelschule Haff <info@haff.example>",
  to: ["max@example.org"],
  subject: "Ahoi",
  tags: { switchboard_key: "k57queue_3a1" },
};
const event = (type: string, more: object = {}) => ({
  type,
  created_at: "2026-11-20T09:59:30.250Z",
  data: { ...DATA, ...more },
});
const COMMON = {
  providerMessageId: DATA.email_id,
  reference: "k57queue:1",
  address: "max@example.org",
  at: Date.parse("2026-11-20T09:59:30.250Z"),
};

const sample = (name: string, payload: object, status: object) => ({
  name,
  payload,
  statuses: [{ ...COMMON, eventId: idOf(payload), ...status } as never],
});

const bounce = (type: string, subType: string) =>
  event("email.bounced", { bounce: { type, subType, message: "550 5.1.1 user unknown" } });
const bounced = (errorClass: string, code: string) => ({
  kind: "bounced",
  failure: { class: errorClass, code, reason: "550 5.1.1 user unknown" },
});

testWebhook({
  provider: "resend",
  account: { settings: {}, secrets: { webhookSecret: SECRET } },
  request: signed,
  samples: [
    {
      name: "a mail came",
      payload: event("email.received", { email_id: "56761188-7520" }),
      mails: [{ id: "56761188-7520" }],
    },
    {
      name: "a mail came, and for whom",
      payload: event("email.received", { email_id: "56761188-7520", received_for: ["support@haff.example", 7] }),
      mails: [{ id: "56761188-7520", recipients: ["support@haff.example"] }],
    },
    sample("scheduled", event("email.scheduled"), { kind: "queued" }),
    sample("sent", event("email.sent"), { kind: "sent" }),
    sample("delivered", event("email.delivered"), { kind: "delivered" }),
    sample("delayed: a note", event("email.delivery_delayed"), { kind: "sent", isTransient: true }),
    sample("bounced for good", bounce("Permanent", "NoEmail"), bounced("invalid_address", "Permanent/NoEmail")),
    sample(
      "bounced for its content",
      bounce("Permanent", "ContentRejected"),
      bounced("permanent", "Permanent/ContentRejected"),
    ),
    sample("bounced softly", bounce("Transient", "MailboxFull"), {
      ...bounced("transient", "Transient/MailboxFull"),
      isTransient: true,
    }),
    sample("bounced, nobody knows why", bounce("Undetermined", "Undetermined"), {
      ...bounced("transient", "Undetermined/Undetermined"),
      isTransient: true,
    }),
    sample(
      "suppressed after a bounce",
      event("email.suppressed", { suppressed: { type: "OnBounceList", message: "bounced" } }),
      {
        kind: "failed",
        failure: { class: "invalid_address", code: "OnBounceList", reason: "bounced" },
      },
    ),
    sample(
      "suppressed",
      event("email.suppressed", { suppressed: { type: "OnAccountSuppressionList", message: "listed" } }),
      {
        kind: "failed",
        failure: { class: "opted_out", code: "OnAccountSuppressionList", reason: "listed" },
      },
    ),
    sample("failed", event("email.failed", { failed: { reason: "reached_daily_quota" } }), {
      kind: "failed",
      failure: { class: "permanent", reason: "reached_daily_quota" },
    }),
    sample("opened", event("email.opened"), { kind: "opened" }),
    sample(
      "clicked",
      event("email.clicked", {
        click: {
          link: "https://haff.example/kurse",
          timestamp: "2026-11-20T09:59:29.000Z",
          ipAddress: "203.0.113.9",
          userAgent: "Mozilla/5.0 (X11)",
        },
      }),
      {
        kind: "clicked",
        url: "https://haff.example/kurse",
        userAgent: "Mozilla/5.0 (X11)",
        ip: "203.0.113.9",
        at: Date.parse("2026-11-20T09:59:29.000Z"),
      },
    ),
    sample("complained", event("email.complained"), { kind: "complained" }),
    sample("not sent by us", event("email.delivered", { tags: undefined, email_id: "other" }), {
      kind: "delivered",
      providerMessageId: "other",
      reference: undefined,
    }),
    ...["contact.updated", "contact.topics.updated", "suppression.added"].map((type) => {
      const payload = {
        type,
        created_at: "2026-11-20T09:59:30.250Z",
        data: { email: "max@example.org", unsubscribed: true, topics: [{ id: "t", subscription: "opt_out" }] },
      };
      const expected = { kind: "unsubscribed", providerMessageId: undefined, reference: undefined };
      return sample(`${type}: a no to everything`, payload, expected);
    }),
    sample(
      "suppressed by a complaint",
      {
        type: "suppression.added",
        created_at: "2026-11-20T09:59:30.250Z",
        data: { email: "max@example.org", origin: "complaint" },
      },
      {
        kind: "complained",
        providerMessageId: undefined,
        reference: undefined,
      },
    ),
  ],
  unknown: [
    event("domain.updated"),
    { type: "contact.updated", data: { email: "max@example.org", unsubscribed: false } },
    { type: "contact.topics.updated", data: { topics: [{ id: "t", subscription: "opt_in" }] } },
    event("email.never_heard_of"),
  ],
  malformed: ["not json", "", "[]", "{}", '{"type":7}'],
  signature: {
    headers: ["svix-id", "svix-timestamp", "svix-signature"],
    coversBody: true,
    toleranceMs: 300_000,
    keys: ["webhookSecret"],
    forged: [
      {
        name: "another time",
        change: (request) => ({
          ...request,
          headers: { ...request.headers, "svix-timestamp": String(AT / 1_000 - 1) },
        }),
      },
    ],
  },
});

it("agrees with the SDK about signatures, several in a row too", async () => {
  const request = signed(event("email.sent"), Math.floor(Date.now() / 1_000) * 1_000);
  const header = (name: string) => request.headers[name] ?? "";
  const payload = new TextDecoder().decode(request.body);
  const headers = { id: header("svix-id"), timestamp: header("svix-timestamp"), signature: header("svix-signature") };
  const event_ = new Resend("re_x").webhooks.verify({ payload, headers, webhookSecret: SECRET });
  expect(event_.type).toBe("email.sent");
  const { resendWebhook } = await import("../../convex/delivery/providers/resend");
  const rotated = {
    ...request,
    headers: { ...request.headers, "svix-signature": `v1,AAAA v2,x ${headers.signature}` },
  };
  expect(await resendWebhook.verify(rotated, { settings: {}, secrets: { webhookSecret: SECRET } })).toBe(true);
});
