import { describe, expect, it } from "vitest";
import { parseMailgun, parseSendgrid } from "./parseForm";

type Field = { name: string; value: string | Uint8Array; file?: string; type?: string };

/** A multipart body as the providers post it. */
function formOf(...fields: Field[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = fields.flatMap(({ name, value, file, type }) => {
    const disposition = `form-data; name="${name}"${file === undefined ? "" : `; filename="${file}"`}`;
    const typed = type === undefined ? "" : `\r\nContent-Type: ${type}`;
    const bytes = typeof value === "string" ? encoder.encode(value) : value;
    return [...encoder.encode(`--xYzZY\r\nContent-Disposition: ${disposition}${typed}\r\n\r\n`), ...bytes, 13, 10];
  });
  return Uint8Array.of(...parts, ...encoder.encode("--xYzZY--\r\n"));
}

const HEADERS = [
  "Received: by mx0047p1mdw1.sendgrid.net with SMTP id 6WCVv7KAWn",
  'From: "Müßig, Max" <max@example.org>'.replace("Müßig", "=?utf-8?Q?M=C3=BC=C3=9Fig?="),
  "To: Haff <info@haff.example>, =?utf-8?Q?B=C3=BCro?= <buero@haff.example>",
  "Cc: eva@example.org",
  "Subject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?= der",
  " Jacke",
  "Date: Tue, 12 May 2026 10:00:00 +0000",
  "Message-ID: <a1@mail.example>",
  "In-Reply-To: <ours@haff.example>",
  "References: <first@haff.example>",
  " <ours@haff.example>",
  "Auto-Submitted: auto-replied",
  'Content-Type: multipart/mixed; boundary="0000"',
];
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 0x1a, 10);

const EXPECTED = {
  from: { name: "Müßig, Max", address: "max@example.org" },
  to: [
    { name: "Haff", address: "info@haff.example" },
    { name: "Büro", address: "buero@haff.example" },
  ],
  cc: [{ address: "eva@example.org" }],
  subject: "Größe der Jacke",
  messageId: "a1@mail.example",
  isMessageIdSynthesised: false,
  inReplyTo: ["ours@haff.example"],
  references: ["first@haff.example", "ours@haff.example"],
  plusTokens: ["tok1"],
  sentAt: Date.UTC(2026, 4, 12, 10),
  headers: { "auto-submitted": "auto-replied" },
  attachments: [
    { name: "Plan.txt", contentType: "text/plain", bytes: new TextEncoder().encode("Ahoi\r\n") },
    { name: "logo.png", contentType: "image/png", bytes: PNG, contentId: "ii_1" },
  ],
};

const RAW = new TextEncoder().encode(
  [...HEADERS.slice(0, -1), "Content-Type: text/plain; charset=utf-8", "", "Größe 5"].join("\r\n"),
);

