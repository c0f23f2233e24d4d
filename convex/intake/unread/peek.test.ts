import { expect, it } from "vitest";
import { headersOfMail } from "../email/tooLarge";
import { senderOfText, shownBody } from "./peek";

const headersIn = (kind: Parameters<typeof headersOfMail>[0], text: string) =>
  new TextDecoder().decode(headersOfMail(kind, new TextEncoder().encode(text)));

it("finds the headers of a mail in whatever wraps it, cut off or not", () => {
  const form = (fields: Record<string, string>) =>
    Object.entries(fields)
      .map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join("");
  const raw = "From: Max <max@example.org>\r\nSubject: Fotos";
  expect(headersIn("email_raw", raw)).toBe(raw);
  expect(headersIn("email_postmark", '{"From":"max@example.org","Subject":"Fotos","Attachments":[{"Con')).toBe(
    "From: max@example.org\r\nSubject: Fotos\r\n\r\n",
  );
  expect(headersIn("email_sendgrid", form({ headers: raw, attachment1: "…" }))).toBe(`${raw}\r\n\r\n`);
  expect(
    headersIn("email_mailgun", form({ recipient: "info@haff.example", subject: "Fotos", from: "max@a.example" })),
  ).toBe("From: max@a.example\r\nTo: info@haff.example\r\nSubject: Fotos\r\n\r\n");
  expect(headersIn("email_sendgrid", form({ email: `${raw}\r\n\r\nHallo` }))).toContain("Subject: Fotos");
  expect(headersIn("email_sendgrid", "no form")).toBe("\r\n\r\n");
});

it("shows what was kept without keys", () => {
  const request = {
    method: "POST",
    headers: { "x-key": "s3cret" },
    body: '{"id":7,"token":"s3cret","deep":[{"api_key":"s3cret"}]}',
  };
  const shown = shownBody("provider_webhook", JSON.stringify(request));
  expect(shown).toContain('"id": 7');
  expect(shown).not.toContain("s3cret");
  expect(shownBody("provider_webhook", JSON.stringify({ body: "id=7&signature=s3cret&to=%2B49" }))).toBe(
    "id=7&signature=•••&to=%2B49",
  );
  expect(shownBody("booking_generic", "{broken")).toBe("{broken");
});

it("names who wrote a text", () => {
  expect(senderOfText('{"from":"+4915112345678","text":"Hallo"}')).toBe("+4915112345678");
  expect(senderOfText("[]")).toBeUndefined();
});
