import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signedHeaders } from "../../convex/delivery/providers/sesSign";
import { AT, COPIES, EMAIL } from "./samples.ts";
import { jsonOf, type RecordedRequest } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";

// providers.md section 5.

const ID = "010701931b2f7a4e-0f8b1d5e-7c1c-4b0e-9a55-000000000000-000000";
const refusal = (status: number, type: string, message: string) => ({
  status,
  headers: { "x-amzn-ErrorType": `${type}:http://internal.amazon.com/coral/com.amazonaws.services.simpleemail.v2/` },
  body: { message },
});
const row = (status: number, type: string, expected: ErrorRow["class"], message: string): ErrorRow => ({
  name: `${type}: ${message}`,
  answer: refusal(status, type, message),
  class: expected,
  code: type,
});

/** The signature, made again from what arrived. */
async function expectSigned(request: RecordedRequest): Promise<void> {
  const { headers, method, path, body } = request;
  const time = (headers["x-amz-date"] ?? "").replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const again = await signedHeaders({
    method,
    url: `http://${headers.host}${path}`,
    body: body.toString("utf8"),
    region: "eu-central-1",
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "geheim/SECRET+KEY",
    at: Date.parse(time),
  });
  expect(headers).toMatchObject(again);
  expect(headers["x-amz-content-sha256"]).toBe(createHash("sha256").update(body).digest("hex"));
}

