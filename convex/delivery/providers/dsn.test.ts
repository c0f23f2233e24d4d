import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportsIn, type ReportMail } from "./dsn";
import { keyOfToken, tokenOfKey } from "./reference";
import { keyInReturnPath, returnPath } from "./verp";

const NOW = Date.UTC(2026, 10, 20, 10, 0, 0);
const KEY = "k57abcdefghjkmnpqrstvwxyz0123456:1";
const TOKEN = tokenOfKey(KEY);

const part = (contentType: string, ...lines: string[]) => ({
  contentType,
  bytes: new TextEncoder().encode(lines.join("\r\n")),
});
const mail = (attachments: ReportMail["attachments"], more: Partial<ReportMail> = {}): ReportMail => ({
  attachments,
  plusTokens: [],
  inReplyTo: [],
  references: [],
  ...more,
});
const ORIGINAL = part("text/rfc822-headers", "From: info@haff.example", "Message-ID: <sb-1@haff.example>", "");
const dsn = (recipient: string[], more: Partial<ReportMail> = {}, perMessage: string[] = []) =>
  reportsIn(
    mail(
      [
        part("message/delivery-status", "Reporting-MTA: dns; mx.example", ...perMessage, "", ...recipient, ""),
        ORIGINAL,
      ],
      more,
    ),
    NOW,
  );
const failed = (status: string, diagnostic: string) =>
  dsn([
    "Final-Recipient: rfc822; max@example.org",
    "Action: failed",
    `Status: ${status}`,
    ...(diagnostic === "" ? [] : [`Diagnostic-Code: ${diagnostic}`]),
  ])[0];

