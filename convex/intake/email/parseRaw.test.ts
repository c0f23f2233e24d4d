import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportsIn } from "../../delivery/providers/dsn";
import { automaticRule } from "./automatic";
import type { InboundEmail } from "./inboundEmail";
import { newestReply } from "./newestReply";
import { parseRaw } from "./parseRaw";

const FALLBACK = "a1b2c3";

/** Bytes of a message written as Latin-1: one character, one byte. */
function mime(...lines: string[]): Uint8Array {
  return Uint8Array.from(lines.join("\r\n"), (char) => char.charCodeAt(0));
}

async function parsed(raw: Uint8Array | string): Promise<InboundEmail> {
  const result = await parseRaw(raw, FALLBACK);
  if (!result.ok) throw new Error(`${result.field}: ${result.reason}`);
  return result.email;
}

const OUTLOOK_REPLY = mime(
  "Return-Path: <erika.muster@kunde.example>",
  "Delivered-To: reply+k7f3m2q9x8w5v4t6@haff-segeln.example",
  'From: "Muster, Erika" <Erika.Muster@kunde.example>',
  "To: Segelschule am Haff <reply+K7F3M2Q9X8W5V4T6@haff-segeln.example>",
  "Subject: =?iso-8859-1?Q?AW:_Ihr_Segelkurs_=FCber_Ostern?=",
  "Thread-Topic: Ihr Segelkurs",
  "Date: Fri, 20 Nov 2026 10:12:31 +0100",
  "Message-ID: <FR0P281MB2@FR0P281MB.DEUP281.PROD.OUTLOOK.COM>",
  "References: <first@haff-segeln.example>",
  "\t<q8z.reply@haff-segeln.example>",
  "In-Reply-To: <q8z.reply@haff-segeln.example>",
  "MIME-Version: 1.0",
  'Content-Type: multipart/alternative; boundary="_000_FR0P"',
  "",
  "--_000_FR0P",
  'Content-Type: text/plain; charset="iso-8859-1"',
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "Guten Tag,",
  "",
  "k=F6nnen wir eine Stunde sp=E4ter beginnen?",
  "",
  "Mit freundlichen Gr=FC=DFen",
  "Erika Muster",
  "",
  "Von: Segelschule am Haff <info@haff-segeln.example>",
  "Gesendet: Donnerstag, 19. November 2026 08:00",
  "An: Muster, Erika <Erika.Muster@kunde.example>",
  "Betreff: Ihr Segelkurs =FCber Ostern",
  "",
  "Guten Tag Erika Muster, in drei Tagen beginnt Ihr Kurs.",
  "",
  "--_000_FR0P",
  'Content-Type: text/html; charset="iso-8859-1"',
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "<html><body><p>Guten Tag,</p><p>k=F6nnen wir eine Stunde sp=E4ter beginnen?</p></body></html>",
  "--_000_FR0P--",
  "",
);

const GMAIL_NESTED = mime(
  "From: Anna Beispiel <anna.beispiel@gmail.com>",
  "To: info@haff-segeln.example, Max <max@kunde.example>",
  "Cc: team@haff-segeln.example",
  "Subject: Re: Ihr Segelkurs",
  "Date: Fri, 20 Nov 2026 09:00:00 +0000",
  "Message-ID: <CAF=abc+def@mail.gmail.com>",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="mixed"',
  "",
  "--mixed",
  'Content-Type: multipart/related; boundary="related"',
  "",
  "--related",
  'Content-Type: multipart/alternative; boundary="alt"',
  "",
  "--alt",
  "Content-Type: text/plain; charset=UTF-8",
  "Content-Transfer-Encoding: base64",
  "",
  btoa(
    String.fromCharCode(
      ...new TextEncoder().encode(
        "Sehr gerne! Größe M ⛵\r\n\r\nAm Do., 19. Nov. 2026 um 08:00 Uhr schrieb Segelschule am Haff <\r\ninfo@haff-segeln.example>:\r\n\r\n> Welche Westengröße?\r\n",
      ),
    ),
  ),
  "--alt",
  "Content-Type: text/html; charset=UTF-8",
  "",
  '<div>Sehr gerne! <img src="cid:ii_logo"></div>',
  "--alt--",
  "--related",
  'Content-Type: image/png; name="logo.png"',
  "Content-ID: <ii_logo>",
  'Content-Disposition: inline; filename="logo.png"',
  "Content-Transfer-Encoding: base64",
  "",
  btoa("PNGDATA"),
  "--related--",
  "--mixed",
  "Content-Type: application/pdf; name*=UTF-8''Anmeldung%20%C3%9Cbung.pdf",
  "Content-Disposition: attachment; filename*=UTF-8''Anmeldung%20%C3%9Cbung.pdf",
  "Content-Transfer-Encoding: base64",
  "",
  btoa("%PDF-1.7"),
  "--mixed--",
  "",
);

