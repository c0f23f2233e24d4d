import { describe, expect, it } from "vitest";
import { withMailFooter, withStopHint } from "./footer";
import { emailHeaders, unsubscribeAddress } from "./headers";

describe("a text message", () => {
  it.each([
    ["marketing", "de-DE", "Neue Kurse", "Neue Kurse\nAbmelden: STOPP"],
    ["review", "en", "How was it?", "How was it?\nOpt out: STOP"],
    ["marketing", "nl", "Nieuw! Afmelden: STOP", "Nieuw! Afmelden: STOP"],
    ["transactional", "de", "Ihr Termin", "Ihr Termin"],
    ["service", "de", "Alles gut?", "Alles gut?"],
  ] as const)("for %s in %s says how to end it where it must", (purpose, locale, text, expected) => {
    expect(withStopHint(text, purpose, locale)).toBe(expected);
  });
});

describe("a finished mail", () => {
  const about = { unsubscribeUrl: "https://hub.example/u/abc", imprint: ["Haff & Co <GmbH>"], locale: "de" };

  it("gets the sender and the ways out in text and HTML", () => {
    const { text, html } = withMailFooter({ text: "Hallo", html: "<html><body><p>Hallo</p></body></html>" }, about);
    expect(text).toBe(
      "Hallo\n\n-- \nHaff & Co <GmbH>\nSolche Nachrichten abbestellen: https://hub.example/u/abc\nEinstellungen: https://hub.example/p/abc",
    );
    expect(html).toMatch(/Haff &amp; Co &lt;GmbH&gt;.*href="https:\/\/hub\.example\/p\/abc".*<\/body><\/html>$/);
  });
});

describe("the headers", () => {
  const sent = { channel: "email", purpose: "marketing", sourceKind: "system" } as const;
  it("name both ways out, the one for one click first", () => {
    const address = unsubscribeAddress("info@haff.example", "abc123");
    expect(emailHeaders(sent, { url: "https://hub.example/u/abc", address })).toMatchObject({
      "List-Unsubscribe": "<https://hub.example/u/abc>, <mailto:unsub+abc123@haff.example?subject=unsubscribe>",
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
    expect(emailHeaders(sent, { url: "https://hub.example/u/abc" })["List-Unsubscribe"]).toBe(
      "<https://hub.example/u/abc>",
    );
    expect(unsubscribeAddress(undefined, "abc")).toBeUndefined();
  });
});
