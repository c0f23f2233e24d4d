import { describe, expect, it } from "vitest";
import { headersOfSource } from "../email/source";
import { writtenOriginal } from "./written";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (source: string | Uint8Array | undefined) =>
  typeof source === "string" ? source : new TextDecoder().decode(source);

function form(fields: Record<string, string>): Uint8Array {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return bytes(`${parts.join("")}--B--\r\n`);
}

describe("writtenOriginal", () => {
  it("leaves raw mail alone, and what cannot be read", () => {
    expect(writtenOriginal("email_raw", bytes("From: a@b"))).toBeNull();
    expect(writtenOriginal("email_postmark", bytes("no JSON"))).toBeNull();
    expect(writtenOriginal("email_sendgrid", bytes("--B\r\ncut"))).toBeNull();
  });

  it("takes the whole mail out of a form", () => {
    const found = writtenOriginal("email_mailgun", form({ token: "geheim", "body-mime": "From: a@b\r\n\r\nHi" }));
    expect(found?.isMime).toBe(true);
    expect(textOf(found?.source)).toBe("From: a@b\r\n\r\nHi");
  });

  it("shows headers and words of a form, nothing of its proof", () => {
    const found = writtenOriginal(
      "email_mailgun",
      form({
        token: "geheim-1",
        signature: "geheim-2",
        recipient: "info@x.example",
        "message-headers": JSON.stringify([
          ["From", "Max <max@example.org>"],
          ["Received-SPF", "pass"],
        ]),
        "body-plain": "Guten Tag",
      }),
    );
    const source = textOf(found?.source);
    expect(headersOfSource(source)).toEqual([
      { name: "From", value: "Max <max@example.org>" },
      { name: "Received-SPF", value: "pass" },
    ]);
    expect(source).toContain("Guten Tag");
    expect(source).not.toContain("geheim");
  });

  it("shows Postmark's JSON as headers, words and names of files", () => {
    const payload = {
      From: "max@example.org",
      FromFull: { Email: "max@example.org", Name: "Max" },
      Subject: "Frage",
      MailboxHash: "geheim",
      TextBody: "Guten Tag",
      HtmlBody: "<p>Guten Tag</p>",
      Headers: [{ Name: "Message-ID", Value: "<m@x>" }],
      Attachments: [{ Name: "a.txt", ContentType: "text/plain", Content: "QUJD" }],
    };
    const source = textOf(writtenOriginal("email_postmark", bytes(JSON.stringify(payload)))?.source);
    expect(headersOfSource(source).map(({ name }) => name)).toEqual(["From", "Subject", "Message-ID"]);
    expect(source).toContain("<p>Guten Tag</p>");
    expect(source).toContain("a.txt (text/plain, 3 bytes)");
    expect(source).not.toContain("geheim");
    expect(source).not.toContain("QUJD");
  });
});