describe("a mail by SendGrid's Inbound Parse", () => {
  const parsed = [
    { name: "headers", value: `${HEADERS.join("\n")}\n` },
    { name: "from", value: "Max <max@example.org>" },
    { name: "to", value: "info@haff.example" },
    { name: "subject", value: "Größe der Jacke" },
    { name: "text", value: Uint8Array.of(0x47, 0x72, 0xf6, 0xdf, 0x65) },
    { name: "html", value: "<p>Größe</p>" },
    { name: "charsets", value: JSON.stringify({ text: "iso-8859-1", html: "utf-8", subject: "utf-8" }) },
    { name: "envelope", value: JSON.stringify({ to: ["info+TOK1@haff.example"], from: "max@example.org" }) },
    { name: "attachments", value: "2" },
    { name: "content-ids", value: JSON.stringify({ ii_1: "attachment2" }) },
    { name: "attachment1", value: "Ahoi\r\n", file: "Plan.txt", type: "text/plain; charset=utf-8" },
    { name: "attachment2", value: PNG, file: "logo.png", type: "image/png" },
  ];

  it("is read from its fields, each text in its character set", async () => {
    const mail = await parseSendgrid(formOf(...parsed), "f");
    expect(mail).toMatchObject({ ok: true, email: { ...EXPECTED, text: "Größe", html: "<p>Größe</p>" } });
    expect(mail.ok && mail.email.deliveredTo).toEqual(["info+TOK1@haff.example"]);
  });

  it("says in raw mode too to whom it was delivered", async () => {
    const envelope = { name: "envelope", value: JSON.stringify({ to: ["support+abc@haff.example", 1] }) };
    const mail = await parseSendgrid(formOf({ name: "email", value: RAW }, envelope), "f");
    expect(mail).toMatchObject({
      ok: true,
      email: { deliveredTo: ["support+abc@haff.example"], plusTokens: ["abc"] },
    });
  });

  it("is read whole in raw mode", async () => {
    const mail = await parseSendgrid(formOf({ name: "email", value: RAW }, { name: "to", value: "x@y.example" }), "f");
    expect(mail).toMatchObject({ ok: true, email: { messageId: "a1@mail.example", subject: "Größe der Jacke" } });
    expect(mail.ok && mail.email.text.trim()).toBe("Größe 5");
  });

  it("without headers, with an unknown character set and unreadable JSON still says who wrote what", async () => {
    const fields = parsed.filter(({ name }) => ["from", "to", "subject"].includes(name));
    const odd = [
      { name: "text", value: "Größe" },
      { name: "charsets", value: '{"text":"x-unknown"}' },
      { name: "envelope", value: "not json" },
    ];
    const mail = await parseSendgrid(formOf(...fields, ...odd), "f");
    expect(mail).toMatchObject({
      ok: true,
      email: { from: { address: "max@example.org" }, subject: "Größe der Jacke", text: "Größe", plusTokens: [] },
    });
    expect(mail.ok && mail.email.isMessageIdSynthesised).toBe(true);
  });

  it("that is cut off, or names no sender, is refused with the field", async () => {
    const cut = formOf(...parsed).subarray(0, -20);
    expect(await parseSendgrid(cut, "f")).toMatchObject({ ok: false, field: "body" });
    expect(await parseSendgrid(formOf({ name: "text", value: "?" }), "f")).toMatchObject({ ok: false, field: "From" });
  });
});

describe("a mail by a route of Mailgun's", () => {
  const unfolded = HEADERS.join("\n").replace(/\n /g, " ").split("\n");
  const pairs = unfolded.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
  const parsed = [
    { name: "recipient", value: "info+tok1@haff.example" },
    { name: "sender", value: "bounce@example.org" },
    { name: "from", value: "Max <max@example.org>" },
    { name: "subject", value: "Größe der Jacke" },
    { name: "body-plain", value: "Größe 5\r\n> zitiert" },
    { name: "stripped-text", value: "Größe 5" },
    { name: "body-html", value: "<p>Größe 5</p>" },
    { name: "message-headers", value: JSON.stringify(pairs) },
    { name: "attachment-count", value: "2" },
    { name: "content-id-map", value: JSON.stringify({ "<ii_1>": "attachment-2" }) },
    { name: "timestamp", value: "1" },
    { name: "token", value: "t" },
    { name: "signature", value: "s" },
    { name: "attachment-1", value: "Ahoi\r\n", file: "Plan.txt", type: "text/plain" },
    { name: "attachment-2", value: PNG, file: "logo.png", type: "image/png" },
  ];

  it("is read from its fields, quoted words included", async () => {
    const mail = await parseMailgun(formOf(...parsed), "f");
    const words = { text: "Größe 5\r\n> zitiert", html: "<p>Größe 5</p>" };
    expect(mail).toMatchObject({ ok: true, email: { ...EXPECTED, ...words } });
  });

  it("is read urlencoded when it has no files", async () => {
    const texts = parsed.filter(({ value, file }) => file === undefined && typeof value === "string");
    const body = new URLSearchParams(texts.map(({ name, value }) => [name, String(value)])).toString();
    const mail = await parseMailgun(new TextEncoder().encode(body), "f");
    expect(mail).toMatchObject({ ok: true, email: { ...EXPECTED, attachments: [], text: "Größe 5\r\n> zitiert" } });
  });

  it("is read whole when it is forwarded raw", async () => {
    const mail = await parseMailgun(formOf({ name: "body-mime", value: RAW }), "f");
    expect(mail).toMatchObject({ ok: true, email: { messageId: "a1@mail.example" } });
  });

  it("that names no sender is refused with the field", async () => {
    expect(await parseMailgun(new TextEncoder().encode("recipient=x%40y.example"), "f")).toMatchObject({
      ok: false,
      field: "From",
    });
  });
});
