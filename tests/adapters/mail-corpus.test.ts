import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportsIn } from "../../convex/delivery/providers/dsn";
import { automaticRule } from "../../convex/intake/email/automatic";
import type { InboundEmail } from "../../convex/intake/email/inboundEmail";
import { newestReply } from "../../convex/intake/email/newestReply";
import type { MailNote } from "../../convex/intake/email/notes";
import { parseRaw } from "../../convex/intake/email/parseRaw";
import { shapeMail } from "../../convex/intake/email/shape";
import { isForward } from "../../convex/intake/email/subject";
import { CORPUS } from "./mail-corpus.ts";

const FOLDER = new URL("../fixtures/mail/", import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".eml"))
  .map((name) => name.replace(".eml", ""));

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}.eml`, FOLDER)));
}

async function read(bytes: Uint8Array): Promise<{ email: InboundEmail; notes: MailNote[] } | null> {
  const parsed = await parseRaw(bytes, "fallback");
  if (!parsed.ok) return null;
  const shaped = shapeMail(parsed.email, { name: "original.eml", contentType: "message/rfc822", bytes });
  return { email: shaped.email, notes: [...(parsed.notes ?? []), ...shaped.notes] };
}

it("has an expectation for every mail and a mail for every expectation", () => {
  expect(Object.keys(CORPUS).toSorted()).toEqual(NAMES.toSorted());
});

describe.each(Object.entries(CORPUS))("%s", (name, expected) => {
  it("is read without loss", async () => {
    const { email, notes } = (await read(bytesOf(name)))!;
    const words = isForward(email.subject) ? { text: email.text.trim() } : newestReply(email.text);
    expect({
      from: email.from,
      to: email.to.map(({ address }) => address),
      cc: email.cc.map(({ address }) => address),
      subject: email.subject,
      ids: [email.messageId, email.inReplyTo, email.references],
      sentAt: email.sentAt === null ? null : new Date(email.sentAt).toISOString(),
      text: words.text,
      files: email.attachments.map((file) => [file.name, file.contentType, file.bytes.length, file.contentId ?? ""]),
      automatic: automaticRule(email, new Set()),
      isForward: isForward(email.subject),
      reports: reportsIn(email, 0).map(({ kind, address, failure }) => [kind, address, failure?.code]),
      notes,
    }).toEqual({ cc: [], files: [], automatic: null, isForward: false, reports: [], notes: [], ...expected.facts });
    for (const part of expected.quoted ?? []) expect(words.quoted).toContain(part);
    if (expected.quoted === undefined) expect(words.quoted).toBeUndefined();
    for (const part of expected.html ?? []) expect(email.html).toContain(part);
    if (expected.html === undefined) expect(email.html).toBeUndefined();
  });
});

const RUNS = { seed: 20261121, numRuns: 60 };
const anyMail = fc.constantFrom(...NAMES).map((name) => bytesOf(name));

describe("damaged mail", () => {
  it("cut anywhere is read or refused with the field, never thrown", async () => {
    const cut = fc.tuple(anyMail, fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(cut, async ([bytes, share]) => {
        const parsed = await parseRaw(bytes.subarray(0, Math.floor(bytes.length * share)), "fallback");
        if (!parsed.ok) expect(parsed.field).not.toBe("");
      }),
      RUNS,
    );
  });

  it("with bytes overwritten is read or refused, and stays within bounds", async () => {
    const hits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(anyMail, hits, async (bytes, places) => {
        const damaged = Uint8Array.from(bytes);
        for (const [place, value] of places) damaged[place % damaged.length] = value;
        const result = await read(damaged);
        if (result === null) return;
        const { email } = result;
        expect(email.subject.length).toBeLessThanOrEqual(998);
        expect(email.attachments.length).toBeLessThanOrEqual(103);
        const size = email.attachments.reduce((sum, file) => sum + file.bytes.length, email.text.length);
        expect(size).toBeLessThanOrEqual(3 * bytes.length + 1_000);
      }),
      RUNS,
    );
  });
});

describe("any text and files", () => {
  it("come back as they were sent", async () => {
    const line = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.replace(/[\r\n\0\p{Cc}]/gu, ""));
    const file = fc.record({
      name: fc.stringMatching(/^[a-z]{1,12}\.(bin|csv)$/),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.array(file, { maxLength: 5 }), async (lines, files) => {
        const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
        const text = lines.join("\n");
        const raw = [
          "From: a@b.example\r\nMessage-ID: <p@b.example>\r\nContent-Type: multipart/mixed; boundary=zz\r\n",
          `--zz\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(text))}`,
          ...files.map(
            ({ name, bytes }) =>
              `--zz\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=${name}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}`,
          ),
          "--zz--\r\n",
        ].join("\r\n");
        const { email } = (await read(Buffer.from(raw)))!;
        expect(email.text.replace(/\r\n/g, "\n").trimEnd()).toBe(text.trimEnd());
        expect(email.attachments.map(({ name, bytes }) => [name, base64(bytes)])).toEqual(
          files.map(({ name, bytes }) => [name, base64(bytes)]),
        );
      }),
      RUNS,
    );
  });
});

const HEAD = "From: Max <max@example.org>\r\nTo: info@haff.example\r\nMessage-ID: <bad@example.org>\r\n";

describe("mail that is too much", () => {
  it("keeps a subject of two million characters as a file", async () => {
    const subject = "Frage ".repeat(350_000).trim();
    const { email, notes } = (await read(Buffer.from(`${HEAD}Subject: ${subject}\r\n\r\nHallo`)))!;
    expect(email.subject).toHaveLength(998);
    expect(email.text.trim()).toBe("Hallo");
    expect(email.attachments).toMatchObject([{ name: "subject.txt", bytes: { length: subject.length } }]);
    expect(notes).toEqual([{ kind: "subject_cut" }]);
  });

  it("tells of 500 recipients and lists more in a file", async () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@example.org`).join(",\r\n ");
    const many = (await read(Buffer.from(`From: a@b.example\r\nTo: ${list(500)}\r\n\r\nHallo`)))!;
    expect(many.email.to).toHaveLength(500);
    expect(many.email.attachments).toEqual([]);
    expect(many.notes).toEqual([{ kind: "many_recipients", detail: "500" }]);
    const more = (await read(Buffer.from(`From: a@b.example\r\nTo: ${list(3_000)}\r\n\r\nHallo`)))!;
    expect(more.email.to).toHaveLength(500);
    expect(more.email.attachments).toMatchObject([{ name: "recipients.txt" }]);
  });

  it("takes the headers of a bomb of nested multiparts and keeps it whole", async () => {
    const depth = 5_000;
    const open = Array.from(
      { length: depth },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    const bytes = Buffer.from(`${HEAD}Subject: Bombe\r\n${open.join("")}Content-Type: text/plain\r\n\r\nBumm`);
    const { email, notes } = (await read(bytes))!;
    expect(email).toMatchObject({
      subject: "Bombe",
      messageId: "bad@example.org",
      from: { address: "max@example.org" },
    });
    expect(email.attachments).toMatchObject([{ name: "original.eml", bytes: { length: bytes.length } }]);
    expect(notes).toMatchObject([{ kind: "unreadable" }]);
  });

  it("shows the first hundred of thousands of parts and keeps the mail whole", async () => {
    const part = "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1\r\n";
    const bytes = Buffer.from(`${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(5_000)}--b--`);
    const { email, notes } = (await read(bytes))!;
    expect(email.attachments).toHaveLength(101);
    expect(email.attachments.at(-1)).toMatchObject({ name: "original.eml", bytes: { length: bytes.length } });
    expect(notes).toEqual([{ kind: "attachments_cut", detail: "5000" }]);
  });

  it.each([
    ["rechnung.pdf", "application/pdf", "MZ\u0090\0program"],
    ["foto.jpg", "image/jpeg", "<html><script>steal()</script></html>"],
    ["foto.png", "application/octet-stream", "#!/bin/sh"],
  ])("notes that %s is something else", async (name, type, content) => {
    const file = `--b\r\nContent-Type: ${type}\r\nContent-Disposition: attachment; filename=${name}\r\n\r\n${content}\r\n--b--`;
    const bytes = Buffer.from(`${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${file}`, "latin1");
    const { email, notes } = (await read(bytes))!;
    expect(email.attachments).toMatchObject([{ name, contentType: "application/octet-stream" }]);
    expect(notes).toEqual([{ kind: "wrong_type", detail: name }]);
  });
});
