import { describe, expect, it } from "vitest";
import { headersOfSource, senderChecks, senderProof } from "./source";

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

describe("senderProof", () => {
  const proof = (results: string) =>
    senderProof([{ name: "Authentication-Results", value: `mx.example; ${results}` }], "jana@haff.example");

  it("is DMARC, or a signature of the sender's own domain", () => {
    expect(proof("dmarc=pass; spf=fail")).toBe("pass");
    expect(proof("dkim=pass header.d=haff.example")).toBe("pass");
    expect(proof("dkim=pass header.i=@x header.d=Haff.example; dmarc=none")).toBe("pass");
  });

  it("is no SPF, no foreign signature, no comment and nothing against DMARC", () => {
    expect(proof("spf=pass smtp.mailfrom=haff.example")).toBe("none");
    expect(proof("dkim=pass header.d=evil.example")).toBe("none");
    expect(proof("dkim=none (dkim=pass header.d=haff.example)")).toBe("none");
    expect(proof("dkim=pass header.d=haff.example; dmarc=fail")).toBe("fail");
    expect(proof("spf=fail")).toBe("fail");
    expect(senderProof([], "jana@haff.example")).toBe("none");
  });
});
