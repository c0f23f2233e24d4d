import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  comparableAddress,
  countryOfLocale,
  normaliseAddress,
  normaliseEmail,
  normalisePhone,
  readAddresses,
} from "./addresses";

describe("e-mail addresses", () => {
  it.each([
    ["  Erika@Muster.Example ", "erika@muster.example"],
    ["mailto:erika@muster.example", "erika@muster.example"],
    ["Erika Muster <Erika@muster.example>", "erika@muster.example"],
    ["o'neil+segeln@a.co", "o'neil+segeln@a.co"],
    ["erika@münchen.example", "erika@xn--mnchen-3ya.example"],
    ["jürgen@muster.example", "jürgen@muster.example"],
  ])("%j becomes %j", (text, address) => expect(normaliseEmail(text)).toBe(address));

  it.each([
    "",
    "erika",
    "@muster.example",
    "erika@",
    "erika@localhost",
    "a b@c.de",
    "a@b@c.de",
    "a..b@c.de",
    ".a@c.de",
    "a@-c.de",
    "a@c..de",
    "a@1.2.3.4",
    "a@[1.2.3.4]",
    "a@c.de/x",
    "a@c.de\r\nBcc: x@y.de",
    `${"x".repeat(65)}@c.de`,
  ])("%j is none", (text) => expect(normaliseEmail(text)).toBeNull());

  it("are read alike whether or not they stand there as they are stored", () => {
    const label = fc.oneof(
      fc.constantFrom("xn--mnchen-3ya", "xn--a", "a--b", "-a", "a-", "1", "0x1", "de", "x".repeat(63), "x".repeat(64)),
      fc.string({ unit: fc.constantFrom("a", "9", "-"), maxLength: 4 }),
    );
    const local = fc.string({ unit: fc.constantFrom("a", "9", "-", "_", "+", ".", "'"), maxLength: 66 });
    fc.assert(
      fc.property(local, fc.array(label, { maxLength: 5 }), (name, labels) => {
        const address = `${name}@${labels.join(".")}`;
        // The space leads past the short way.
        expect(normaliseEmail(address)).toBe(normaliseEmail(` ${address}`));
      }),
      { numRuns: 2_000 },
    );
  });

  it("are stable: normalising twice changes nothing, nor does case or space around", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const once = normaliseEmail(address);
        if (once === null) return;
        expect(normaliseEmail(once)).toBe(once);
        expect(normaliseEmail(` ${address.toUpperCase()}\t`)).toBe(once);
        expect(normaliseEmail(`X Y <${address}>`)).toBe(once);
      }),
    );
  });

  it("never contain spaces, brackets or capitals, whatever is read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (a, b) => {
        for (const text of [a, `${a}@${b}`, `${a}@${b}.de`]) {
          expect(normaliseEmail(text) ?? "a@b.de").toMatch(/^[^\s<>@]+@[a-z0-9.-]+\.[a-z0-9-]+$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("phone numbers", () => {
  it.each([
    ["0171 1234567", "DE", "+491711234567"],
    ["(0171) 123-45 67", "DE", "+491711234567"],
    ["+49 171 1234567", undefined, "+491711234567"],
    ["0049 171 1234567", "DE", "+491711234567"],
    ["+49 (0)171 1234567", "CH", "+491711234567"],
    ["tel:+41-79-123-45-67", undefined, "+41791234567"],
    ["whatsapp:+41791234567", undefined, "+41791234567"],
    ["079 123 45 67", "CH", "+41791234567"],
    ["06 12345678", "NL", "+31612345678"],
  ])("%j in %s becomes %j", (text, country, number) => expect(normalisePhone(text, country)).toBe(number));

  it.each([
    ["", "DE"],
    ["keine", "DE"],
    ["12", "DE"],
    ["0171 1234567", undefined],
    ["+999 123456789", "DE"],
    ["123456789012345678901", "DE"],
  ])("%j in %s is none", (text, country) => expect(normalisePhone(text, country)).toBeNull());

  it("are E.164 whatever is read, and stable", () => {
    const text = fc.stringMatching(/^[+0-9 ()/.-]{0,24}$/);
    fc.assert(
      fc.property(text, fc.constantFrom("DE", "CH", "NL", undefined), (written, country) => {
        const number = normalisePhone(written, country);
        if (number === null) return;
        expect(number).toMatch(/^\+[1-9]\d{3,14}$/);
        expect(normalisePhone(number)).toBe(number);
      }),
      { numRuns: 500 },
    );
  });

  it("of one German mobile phone are one, however it is written", () => {
    const separator = fc.constantFrom("", " ", "-", "/");
    fc.assert(
      fc.property(
        fc.stringMatching(/^[1-9]\d{6}$/),
        separator,
        fc.constantFrom("0", "+49", "0049 "),
        (rest, gap, prefix) => {
          expect(normalisePhone(`${prefix}171${gap}${rest}`, "DE")).toBe(`+49171${rest}`);
        },
      ),
    );
  });
});

it("reads national numbers in the locale's country", () => {
  expect(["de-DE", "de-CH", "de", "nl", "en-GB", "de-Latn-AT", "en"].map(countryOfLocale)).toEqual([
    "DE",
    "CH",
    "DE",
    "NL",
    "GB",
    "AT",
    undefined,
  ]);
});

it("sorts what somebody wrote into readable and unreadable, e-mail first", () => {
  expect(readAddresses({ phone: "0171 1234567", email: "A@b.de", whatsapp: "gern" }, "DE")).toEqual({
    addresses: [
      { channel: "email", address: "a@b.de" },
      { channel: "sms", address: "+491711234567" },
    ],
    unreadable: { unreadablePhone: "gern" },
  });
  expect(readAddresses({ email: "  " }, "DE")).toEqual({ addresses: [], unreadable: {} });
});

it("compares what it cannot normalise with itself", () => {
  expect(comparableAddress("email", " Kaputt@ ")).toBe("kaputt@");
  expect(comparableAddress("sms", "+49 171 1234567")).toBe("+491711234567");
});

describe("addresses on WhatsApp", () => {
  it("are numbers, or user ids that no number is read out of", () => {
    expect(normaliseAddress("whatsapp", "0171 1234567", "DE")).toBe("+491711234567");
    expect(normaliseAddress("whatsapp", " CH.13491208655302741918 ", "DE")).toBe("CH.13491208655302741918");
    expect(normaliseAddress("whatsapp", "US.ENT.4915112345678", "DE")).toBe("US.ENT.4915112345678");
    expect(normaliseAddress("sms", "CH.abc", "DE")).toBeNull();
    expect(comparableAddress("whatsapp", "CH.AbC1")).toBe("CH.AbC1");
    expect(readAddresses({ whatsapp: "CH.4915112345678" }, "DE").addresses).toEqual([
      { channel: "whatsapp", address: "CH.4915112345678" },
    ]);
  });
});
