import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { rawEmail, replySubject } from "./mime";

const mail = {
  from: { address: "max@example.org", name: "Max Muster" },
  to: "info@haff.example",
  subject: "Hallo",
  text: "Guten Tag",
  messageId: "1@device",
  references: [],
  at: Date.UTC(2026, 4, 12, 10, 0, 0),
};

describe("rawEmail", () => {
  it("keeps every subject, name and text, as an independent parser reads them", async () => {
    const line = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 80 })
      .map((text) => text.replace(/\s+/g, " ").trim());
    await fc.assert(
      fc.asyncProperty(line, line, fc.string({ unit: "grapheme", maxLength: 500 }), async (subject, name, text) => {
        const parsed = await PostalMime.parse(rawEmail({ ...mail, subject, text, from: { ...mail.from, name } }));
        expect(parsed.subject ?? "").toBe(subject);
        expect(parsed.from?.address).toBe("max@example.org");
        expect((parsed.text ?? "").replace(/\n$/, "")).toBe(text.replace(/\r\n/g, "\n").replace(/\n$/, ""));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("lets no value add a header", async () => {
    const parsed = await PostalMime.parse(
      rawEmail({ ...mail, subject: "a\r\nBcc: x@example.org", to: "b@c.example\nX: y" }),
    );
    expect(parsed.headers.map(({ key }) => key)).not.toContain("bcc");
    expect(parsed.headers.map(({ key }) => key)).not.toContain("x");
  });

  it("dates it in UTC", () => expect(rawEmail(mail)).toContain("Date: Tue, 12 May 2026 10:00:00 +0000"));
});

describe("replySubject", () => {
  it.each([
    ["Hallo", "Re: Hallo"],
    ["Re: Hallo", "Re: Hallo"],
    ["AW: Re:  WG: Hallo", "Re: Hallo"],
    ["", "Re:"],
  ])("%j becomes %j", (subject, expected) => expect(replySubject(subject)).toBe(expected));
});
