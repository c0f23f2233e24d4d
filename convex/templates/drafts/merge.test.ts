import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TemplateText } from "../model";
import { mergeTexts, mergeWords, placeAfter } from "./merge";

const BASE: TemplateText = {
  subject: "Ihr Kurs",
  body: "Hallo Max, bis morgen.",
  layout: "agent_reply",
  variables: [{ name: "firstName", fallback: "" }],
};

describe("words of two", () => {
  it.each([
    ["at two places", "Hallo Max.", "Moin Max.", "Hallo Max!", "Moin Max!"],
    ["at the same place, theirs first", "Hallo", "Hallo Max", "Hallo Eva", "Hallo Eva Max"],
    ["that are the same only once", "Hallo", "Hallo Max", "Hallo Max", "Hallo Max"],
    [
      "where one took away what the other wrote at",
      "Hallo lieber Max",
      "Hallo Max",
      "Hallo lieber alter Max",
      "Hallo alter Max",
    ],
    ["with letters of two units", "⛵", "⛵🌊", "🌞⛵", "🌞⛵🌊"],
    ["where both took the same away", "Hallo Max", "Hallo", "Hallo", "Hallo"],
  ])("are kept %s", (_, base, mine, theirs, both) => expect(mergeWords(base, mine, theirs)).toBe(both));

  it("are kept whole when only one wrote, and letter by letter when both did", () => {
    const words = fc.string({ unit: "grapheme", maxLength: 12 });
    fc.assert(
      fc.property(words, words, fc.nat(12), fc.nat(12), words, (base, added, here, there, other) => {
        expect(mergeWords(base, added, base)).toBe(added);
        expect(mergeWords(base, base, added)).toBe(added);
        const put = (text: string, at: number) => {
          const letters = Array.from(base);
          return [...letters.slice(0, at), text, ...letters.slice(at)].join("");
        };
        const merged = Array.from(mergeWords(base, put(added, here), put(other, there)));
        const written = Array.from(base + other);
        for (const letter of written) expect(merged).toContain(letter);
        expect(merged.length).toBeGreaterThanOrEqual(written.length);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe("texts of two", () => {
  it("have the parts that either changed", () => {
    const mine: TemplateText = { ...BASE, subject: "Dein Kurs", variables: [{ name: "firstName", fallback: "Gast" }] };
    const theirs: TemplateText = { ...BASE, layout: "reminder", shortBody: "Bis morgen" };
    expect(mergeTexts(BASE, mine, theirs)).toEqual({
      subject: "Dein Kurs",
      body: BASE.body,
      layout: "reminder",
      variables: [{ name: "firstName", fallback: "Gast" }],
      shortBody: "Bis morgen",
    });
  });

  it("have values of both, and none that one of them took out", () => {
    const mine = { ...BASE, variables: [{ name: "pier", fallback: "1" }] };
    const theirs = { ...BASE, variables: [...BASE.variables, { name: "place", fallback: "Steg" }] };
    expect(mergeTexts(BASE, mine, theirs).variables).toEqual([
      { name: "place", fallback: "Steg" },
      { name: "pier", fallback: "1" },
    ]);
  });

  it("keep the document that is there already", () => {
    const [mine, theirs] = [
      { ...BASE, document: "mine" },
      { ...BASE, document: "theirs" },
    ];
    expect(mergeTexts(BASE, mine, theirs).document).toBe("theirs");
    expect(mergeTexts(BASE, mine, BASE).document).toBe("mine");
    expect(mergeTexts(theirs, theirs, BASE).document).toBeUndefined();
  });

  it("have what stands around the text of both", () => {
    const parts = { header: "", footer: "", buttons: [], samples: {} };
    const mine = { ...BASE, whatsapp: { ...parts, header: "Moin", samples: { firstName: "Anna" } } };
    const theirs = { ...BASE, whatsapp: { ...parts, footer: "Haff", samples: { pier: "2" } } };
    expect(mergeTexts(BASE, mine, theirs).whatsapp).toEqual({
      header: "Moin",
      footer: "Haff",
      buttons: [],
      samples: { pier: "2", firstName: "Anna" },
    });
  });
});

describe("a place in a text", () => {
  it.each([
    ["stays before what is written behind it", "Hallo Max", "Hallo Max!", 5, 5],
    ["moves with what is written before it", "Hallo Max", "Na, Hallo Max", 5, 9],
    ["stays before what is written at it", "Hallo", "Hallo Max", 5, 5],
    ["goes to where the words around it were taken away", "Hallo lieber Max", "Hallo Max", 9, 6],
    ["counts as fields count", "⛵ Max", "🌊🌊⛵ Max", 1, 5],
  ])("%s", (_, before, after, place, then) => expect(placeAfter(before, after, place)).toBe(then));
});