describe("a reply from Outlook in German", async () => {
  const email = await parsed(OUTLOOK_REPLY);
  it("reads sender, subject and time", () => {
    expect(email.from).toEqual({ name: "Muster, Erika", address: "Erika.Muster@kunde.example" });
    expect(email.subject).toBe("AW: Ihr Segelkurs über Ostern");
    expect(email.sentAt).toBe(Date.UTC(2026, 10, 20, 9, 12, 31));
  });
  it("strips brackets of ids and keeps their case and order", () => {
    expect(email.messageId).toBe("FR0P281MB2@FR0P281MB.DEUP281.PROD.OUTLOOK.COM");
    expect(email.inReplyTo).toEqual(["q8z.reply@haff-segeln.example"]);
    expect(email.references).toEqual(["first@haff-segeln.example", "q8z.reply@haff-segeln.example"]);
  });
  it("finds the token once, lower-case", () => expect(email.plusTokens).toEqual(["k7f3m2q9x8w5v4t6"]));
  it("decodes Latin-1 and keeps only the new words", () => {
    const { text, quoted } = newestReply(email.text);
    expect(text).toContain("können wir eine Stunde später beginnen?");
    expect(text).not.toContain("in drei Tagen");
    expect(quoted).toContain("in drei Tagen beginnt Ihr Kurs");
  });
  it("is nobody's automatic mail", () => expect(automaticRule(email, new Set())).toBeNull());
});

describe("a nested multipart from Gmail", async () => {
  const email = await parsed(GMAIL_NESTED);
  it("reads text in UTF-8 and HTML", () => {
    expect(newestReply(email.text).text).toBe("Sehr gerne! Größe M ⛵");
    expect(email.html).toContain("cid:ii_logo");
  });
  it("keeps both files, the inline one with its content id", () => {
    expect(email.attachments.map(({ name, contentType, contentId }) => ({ name, contentType, contentId }))).toEqual([
      { name: "logo.png", contentType: "image/png", contentId: "ii_logo" },
      { name: "Anmeldung Übung.pdf", contentType: "application/pdf", contentId: undefined },
    ]);
    expect(new TextDecoder().decode(email.attachments[1]?.bytes)).toBe("%PDF-1.7");
  });
  it("reads every recipient", () => {
    expect(email.to.map((entry) => entry.address)).toEqual(["info@haff-segeln.example", "max@kunde.example"]);
    expect(email.cc.map((entry) => entry.address)).toEqual(["team@haff-segeln.example"]);
  });
});

describe("odd mails", () => {
  it.each([
    ["windows-1252", "Gr\xfc\xdfe f\xfcr 10 \x80", "Grüße für 10 €"],
    ["iso-8859-15", "10 \xa4", "10 €"],
    ["utf-8", "\xc3\xa4", "ä"],
  ])("reads eight-bit %s", async (charset, body, text) => {
    const raw = mime("From: a@b.example", "Subject: x", `Content-Type: text/plain; charset=${charset}`, "", body);
    expect((await parsed(raw)).text.trim()).toBe(text);
  });

  it.each([
    ["empty", "Message-ID: "],
    ["only brackets", "Message-ID: <>"],
    ["absent", "X-Nothing: 1"],
  ])("synthesises the same id twice for an %s Message-ID", async (_, header) => {
    const raw = mime("From: a@b.example", header, "Subject: x", "", "y");
    const email = await parsed(raw);
    expect(email.messageId).toBe("a1b2c3@switchboard.invalid");
    expect(email.isMessageIdSynthesised).toBe(true);
    expect((await parsed(raw)).messageId).toBe(email.messageId);
  });

  it("says that the sender is missing", async () => {
    expect(await parseRaw(mime("Subject: x", "", "y"), FALLBACK)).toMatchObject({ ok: false, field: "From" });
    expect(await parseRaw(mime("From: undisclosed", "", "y"), FALLBACK)).toMatchObject({ ok: false, field: "From" });
  });

  it("finds the address behind a bare comma", async () => {
    const email = await parsed(mime("From: Muster, Erika <e@b.example>", "Subject: x", "", "y"));
    expect(email.from).toEqual({ name: "Erika", address: "e@b.example" });
  });

  it("keeps an unreadable date as unknown", async () => {
    expect((await parsed(mime("From: a@b.example", "Date: gestern", "", "y"))).sentAt).toBeNull();
  });

  it("never throws, whatever the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const result = await parseRaw(bytes, FALLBACK);
        expect(result.ok === true ? result.email.messageId : result.field).not.toBe("");
      }),
      { seed: 20261120, numRuns: 200 },
    );
  });
});

