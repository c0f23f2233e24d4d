import { describe, expect, it } from "vitest";
import { headersOfSource, senderChecks } from "./source";

const source = (lines: string[]) => [...lines, "", "From: not a header", "Body"].join("\r\n");

describe("headersOfSource", () => {
  it("unfolds lines, reads encoded words and stops where the words begin", () => {
    expect(
      headersOfSource(
        source(["Subject: =?utf-8?B?R3LDvMOfZQ==?=", "References: <a@x>", "\t<b@x>", "broken line", "To: a@b"]),
      ),
    ).toEqual([
      { name: "Subject", value: "Grüße" },
      { name: "References", value: "<a@x> <b@x>" },
      { name: "To", value: "a@b" },
    ]);
  });

  it("of a mail that ends in its headers, or has none", () => {
    expect(headersOfSource("\r\nFrom: a@b")).toEqual([{ name: "From", value: "a@b" }]);
    expect(headersOfSource("")).toEqual([]);
  });
});

describe("senderChecks", () => {
  const checks = (...lines: string[]) => senderChecks(headersOfSource(source(lines)));

  it("reads the server that took the mail in last, and no comment", () => {
    expect(
      checks(
        "Authentication-Results: mx.haff.example; spf=softfail (dmarc=pass smtp.mailfrom=x); dkim=pass header.d=x; dmarc=fail",
        "Authentication-Results: forged.example; dmarc=pass; spf=pass",
      ),
    ).toEqual([
      { method: "spf", result: "softfail" },
      { method: "dkim", result: "pass" },
      { method: "dmarc", result: "fail" },
    ]);
  });

  it("takes SPF from its own header where nothing else says it", () => {
    expect(checks("Received-SPF: Pass (mx: domain of x designates 1.2.3.4) receiver=dmarc=pass")).toEqual([
      { method: "spf", result: "pass" },
    ]);
    expect(checks("X-Other: dkim=pass")).toEqual([]);
  });
});
