import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { mailgunWebhook } from "../../convex/delivery/providers/mailgunWebhook";
import { AT, COPIES, EMAIL } from "./samples.ts";
import { basicOf, formOf, type RecordedRequest } from "./stub-server.ts";
import { expectValid } from "./schemas.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 4.

const row = (status: number, expected: ErrorRow["class"], message: string): ErrorRow => ({
  name: `${status} ${message}`,
  answer: { status, body: { message } },
  class: expected,
  code: String(status),
});

/** Fields as the specification describes them: files by their names. */
async function fieldsOf(request: RecordedRequest): Promise<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of await formOf(request)) {
    if (typeof value === "string") fields[name] = value;
    else fields[name] = [...((fields[name] as string[] | undefined) ?? []), value.name];
  }
  return fields;
}

testAdapter({
  provider: "mailgun",
  account: (url) => ({
    settings: { baseUrl: url, domain: "mg.haff.example", fromAddress: "info@haff.example" },
    secrets: { apiKey: "geheim-api-key" },
  }),
  message: EMAIL,
  accepts: { body: { id: "<sb-k57queue@haff.example>", message: "Queued. Thank you." } },
  accepted: { providerMessageId: "sb-k57queue@haff.example" },
  requests: [
    {
      name: "says everything the published way",
      async expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/v3/mg.haff.example/messages" });
        expect(basicOf(request)).toBe("api:geheim-api-key");
        expect(request.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
        const fields = await fieldsOf(request);
        expectValid("mailgun-messages", fields);
        expect(fields).toEqual({
          from: '"Segelschule Haff" <info@haff.example>',
          to: '"Max Müßig, Kapitän" <max@example.org>',
          subject: "Größe 5 – Ahoi ⛵",
          // Lines of a form are CRLF.
          text: EMAIL.text.replaceAll("\n", "\r\n"),
          html: EMAIL.html,
          "h:Reply-To": "reply+abc@haff.example",
          "h:Message-ID": "<sb-k57queue@haff.example>",
          "h:In-Reply-To": "<theirs@mail.example>",
          "h:References": "<first@mail.example> <theirs@mail.example>",
          ...Object.fromEntries(Object.entries(EMAIL.headers).map(([name, value]) => [`h:${name}`, value])),
          "v:switchboard_key": "k57queue:1",
          "o:tracking": "no",
          attachment: ["Törnplan.txt"],
          inline: ["logo"],
        });
        const form = await formOf(request);
        const file = form.get("attachment") as File;
        expect([file.type, await file.text()]).toEqual(["text/plain", "Ahoi ⛵"]);
        expect((form.get("inline") as File).type).toBe("image/png");
      },
    },
    {
      name: "plain text has no HTML part and no files",
      message: { html: undefined, attachments: [] },
      async expect(request) {
        const fields = await fieldsOf(request);
        expectValid("mailgun-messages", fields);
        for (const name of ["html", "attachment", "inline"]) expect(fields).not.toHaveProperty(name);
      },
    },
    {
      name: "names everybody who gets a copy",
      message: { copies: COPIES },
      async expect(request) {
        const fields = await fieldsOf(request);
        expectValid("mailgun-messages", fields);
        expect(fields).toMatchObject({
          to: '"Max Müßig, Kapitän" <max@example.org>, eva@example.org',
          cc: "chef@example.org, buero@example.org",
          bcc: "archiv@haff.example",
        });
      },
    },
  ],
  errors: [
    row(400, "permanent", "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified."),
    row(400, "invalid_address", "to parameter is not a valid address. please check documentation"),
    { name: "401 in plain text", answer: { status: 401, body: "Forbidden" }, class: "config", code: "401" },
    row(402, "config", "Payment required"),
    row(403, "config", "Domain mg.haff.example is not allowed to send: domain is disabled"),
    row(404, "config", "Domain not found: mg.haff.example"),
    row(413, "permanent", "Request entity too large"),
    row(429, "rate_limited", "Too many requests"),
    {
      ...row(429, "rate_limited", "account-requests-per-sec limit exceeded, try again after 120 seconds"),
      retryAfterMs: 120_000,
    },
    row(500, "transient", "Internal Server Error"),
    row(503, "transient", "Service Unavailable"),
  ],
  check: {
    path: "/v4/domains/mg.haff.example",
    ok: { body: { domain: { name: "mg.haff.example", state: "active" } } },
    refused: [
      { name: "a wrong key", answer: { status: 401, body: "Forbidden" }, class: "config" },
      row(404, "config", "Domain not found"),
      {
        name: "an unverified domain",
        answer: { body: { domain: { state: "unverified" } } },
        class: "config",
        code: "domain_unverified",
      },
    ],
  },
  find: [
    {
      name: "finds the message by its Message-ID",
      answer: { body: { items: [{ event: "accepted", id: "x" }], paging: {} } },
      expect({ path, query }) {
        expect(path).toBe("/v3/mg.haff.example/events");
        expect(Object.fromEntries(query)).toEqual({ "message-id": "sb-k57queue@haff.example", limit: "1" });
      },
      found: { providerMessageId: "sb-k57queue@haff.example" },
    },
  ],
});

