import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSegments, economicalText, segmentsPriceMicros, splitSegments } from "./segments";

describe("countSegments", () => {
  it.each([
    ["nothing", "", "gsm7", 0, 0, 160],
    ["a full single part", "a".repeat(160), "gsm7", 1, 160, 0],
    ["one character more", "a".repeat(161), "gsm7", 2, 161, 145],
    ["two full parts", "a".repeat(306), "gsm7", 2, 306, 0],
    ["German letters", "Grüße: ÄÖÜäöüß é è à ù ò ì", "gsm7", 1, 26, 134],
    ["the euro sign counts two", "€".repeat(80), "gsm7", 1, 160, 0],
    ["one euro sign too many", "€".repeat(81), "gsm7", 2, 162, 143],
    ["c with cedilla is not in the alphabet", "ça va", "ucs2", 1, 5, 65],
    ["its capital is", "ÇA VA", "gsm7", 1, 5, 155],
    ["a full unicode part", "ж".repeat(70), "ucs2", 1, 70, 0],
    ["one more", "ж".repeat(71), "ucs2", 2, 71, 63],
    ["emoji count two", "🙂".repeat(35), "ucs2", 1, 70, 0],
    ["combining characters count each", "e\u0301", "ucs2", 1, 2, 68],
    ["a family is seven code points", "👨‍👩‍👧‍👦", "ucs2", 1, 11, 59],
  ] as const)("%s", (_, text, encoding, count, units, unitsLeft) => {
    expect(countSegments(text)).toMatchObject({ encoding, count, units, unitsLeft });
  });

  it("names what forces unicode, once each", () => {
    expect(countSegments("„Ahoi“ – „gut“").forcing).toEqual(["„", "“", "–"]);
    expect(countSegments("Ahoi").forcing).toEqual([]);
  });

  it("ends a part early rather than parting a pair", () => {
    // 152 characters and an escape pair at the edge of a 153-unit part.
    const edge = `${"a".repeat(152)}€${"b".repeat(20)}`;
    expect(splitSegments(edge)).toEqual(["a".repeat(152), `€${"b".repeat(20)}`]);
    const emoji = `${"ж".repeat(66)}🙂${"ж".repeat(10)}`;
    expect(splitSegments(emoji)).toEqual(["ж".repeat(66), `🙂${"ж".repeat(10)}`]);
  });
});

const gsmText = fc.string({ unit: fc.constantFrom("a", "ß", "€", "[", "\n", " ", "Ø"), maxLength: 700 });
const anyText = fc.string({ unit: "binary", maxLength: 400 });

describe("the parts of any text", () => {
  it("make the text again, fit, and hold no half characters", () => {
    fc.assert(
      fc.property(fc.oneof(gsmText, anyText), (text) => {
        const parts = splitSegments(text);
        const { encoding, count } = countSegments(text);
        expect(parts.join("")).toBe(text);
        expect(count).toBe(parts.length);
        const limit = encoding === "gsm7" ? [160, 153] : [70, 67];
        for (const part of parts) {
          expect(part).not.toBe("");
          const units =
            encoding === "gsm7"
              ? Array.from(part).reduce((sum, char) => sum + ("€[".includes(char) ? 2 : 1), 0)
              : part.length;
          expect(units).toBeLessThanOrEqual(parts.length === 1 ? limit[0]! : limit[1]!);
          // No part begins in the middle of a surrogate pair.
          if (/^[\udc00-\udfff]/.test(part)) expect(text).toMatch(/(^|[^\ud800-\udbff])[\udc00-\udfff]/);
        }
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  it("never get fewer by adding to it", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(countSegments(a + b).count).toBeGreaterThanOrEqual(countSegments(a).count);
      }),
      { seed: 13, numRuns: 200 },
    );
  });
});

describe("economicalText", () => {
  it("makes typography plain where that saves", () => {
    expect(economicalText("„Ahoi“ – Sie können’s…")).toBe('"Ahoi" - Sie können\'s...');
    expect(economicalText("10\u202f000\u00a0€")).toBe("10 000 €");
    expect(economicalText("Ge\u00adschenk")).toBe("Geschenk");
  });

  it("composes accents", () => {
    expect(economicalText("cafe\u0301")).toBe("café");
  });

  it("leaves a text alone that needs unicode anyway", () => {
    expect(economicalText("„Ahoi“ 🙂")).toBe("„Ahoi“ 🙂");
  });

  it("never costs more and never changes letters", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "ç", "ж", "„", "…", "–", "🙂", "e\u0301") }), (text) => {
        const result = economicalText(text);
        expect(countSegments(result).count).toBeLessThanOrEqual(countSegments(text.normalize("NFC")).count);
        const letters = (value: string) => value.normalize("NFC").replace(/\P{L}/gu, "");
        expect(letters(result)).toBe(letters(text));
      }),
      { seed: 14, numRuns: 200 },
    );
  });
});

describe("segmentsPriceMicros", () => {
  it("charges every part", () => {
    expect(segmentsPriceMicros("a".repeat(161), 75_000)).toBe(150_000);
    expect(segmentsPriceMicros("", 75_000)).toBe(0);
  });
});
