import { afterEach, describe, expect, it, vi } from "vitest";
import { postmarkWebhook } from "../../convex/delivery/providers/postmarkWebhook";
import { AT, COPIES, EMAIL } from "./samples.ts";
import { jsonOf } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { post, testWebhook } from "./webhook-suite.ts";

// providers.md section 6.

const ID = "b7bc2f4a-e38e-4336-af7d-e6c392c2f817";
const refusal = (ErrorCode: number, Message: string, status = 422) => ({ status, body: { ErrorCode, Message } });
const row = (code: number, expected: ErrorRow["class"], message: string, status = 422): ErrorRow => ({
  name: `${code} ${message}`,
  answer: refusal(code, message, status),
  class: expected,
  code: String(code),
});

testAdapter({
  provider: "postmark",
  account: (url) => ({ settings: { baseUrl: url }, secrets: { serverToken: "geheim-server-token" } }),
  message: EMAIL,
  accepts: {
    body: { To: "max@example.org", SubmittedAt: "2026-11-20T10:00:01.1Z", MessageID: ID, ErrorCode: 0, Message: "OK" },
  },
  accepted: { providerMessageId: ID },
  requests: [
    {
      name: "says everything the published way",
      schema: { file: "postmark-email", read: jsonOf },
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/email" });
        expect(request.headers).toMatchObject({
          "x-postmark-server-token": "geheim-server-token",
          accept: "application/json",
          "content-type": "application/json",
        });
        expect(jsonOf(request)).toEqual({
          From: '"Segelschule Haff" <info@haff.example>',
          To: '"Max Müßig, Kapitän" <max@example.org>',
          ReplyTo: "reply+abc@haff.example",
          Subject: "Größe 5 – Ahoi ⛵",
          TextBody: EMAIL.text,
          HtmlBody: EMAIL.html,
          MessageStream: "outbound",
          Headers: [
            ...Object.entries(EMAIL.headers).map(([Name, Value]) => ({ Name, Value })),
            { Name: "Message-ID", Value: "<sb-k57queue@haff.example>" },
            { Name: "In-Reply-To", Value: "<theirs@mail.example>" },
            { Name: "References", Value: "<first@mail.example> <theirs@mail.example>" },
            { Name: "X-PM-KeepID", Value: "true" },
          ],
          Metadata: { switchboard_key: "k57queue:1" },
          TrackOpens: false,
          TrackLinks: "None",
          Attachments: [
            { Name: "Törnplan.txt", Content: btoa("Ahoi \xe2\x9b\xb5"), ContentType: "text/plain" },
            {
              Name: "logo.png",
              Content: expect.stringMatching(/^iVBORw0KGgo/) as string,
              ContentType: "image/png",
              ContentID: "cid:logo",
            },
          ],
        });
      },
    },
    {
      name: "goes out through the connection's stream",
      settings: { messageStream: "broadcasts" },
      schema: { file: "postmark-email", read: jsonOf },
      expect: (request) => expect(jsonOf(request)).toMatchObject({ MessageStream: "broadcasts" }),
    },
    {
      name: "a key too long for metadata is left away rather than cut",
      message: { idempotencyKey: "k".repeat(81) },
      schema: { file: "postmark-email", read: jsonOf },
      expect: (request) => expect(jsonOf(request)).not.toHaveProperty("Metadata"),
    },
    {
      name: "a long thread keeps its first and its newest messages",
      message: { references: Array.from({ length: 200 }, (_, i) => `${i}.abcdefghij@mail.example`) },
      schema: { file: "postmark-email", read: jsonOf },
      expect(request) {
        const { Headers } = jsonOf(request) as { Headers: { Name: string; Value: string }[] };
        const references = Headers.find(({ Name }) => Name === "References")?.Value ?? "";
        expect(references.length).toBeLessThan(920);
        expect(references).toMatch(/^<0\.abcdefghij@mail\.example> <1\d\d\.\S+> .* <199\.abcdefghij@mail\.example>$/);
      },
    },
    {
      name: "names everybody who gets a copy",
      message: { copies: COPIES },
      schema: { file: "postmark-email", read: jsonOf },
      expect: (request) =>
        expect(jsonOf(request)).toMatchObject({
          To: '"Max Müßig, Kapitän" <max@example.org>, eva@example.org',
          Cc: "chef@example.org, buero@example.org",
          Bcc: "archiv@haff.example",
        }),
    },
  ],
  errors: [
    row(10, "config", "The Server Token you provided is missing or invalid.", 401),
    row(300, "permanent", "Zero recipients specified and no body."),
    row(300, "invalid_address", "Invalid 'To' address: 'max@'."),
    row(300, "invalid_address", "Error parsing 'To': Illegal email address 'max@'. It must contain the '@' symbol."),
    row(300, "config", "Invalid 'From' address: 'haff'."),
    row(400, "config", "The 'From' address you supplied is not a Sender Signature on your account."),
    row(401, "config", "The sender signature is not confirmed."),
    row(402, "permanent", "Invalid JSON"),
    { ...row(405, "config", "Not allowed to send: out of credits."), retryAfterMs: 3_600_000 },
    row(406, "opted_out", "You tried to send to recipient(s) that have been marked as inactive."),
    row(411, "permanent", "You tried to send an attachment with a forbidden extension."),
    row(412, "config", "Account is pending approval."),
    row(413, "config", "Account may not send."),
    row(1235, "config", "The message stream does not exist."),
    row(999, "permanent", "A code nobody has seen"),
    { name: "413 payload too large", answer: { status: 413, body: "" }, class: "permanent", code: "413" },
    {
      name: "429",
      answer: { status: 429, body: { ErrorCode: 0, Message: "Rate limit exceeded" } },
      class: "rate_limited",
    },
    { name: "500", answer: { status: 500, body: { ErrorCode: 0, Message: "Internal" } }, class: "transient" },
    { name: "503", answer: { status: 503, body: "" }, class: "transient" },
  ],
  refusedWithSuccess: [
    {
      name: "200 with an error code inside",
      answer: refusal(406, "inactive", 200),
      class: "opted_out",
      code: "406",
    },
    { name: "200 with an unknown error code inside", answer: refusal(998, "?", 200), class: "permanent", code: "998" },
  ],
  check: {
    path: "/server",
    ok: { body: { ID: 1, Name: "Haff" } },
    refused: [row(10, "config", "bad token", 401)],
  },
  find: [
    {
      name: "finds the message by our key",
      answer: { body: { TotalCount: 1, Messages: [{ MessageID: ID, Status: "Sent" }] } },
      expect({ path, query }) {
        expect(path).toBe("/messages/outbound");
        expect(Object.fromEntries(query)).toEqual({ count: "1", offset: "0", metadata_switchboard_key: "k57queue:1" });
      },
      found: { providerMessageId: ID },
    },
  ],
});