describe("a delivery status notification", () => {
  // The rows of the table in providers.md section 2, as remote servers say them.
  it.each([
    ["5.1.1", "smtp; 550 5.1.1 user unknown", "invalid_address"],
    ["5.1.1", "", "invalid_address"],
    ["5.1.2", "smtp; 550 Host unknown", "invalid_address"],
    ["5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound", "invalid_address"],
    ["5.0.0", "smtp; 550 No such user here", "invalid_address"],
    ["5.0.0", 'X-Postfix; unknown user: "max"', "invalid_address"],
    ["5.2.2", "smtp; 552 5.2.2 mailbox full", "transient"],
    ["4.4.7", "smtp; 451 4.4.7 delivery time expired", "transient"],
    ["4.7.0", "smtp; 421 4.7.0 rate limited", "transient"],
    ["5.3.4", "smtp; 552 5.3.4 too big", "permanent"],
    ["5.7.1", "smtp; 554 5.7.1 looks like spam", "permanent"],
    ["5.7.26", "smtp; 550 5.7.26 unauthenticated", "config"],
    ["5.7.1", "smtp; 550 5.7.1 DMARC policy", "config"],
    ["5.1.8", "smtp; 501 5.1.8 bad sender address", "permanent"],
    ["5.0.0 (undefined status)", "", "permanent"],
  ])("%s %s is %s", (status, diagnostic, expected) => {
    expect(failed(status, diagnostic)).toMatchObject({
      kind: "bounced",
      failure: { class: expected },
      address: "max@example.org",
      providerMessageId: "sb-1@haff.example",
      at: NOW,
    });
  });

  it("keeps the server's code and words", () => {
    expect(failed("5.1.1", "smtp; 550 5.1.1 <max@example.org>: user unknown")?.failure).toEqual({
      class: "invalid_address",
      code: "5.1.1",
      reason: "550 5.1.1 <max@example.org>: user unknown",
    });
  });

  it("knows our key from the return path, else from the envelope id", () => {
    const recipient = ["Final-Recipient: rfc822; max@example.org", "Action: failed", "Status: 5.1.1"];
    expect(dsn(recipient, { plusTokens: ["abc", TOKEN] })[0]?.reference).toBe(KEY);
    expect(dsn(recipient, {}, [`Original-Envelope-Id: ${TOKEN.toUpperCase()}`])[0]?.reference).toBe(KEY);
    expect(dsn(recipient, { plusTokens: ["k7f3m2q9x8w5v4t6"] })[0]?.reference).toBeUndefined();
  });

  it("reads folded lines, comments, xtext, dates and several recipients", () => {
    const reports = dsn([
      "Original-Recipient: rfc822;Max+2BSegeln@Example.org",
      "Final-Recipient: rfc822;other@example.net",
      "Action: failed (for good)",
      "Status: 5.1.1 (Bad destination mailbox address)",
      "Last-Attempt-Date: Fri, 20 Nov 2026 09:58:00 +0000",
      "Diagnostic-Code: smtp; 550-5.1.1 The email account",
      "    550 5.1.1 does not exist",
      "",
      "Final-Recipient: rfc822; anna@example.org",
      "Action: delayed",
      "Status: 4.2.2",
      "Will-Retry-Until: Sat, 21 Nov 2026 09:58:00 +0000",
      "",
      "Final-Recipient: rfc822; bea@example.org",
      "Action: delivered",
      "Status: 2.1.5",
    ]);
    expect(reports).toMatchObject([
      {
        kind: "bounced",
        address: "max+segeln@example.org",
        at: Date.parse("2026-11-20T09:58:00Z"),
        failure: { class: "invalid_address", reason: "550-5.1.1 The email account 550 5.1.1 does not exist" },
      },
      { kind: "sent", isTransient: true, address: "anna@example.org", failure: { class: "transient", code: "4.2.2" } },
      { kind: "delivered", address: "bea@example.org" },
    ]);
  });

  it.each([
    ["relayed", "sent"],
    ["expanded", "sent"],
    ["Delivered", "delivered"],
  ])("%s is %s", (action, kind) => {
    expect(dsn([`Final-Recipient: rfc822; a@b.c`, `Action: ${action}`])).toMatchObject([{ kind }]);
  });

  it("in one group without an empty line is read as well", () => {
    const text = part(
      "message/delivery-status",
      "Reporting-MTA: dns; mx",
      "Final-Recipient: rfc822; a@b.c",
      "Action: failed",
      "Status: 5.1.1",
    );
    expect(reportsIn(mail([text]), NOW)).toMatchObject([{ kind: "bounced", address: "a@b.c" }]);
  });

  it("finds the Message-ID in a whole returned mail, or in what the report answers", () => {
    const status = part(
      "message/delivery-status",
      "",
      "Final-Recipient: rfc822; a@b.c",
      "Action: failed",
      "Status: 5.1.1",
    );
    const whole = part(
      "message/rfc822",
      "Received: x",
      "Message-Id:",
      "\t<sb-9@haff.example>",
      "",
      "Message-ID: <body@x>",
    );
    expect(reportsIn(mail([status, whole]), NOW)[0]?.providerMessageId).toBe("sb-9@haff.example");
    expect(reportsIn(mail([status], { inReplyTo: ["a@b"] }), NOW)[0]?.providerMessageId).toBe("a@b");
    expect(reportsIn(mail([status], { references: ["a@b", "c@d"] }), NOW)[0]?.providerMessageId).toBe("c@d");
  });

  it("says nothing about what it cannot mean", () => {
    expect(dsn(["Action: failed (", "Status: 5.1.1"])).toMatchObject([{ kind: "bounced", address: undefined }]);
    expect(dsn(["Final-Recipient: rfc822; a@b.c", "Action: exploded"])).toEqual([]);
    expect(dsn([])).toEqual([]);
    expect(reportsIn(mail([part("text/plain", "Action: failed")]), NOW)).toEqual([]);
    expect(reportsIn(mail([part("message/delivery-status", "")]), NOW)).toEqual([]);
  });

  it("is bounded, whatever it says", () => {
    const recipients = Array.from({ length: 500 }, (_, i) => [
      `Final-Recipient: rfc822; ${i}@b.c`,
      "Action: failed",
      "",
    ]);
    expect(dsn(recipients.flat())).toHaveLength(20);
  });

  it("never fails on rubbish", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.string(), { maxLength: 3 }), (bytes, plusTokens) => {
        for (const contentType of ["message/delivery-status", "message/feedback-report"]) {
          expect(Array.isArray(reportsIn(mail([{ contentType, bytes }], { plusTokens }), NOW))).toBe(true);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe("a complaint of a feedback loop", () => {
  const arf = (fields: string[], more: Partial<ReportMail> = {}, original = ORIGINAL) =>
    reportsIn(
      mail([part("message/feedback-report", "User-Agent: FBL/1.0", "Version: 1", ...fields, ""), original], more),
      NOW,
    );

  it("names message, address and time", () => {
    const fields = [
      "Feedback-Type: abuse",
      `Original-Mail-From: <bounce+${TOKEN}@haff.example>`,
      "Original-Rcpt-To: <Max@example.org>",
      "Arrival-Date: Fri, 20 Nov 2026 09:00:00 +0000",
    ];
    expect(arf(fields)).toEqual([
      {
        kind: "complained",
        reference: KEY,
        providerMessageId: "sb-1@haff.example",
        address: "max@example.org",
        at: Date.parse("2026-11-20T09:00:00Z"),
      },
    ]);
  });

  it("is understood when the address is left out", () => {
    const original = part(
      "message/rfc822",
      `Return-Path: <bounce+${TOKEN}@haff.example>`,
      "To: Max <max@example.org>",
      "",
      "Hallo",
    );
    expect(arf(["Feedback-Type: abuse"], {}, original)).toMatchObject([
      { reference: KEY, address: "max@example.org", at: NOW },
    ]);
    expect(arf(["Feedback-Type: abuse"])).toMatchObject([{ reference: undefined, address: undefined }]);
  });

  it.each([
    ["fraud", "complained"],
    ["virus", "complained"],
    ["opt-out", "unsubscribed"],
  ])("%s is %s", (type, kind) => expect(arf([`Feedback-Type: ${type}`])).toMatchObject([{ kind }]));

  it.each(["not-spam", "auth-failure", "dmarc", "other", ""])("%s is none", (type) => {
    expect(arf([`Feedback-Type: ${type}`])).toEqual([]);
  });
});

describe("keys on return paths", () => {
  it("come back as they went, through every provider's letters and servers that fold case", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }), (key) => {
        expect(keyOfToken(tokenOfKey(key))).toBe(key);
        expect(tokenOfKey(key)).toMatch(/^[a-z0-9_]+$/);
        const short = Array.from(key).slice(0, 3).join("");
        expect(keyInReturnPath(returnPath("b@haff.example", short).toUpperCase())).toBe(short);
      }),
      { seed: 3, numRuns: 300 },
    );
    expect(keyInReturnPath(returnPath("bounce@haff.example", KEY).toUpperCase())).toBe(KEY);
  });

  it("leave an address alone that would grow too long", () => {
    expect(returnPath(`${"b".repeat(40)}@haff.example`, KEY)).toBe(`${"b".repeat(40)}@haff.example`);
    expect(returnPath("nonsense", KEY)).toBe("nonsense");
    for (const address of [undefined, "", "bounce@haff.example", "bounce+@haff.example", "bounce+a b@haff.example"]) {
      expect(keyInReturnPath(address)).toBeUndefined();
    }
  });
});