testAdapter({
  provider: "ses",
  account: (url) => ({
    settings: { baseUrl: url, region: "eu-central-1", accessKeyId: "AKIDEXAMPLE", configurationSet: "hub-events" },
    secrets: { secretAccessKey: "geheim/SECRET+KEY" },
  }),
  message: EMAIL,
  accepts: { body: { MessageId: ID } },
  accepted: { providerMessageId: ID },
  requests: [
    {
      name: "says everything the published way, in ASCII where SES wants it, signed",
      schema: { file: "ses-send-email", read: jsonOf },
      async expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/v2/email/outbound-emails" });
        await expectSigned(request);
        const utf8 = (Data: string | undefined) => ({ Data, Charset: "UTF-8" });
        expect(jsonOf(request)).toEqual({
          FromEmailAddress: '"Segelschule Haff" <info@haff.example>',
          Destination: { ToAddresses: ["=?UTF-8?B?TWF4IE3DvMOfaWcsIEthcGl0w6Ru?= <max@example.org>"] },
          ReplyToAddresses: ["reply+abc@haff.example"],
          Content: {
            Simple: {
              Subject: utf8("Größe 5 – Ahoi ⛵"),
              Body: { Text: utf8(EMAIL.text), Html: utf8(EMAIL.html) },
              Headers: [
                ...Object.entries(EMAIL.headers).map(([Name, Value]) => ({ Name, Value })),
                { Name: "In-Reply-To", Value: "<theirs@mail.example>" },
                { Name: "References", Value: "<first@mail.example> <theirs@mail.example>" },
              ],
              Attachments: [
                {
                  RawContent: btoa("Ahoi \xe2\x9b\xb5"),
                  FileName: "Törnplan.txt",
                  ContentType: "text/plain",
                  ContentDisposition: "ATTACHMENT",
                  ContentTransferEncoding: "BASE64",
                },
                {
                  RawContent: expect.stringMatching(/^iVBORw0KGgo/) as string,
                  FileName: "logo.png",
                  ContentType: "image/png",
                  ContentDisposition: "INLINE",
                  ContentTransferEncoding: "BASE64",
                  ContentId: "logo",
                },
              ],
            },
          },
          EmailTags: [{ Name: "switchboard_key", Value: "k57queue_3a1" }],
          ConfigurationSetName: "hub-events",
        });
      },
    },
    {
      name: "a long name becomes several encoded words, a header with umlauts too",
      message: {
        to: { address: "max@example.org", name: "Süß ".repeat(30) },
        headers: { "X-Thema": "Größe" },
        html: undefined,
        attachments: [],
      },
      schema: { file: "ses-send-email", read: jsonOf },
      expect(request) {
        const { Destination } = jsonOf(request) as { Destination: { ToAddresses: string[] } };
        const words = Destination.ToAddresses[0]?.match(/=\?UTF-8\?B\?[^?]+\?=/g) ?? [];
        expect(words.length).toBeGreaterThan(2);
        for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
        const text = words.map((word) => Buffer.from(word.slice(10, -2), "base64").toString("utf8")).join("");
        expect(text).toBe("Süß ".repeat(30).trim());
      },
    },
    {
      name: "names everybody who gets a copy",
      message: { copies: COPIES },
      schema: { file: "ses-send-email", read: jsonOf },
      expect: (request) =>
        expect(jsonOf(request)).toMatchObject({
          Destination: {
            ToAddresses: [expect.stringContaining("max@example.org"), "eva@example.org"],
            CcAddresses: ["chef@example.org", "buero@example.org"],
            BccAddresses: ["archiv@haff.example"],
          },
        }),
    },
  ],
  errors: [
    row(400, "MessageRejected", "permanent", "Message contains a virus."),
    row(
      400,
      "MessageRejected",
      "config",
      "Email address is not verified. The following identities failed the check: x",
    ),
    row(400, "MailFromDomainNotVerifiedException", "config", "The MAIL FROM domain is not verified."),
    row(400, "AccountSuspendedException", "config", "The account is suspended."),
    row(400, "SendingPausedException", "config", "Sending is paused."),
    row(400, "LimitExceededException", "rate_limited", "Too many of something."),
    row(429, "TooManyRequestsException", "rate_limited", "Too many requests"),
    row(400, "ThrottlingException", "rate_limited", "Maximum sending rate exceeded."),
    { ...row(400, "ThrottlingException", "config", "Daily message quota exceeded."), retryAfterMs: 3_600_000 },
    { ...row(429, "TooManyRequestsException", "config", "Daily sending quota exceeded."), retryAfterMs: 3_600_000 },
    row(400, "BadRequestException", "permanent", "Missing required header 'From'."),
    row(400, "BadRequestException", "invalid_address", "Illegal address"),
    row(400, "BadRequestException", "invalid_address", "Missing final '@domain'"),
    row(404, "NotFoundException", "config", "Configuration set <hub-events> does not exist."),
    row(403, "SignatureDoesNotMatch", "config", "The request signature we calculated does not match."),
    row(403, "AccessDeniedException", "config", "User is not authorized to perform ses:SendEmail"),
    row(500, "InternalServiceErrorException", "transient", "Internal error"),
    row(503, "ServiceUnavailable", "transient", "Unavailable"),
    {
      name: "a type in the body only",
      answer: { status: 400, body: { __type: "com.amazonaws.sesv2#BadRequestException", Message: "bad" } },
      class: "permanent",
      code: "BadRequestException",
    },
  ],
  check: {
    path: "/v2/email/account",
    ok: {
      body: {
        SendingEnabled: true,
        EnforcementStatus: "HEALTHY",
        SendQuota: { Max24HourSend: 200, SentLast24Hours: 7 },
      },
    },
    refused: [
      row(403, "UnrecognizedClientException", "config", "The security token included in the request is invalid."),
      { name: "paused", answer: { body: { SendingEnabled: false } }, class: "config", code: "sending_paused" },
      {
        name: "shut down",
        answer: { body: { EnforcementStatus: "SHUTDOWN" } },
        class: "config",
        code: "sending_paused",
      },
      {
        name: "used up",
        answer: { body: { SendQuota: { Max24HourSend: 200, SentLast24Hours: 200 } } },
        class: "config",
        code: "quota",
        retryAfterMs: 3_600_000,
      },
    ],
  },
});

describe("Signature Version 4", () => {
  const request = {
    region: "eu-central-1",
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    at: AT,
  };
  const url = (path: string) => `https://email.eu-central-1.amazonaws.com${path}`;

  // Signatures made by @smithy/signature-v4, the signer of AWS's own SDK, for the same requests.
  it("agrees with AWS's SDK", async () => {
    const sent = await signedHeaders({
      ...request,
      method: "POST",
      url: url("/v2/email/outbound-emails"),
      body: '{"Subject":"Grüße ⛵"}',
    });
    expect(sent.authorization).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/eu-central-1/ses/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=c0f17c2bd70199d357d635799751103ab41e94e617db68fc4a0a2ae384bff07b",
    );
    const asked = await signedHeaders({ ...request, method: "GET", url: url("/v2/email/account"), body: "" });
    expect(asked.authorization).toContain("Signature=e054a8e1aba2b997569d2ff9ddf29540d60da9a9e74970b87c9dd7154937d6d8");
    expect(asked).not.toHaveProperty("host");
  });
});