describe("find", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const find = async (now: number, answer: Response | Error) => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    vi.stubGlobal("fetch", () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));
    const { postmarkAdapter } = await import("../../convex/delivery/providers/postmark");
    const ctx = { runMutation: () => Promise.reject(new Error("none")) };
    return await postmarkAdapter({ ctx, settings: {}, secrets: {} }).find?.(EMAIL);
  };
  const none = () => Response.json({ TotalCount: 0, Messages: [] });

  it("knows nothing right after the send, and that it is not there later", async () => {
    await expect(find(AT + 60_000, none())).rejects.toThrow("too early");
    expect(await find(AT + 3_600_000, none())).toBeNull();
  });

  it("never takes a failed question for a no", async () => {
    await expect(find(AT + 3_600_000, new Response("", { status: 500 }))).rejects.toThrow("could not be asked");
    await expect(find(AT + 3_600_000, new TypeError("fetch failed"))).rejects.toThrow("could not be asked");
  });
});

const COMMON = {
  MessageID: ID,
  ServerID: 23,
  MessageStream: "outbound",
  Tag: "",
  Metadata: { switchboard_key: "k57queue:1" },
};
const EXPECTED = { providerMessageId: ID, reference: "k57queue:1", address: "max@example.org", eventId: undefined };
const TIME = "2026-11-20T09:59:30.0000000Z";
const TIME_MS = Date.parse(TIME);

let bounceId = 4323372036854775000;
const bounce = (Type: string, TypeCode: number, fields: object, status: object | null) => {
  const ID_ = (bounceId += 1_000);
  const payload = {
    ...COMMON,
    RecordType: "Bounce",
    ID: ID_,
    Type,
    TypeCode,
    Name: Type,
    Description: "The server said no.",
    Details: "smtp;550 5.1.1 user unknown",
    Email: "max@example.org",
    From: "info@haff.example",
    BouncedAt: TIME,
    DumpAvailable: true,
    Inactive: false,
    CanActivate: true,
    Subject: "Ahoi",
    ...fields,
  };
  const report = { ...EXPECTED, eventId: `Bounce:${ID_}`, at: TIME_MS, kind: "bounced", ...status };
  return { name: `bounce ${Type}`, payload, statuses: status === null ? [] : [report as never] };
};
const failed = (errorClass: string, code: string) => ({
  failure: { class: errorClass, code, reason: "smtp;550 5.1.1 user unknown" },
});
const soft = (code: string) => ({ isTransient: true, ...failed("transient", code) });
const visit = { UserAgent: "Mozilla/5.0", Geo: { IP: "203.0.113.9" } };