const SIGNING_KEY = "geheim-signing-key";

function signed(payload: WebhookPayload, at: number) {
  if (typeof payload === "string" || payload instanceof Uint8Array) return post(payload, at);
  const timestamp = String(Math.floor(at / 1_000));
  const token = createHmac("sha256", "token").update(JSON.stringify(payload)).digest("hex").slice(0, 50);
  const signature = createHmac("sha256", SIGNING_KEY)
    .update(timestamp + token)
    .digest("hex");
  return post({ signature: { timestamp, token, signature }, ...payload }, at);
}

const event = (fields: object) => ({
  "event-data": {
    id: `id-${JSON.stringify(fields)}`,
    timestamp: AT / 1_000 - 59.5,
    recipient: "max@example.org",
    "log-level": "info",
    message: { headers: { "message-id": "sb-k57queue@haff.example", to: "max@example.org" }, size: 200 },
    "user-variables": { switchboard_key: "k57queue:1" },
    tags: [],
    ...fields,
  },
});
const sample = (name: string, fields: object, status: object) => {
  const payload = event(fields);
  const common = {
    providerMessageId: "sb-k57queue@haff.example",
    reference: "k57queue:1",
    eventId: payload["event-data"].id,
    at: AT - 59_500,
    address: "max@example.org",
  };
  return { name, payload, statuses: [{ ...common, ...status } as never] };
};
const permanent = (reason: string, kind: string, errorClass: string, status: object = {}) =>
  sample(
    `failed for good: ${reason} ${JSON.stringify(status)}`,
    {
      event: "failed",
      severity: "permanent",
      reason,
      "delivery-status": { code: 550, message: "5.1.1 user unknown", "enhanced-code": "5.1.1", ...status },
    },
    { kind, failure: { class: errorClass, code: "550 5.1.1", reason: "5.1.1 user unknown" } },
  );
const client = (bot: string) => ({ "client-info": { "user-agent": "Mozilla/5.0", bot }, ip: "203.0.113.9" });
const visit = { userAgent: "Mozilla/5.0", ip: "203.0.113.9" };

type Signed = { signature: Record<string, string> };
const changed =
  (change: (signature: Record<string, string>) => Record<string, string>) => (request: { body: Uint8Array }) => {
    const body = JSON.parse(new TextDecoder().decode(request.body)) as Signed;
    return post({ ...body, signature: change(body.signature) }, AT);
  };