const DSN = mime(
  "Return-Path: <>",
  "From: Mail Delivery System <MAILER-DAEMON@mx.haff-segeln.example>",
  "To: info@haff-segeln.example",
  "Subject: Undelivered Mail Returned to Sender",
  "Auto-Submitted: auto-replied",
  'Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"',
  "",
  "--dsn",
  "Content-Type: text/plain",
  "",
  "I'm sorry to have to inform you that your message could not be delivered.",
  "--dsn",
  "Content-Type: message/delivery-status",
  "",
  "Reporting-MTA: dns; mx.haff-segeln.example",
  "",
  "Final-Recipient: rfc822; Weg@kunde.example",
  "Action: failed",
  "Status: 5.1.1",
  "Diagnostic-Code: smtp; 550 5.1.1 <weg@kunde.example>:",
  "    Recipient address rejected: User unknown",
  "",
  "--dsn",
  "Content-Type: message/rfc822",
  "",
  "From: info@haff-segeln.example",
  "To: weg@kunde.example",
  "Message-ID: <ours.1@haff-segeln.example>",
  "Subject: Ihr Segelkurs",
  "",
  "Guten Tag",
  "--dsn--",
  "",
);

describe("a bounce", async () => {
  const email = await parsed(DSN);
  const now = Date.UTC(2026, 10, 20);
  it("names the mail that came back, the address and the server's words", () => {
    expect(reportsIn(email, now)).toEqual([
      {
        kind: "bounced",
        reference: undefined,
        providerMessageId: "ours.1@haff-segeln.example",
        address: "weg@kunde.example",
        at: now,
        failure: {
          class: "invalid_address",
          code: "5.1.1",
          reason: "550 5.1.1 <weg@kunde.example>: Recipient address rejected: User unknown",
        },
      },
    ]);
  });
  it("does not take the returned mail for the sender's words", () => expect(email.text).not.toContain("Guten Tag"));
  it("is automatic", () => expect(automaticRule(email, new Set())).toBe("auto_submitted"));
  it("is told from a delay and from a success", async () => {
    for (const [action, kind] of [
      ["delayed", "sent"],
      ["delivered", "delivered"],
    ]) {
      const raw = new TextDecoder().decode(DSN).replace("Action: failed", `Action: ${action}`);
      expect(reportsIn(await parsed(raw), now)).toMatchObject([{ kind }]);
    }
  });
  it("knows our message by the address it came to", async () => {
    const raw = new TextDecoder().decode(DSN).replace("To: info@", "To: bounce+k57abc_3a1@");
    expect(reportsIn(await parsed(raw), now)).toMatchObject([{ reference: "k57abc:1" }]);
  });
});

describe("an out-of-office from Outlook", () => {
  it("is automatic and no bounce", async () => {
    const email = await parsed(
      mime(
        "From: Erika Muster <erika.muster@kunde.example>",
        "Subject: Automatische Antwort: Ihr Segelkurs",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "In-Reply-To: <ours.1@haff-segeln.example>",
        "",
        "Ich bin bis 30.11. nicht im Haus.",
      ),
    );
    expect(automaticRule(email, new Set())).toBe("auto_submitted");
    expect(reportsIn(email, 0)).toEqual([]);
  });
});