testWebhook({
  provider: "postmark",
  account: { settings: {}, secrets: {} },
  request: (payload, at) => post(payload, at),
  samples: [
    {
      name: "delivery",
      payload: {
        ...COMMON,
        RecordType: "Delivery",
        Recipient: "max@example.org",
        DeliveredAt: TIME,
        Details: "250 ok",
      },
      statuses: [{ ...EXPECTED, kind: "delivered", at: TIME_MS }],
    },
    bounce("HardBounce", 1, { Inactive: true }, failed("invalid_address", "HardBounce")),
    bounce("BadEmailAddress", 100_000, { Inactive: true }, failed("invalid_address", "BadEmailAddress")),
    bounce("ManuallyDeactivated", 100_002, { Inactive: true }, failed("opted_out", "ManuallyDeactivated")),
    bounce("Unsubscribe", 16, {}, failed("opted_out", "Unsubscribe")),
    bounce("SpamNotification", 512, {}, failed("opted_out", "SpamNotification")),
    bounce("SMTPApiError", 100_007, {}, failed("permanent", "SMTPApiError")),
    bounce("Blocked", 100_006, {}, failed("permanent", "Blocked")),
    bounce("Blocked", 100_006, { Inactive: true }, failed("invalid_address", "Blocked")),
    bounce("DMARCPolicy", 100_009, {}, failed("permanent", "DMARCPolicy")),
    bounce("SoftBounce", 4_096, {}, soft("SoftBounce")),
    bounce("Transient", 2, {}, soft("Transient")),
    bounce("DnsError", 256, {}, soft("DnsError")),
    bounce("AddressChange", 128, {}, soft("AddressChange")),
    bounce("AutoResponder", 64, {}, null),
    {
      name: "complaint",
      payload: {
        ...COMMON,
        RecordType: "SpamComplaint",
        ID: 42,
        Type: "SpamComplaint",
        Email: "max@example.org",
        BouncedAt: TIME,
      },
      statuses: [{ ...EXPECTED, eventId: "SpamComplaint:42", kind: "complained", at: TIME_MS }],
    },
    {
      name: "open",
      payload: {
        ...COMMON,
        RecordType: "Open",
        FirstOpen: true,
        Recipient: "max@example.org",
        ReceivedAt: TIME,
        ...visit,
      },
      statuses: [{ ...EXPECTED, kind: "opened", at: TIME_MS, userAgent: "Mozilla/5.0", ip: "203.0.113.9" }],
    },
    {
      name: "click",
      payload: {
        ...COMMON,
        RecordType: "Click",
        OriginalLink: "https://haff.example/",
        Recipient: "max@example.org",
        ReceivedAt: TIME,
        ...visit,
      },
      statuses: [
        {
          ...EXPECTED,
          kind: "clicked",
          url: "https://haff.example/",
          at: TIME_MS,
          userAgent: "Mozilla/5.0",
          ip: "203.0.113.9",
        },
      ],
    },
    {
      name: "a suppression by the person",
      payload: {
        ...COMMON,
        RecordType: "SubscriptionChange",
        MessageID: "00000000-0000-0000-0000-000000000000",
        Metadata: {},
        Recipient: "max@example.org",
        ChangedAt: TIME,
        Origin: "Recipient",
        SuppressSending: true,
        SuppressionReason: "ManualSuppression",
      },
      statuses: [{ kind: "unsubscribed", address: "max@example.org", at: TIME_MS }],
    },
  ],
  unknown: [
    { RecordType: "Inbound" },
    { ...COMMON, RecordType: "SubscriptionChange", SuppressSending: true, SuppressionReason: "HardBounce" },
    { ...COMMON, RecordType: "SubscriptionChange", SuppressSending: false, SuppressionReason: null },
  ],
  malformed: ["not json", "", "[]", "{}", '"text"'],
  signature: null,
});

describe("the password of Postmark's webhooks", () => {
  const verify = (authorization: string | undefined) =>
    postmarkWebhook.verify(
      { ...post({ RecordType: "Open" }, AT), headers: authorization === undefined ? {} : { authorization } },
      { settings: {}, secrets: { webhookPassword: "geheim:42" } },
    );

  it("is asked for when the account has one", async () => {
    expect(await verify(`Basic ${btoa("postmark:geheim:42")}`)).toBe(true);
    for (const wrong of [
      undefined,
      "",
      "Bearer geheim:42",
      `Basic ${btoa("postmark:geheim")}`,
      `Basic ${btoa("geheim:42")}`,
      "Basic %",
    ]) {
      expect(await verify(wrong), wrong).toBe(false);
    }
  });
});