testWebhook({
  provider: "mailgun",
  account: { settings: {}, secrets: { webhookSigningKey: SIGNING_KEY } },
  request: signed,
  samples: [
    sample("accepted", { event: "accepted" }, { kind: "queued" }),
    sample("delivered", { event: "delivered", "delivery-status": { code: 250 } }, { kind: "delivered" }),
    sample(
      "failed for now",
      {
        event: "failed",
        severity: "temporary",
        reason: "generic",
        "delivery-status": { code: 421, "enhanced-code": "4.2.2", description: "mailbox full" },
      },
      { kind: "sent", isTransient: true, failure: { class: "transient", code: "421 4.2.2", reason: "mailbox full" } },
    ),
    permanent("bounce", "bounced", "invalid_address", { "bounce-type": "hard" }),
    permanent("bounce", "bounced", "permanent", { "bounce-type": "soft" }),
    permanent("suppress-bounce", "bounced", "invalid_address"),
    permanent("suppress-complaint", "failed", "opted_out"),
    permanent("suppress-unsubscribe", "failed", "opted_out"),
    permanent("generic", "failed", "permanent"),
    permanent("espblock", "failed", "permanent"),
    permanent("old", "failed", "permanent"),
    sample(
      "rejected",
      { event: "rejected", reject: { reason: "Sandbox subdomains are for test purposes only." } },
      {
        kind: "failed",
        failure: { class: "config", code: "rejected", reason: "Sandbox subdomains are for test purposes only." },
      },
    ),
    sample("opened", { event: "opened", ...client("") }, { kind: "opened", isMachine: false, ...visit }),
    sample(
      "opened by a machine",
      { event: "opened", ...client("apple") },
      { kind: "opened", isMachine: true, ...visit },
    ),
    sample(
      "clicked",
      { event: "clicked", url: "https://haff.example/", ...client("") },
      { kind: "clicked", isMachine: false, url: "https://haff.example/", ...visit },
    ),
    {
      name: "a mail was stored",
      payload: event({ event: "stored", storage: { key: "BAABAA", url: "https://se.api.mailgun.net/v3/m/BAABAA" } }),
      mails: [{ url: "https://se.api.mailgun.net/v3/m/BAABAA" }],
    },
    sample("unsubscribed", { event: "unsubscribed" }, { kind: "unsubscribed" }),
    sample("complained", { event: "complained" }, { kind: "complained" }),
  ],
  unknown: [event({ event: "stored" }), event({ event: "list_member_uploaded" })],
  malformed: ["not json", "", "[]", "{}", { "event-data": "text" }],
  signature: {
    headers: [],
    coversBody: false,
    toleranceMs: 300_000,
    keys: ["webhookSigningKey"],
    forged: [
      { name: "another token", change: changed((signature) => ({ ...signature, token: `${signature.token}x` })) },
      { name: "another time", change: changed((signature) => ({ ...signature, timestamp: String(AT / 1_000 - 1) })) },
      // Without a separator, digits could wander from the one to the other.
      {
        name: "a digit moved from the time to the token",
        change: changed(({ timestamp = "", token = "", ...rest }) => ({
          ...rest,
          timestamp: timestamp.slice(0, -1),
          token: timestamp.slice(-1) + token,
        })),
      },
      { name: "no signature", change: () => post(event({ event: "complained" }), AT) },
      ...["", "zz", "00"].map((signature) => ({
        name: `the signature "${signature}"`,
        change: changed((all) => ({ ...all, signature })),
      })),
      { name: "no JSON", change: () => post("nothing", AT) },
    ],
  },
});

it("names a repeated token, whatever was put under it", () => {
  const request = signed(event({ event: "delivered" }), AT);
  const body = JSON.parse(new TextDecoder().decode(request.body)) as Signed;
  const other = post({ ...body, ...event({ event: "complained" }) }, AT);
  expect(mailgunWebhook.dedupeKey?.(request)).toBe(body.signature.token);
  expect(mailgunWebhook.dedupeKey?.(other)).toBe(body.signature.token);
  expect(mailgunWebhook.dedupeKey?.(post("nothing", AT))).toBeNull();
});

describe("a route's form", () => {
  const account = { settings: {}, secrets: { webhookSigningKey: SIGNING_KEY } };
  const form = (fields: Record<string, string>, key = SIGNING_KEY) => {
    const timestamp = String(AT / 1_000);
    const token = "a".repeat(50);
    const signature = createHmac("sha256", key)
      .update(timestamp + token)
      .digest("hex");
    const body = new URLSearchParams({ timestamp, token, signature, ...fields }).toString();
    return post(body, AT, { "content-type": "application/x-www-form-urlencoded" });
  };
  const mail = { recipient: "info@haff.example", from: "max@example.org", "body-plain": "Hallo" };

  it("with a mail is proved by its own fields and read as a mail", async () => {
    const request = form(mail);
    expect(await mailgunWebhook.verify(request, account)).toBe(true);
    expect(mailgunWebhook.mail?.kindOf(request)).toBe("email_mailgun");
    expect(mailgunWebhook.dedupeKey?.(request)).toBe("a".repeat(50));
    expect(await mailgunWebhook.verify(form(mail, "another key"), account)).toBe(false);
    expect(await mailgunWebhook.verify(form({ ...mail, token: "other" }), account)).toBe(false);
    expect(await mailgunWebhook.verify({ ...request, receivedAt: AT + 302_000 }, account)).toBe(false);
  });

  it("that only names a stored mail says where it is", () => {
    const url = "https://se.api.mailgun.net/v3/domains/m/messages/BAABAA";
    const request = form({ ...mail, "message-url": url });
    expect(mailgunWebhook.mail?.kindOf(request)).toBeNull();
    expect(mailgunWebhook.read(request)).toEqual({
      statuses: [],
      inbound: [],
      mails: [{ url, recipients: ["info@haff.example"] }],
    });
  });
});
