import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenPlaceholder, fillForWriting, gapsIn, fillLine, fillVariables, variablesIn } from "./variables";

const GREETING = "Guten Tag {{firstName}},\n\nIhr Kurs {{eventName}} beginnt am {{eventDate}}.";

describe("filling", () => {
  it("puts values, else fallbacks, else nothing", () => {
    const variables = [{ name: "eventName", fallback: "Segeln" }];
    expect(fillVariables(GREETING, { firstName: "Erika", eventDate: "9. Mai" }, variables)).toBe(
      "Guten Tag Erika,\n\nIhr Kurs Segeln beginnt am 9. Mai.",
    );
    expect(fillVariables(GREETING, {}, variables)).toBe("Guten Tag,\n\nIhr Kurs Segeln beginnt am.");
  });

  it.each([
    ["Hallo {{x}}!", "Hallo!"],
    ["{{x}}, hier ist Ihre Buchung", "hier ist Ihre Buchung"],
    ["am {{x}} um 10", "am um 10"],
    ["Kurs ({{x}}) morgen", "Kurs morgen"],
    ["Kurs „{{x}}“.", "Kurs."],
    ["{{x}} {{x}}", ""],
    ["a\n{{x}}\nb", "a\nb"],
    ["a\n\n{{x}}", "a\n\n"],
    ["a{{x}}b", "ab"],
    ["zwei  Leerzeichen bleiben", "zwei  Leerzeichen bleiben"],
  ])("closes the gap in %j", (text, filled) => expect(fillVariables(text, {}, [])).toBe(filled));

  it("accepts spaces inside the braces and a value that is only space counts as missing", () => {
    expect(fillVariables("Hallo {{ x }}.", { x: "Erika" }, [])).toBe("Hallo Erika.");
    expect(fillVariables("Hallo {{x}}.", { x: "  " }, [{ name: "x", fallback: "Gast" }])).toBe("Hallo Gast.");
  });

  it("does not fill a value's own placeholders", () => {
    expect(fillVariables("{{a}} {{b}}", { a: "{{b}}", b: "geheim" }, [])).toBe("b geheim");
  });

  it("never reads what an object inherits", () => {
    expect(fillVariables("[{{constructor}}][{{toString}}]", {}, [])).toBe("");
  });

  it("keeps a subject on one line", () => {
    expect(fillLine("Kurs {{x}}", { x: "A\r\nBcc: b@c.de" }, [])).toBe("Kurs A Bcc: b@c.de");
  });

  const piece = fc.oneof(
    fc.constantFrom(
      "{{",
      "}}",
      "{",
      "}",
      "{{firstName}}",
      "{{ x }}",
      "{{x",
      "x}}",
      "{{{x}}}",
      "\n",
      " ",
      ",",
      "(",
      ")",
      "\u0000",
    ),
    fc.string({ unit: "grapheme" }),
  );
  const text = fc.array(piece).map((pieces) => pieces.join(""));
  const variables = fc.array(fc.record({ name: fc.constantFrom("firstName", "x"), fallback: text }));

  it("never prints a brace nor a placeholder character, whatever text, values and fallbacks are", () => {
    fc.assert(
      fc.property(
        text,
        fc.dictionary(fc.constantFrom("firstName", "x"), text),
        variables,
        (template, values, declared) => {
          expect(fillVariables(template, values, declared)).not.toMatch(/[{}\0]/);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("leaves text without placeholders as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (plain) => {
        fc.pre(!/[{}\0]/.test(plain));
        expect(fillVariables(plain, {}, [])).toBe(plain);
      }),
    );
  });
});

describe("reading", () => {
  it("lists placeholders once, in order", () => {
    expect(variablesIn(`${GREETING} {{firstName}} {{ größe }}`)).toEqual([
      "firstName",
      "eventName",
      "eventDate",
      "größe",
    ]);
  });

  it.each([
    ["{{x", "{{x"],
    ["a } b", "} b"],
    ["{{1x}} b", "{{1x}} b"],
    ["{{x}} und {y}", "{y}"],
  ])("finds what is broken in %j", (text, broken) => expect(brokenPlaceholder(text)).toBe(broken));

  it("finds nothing wrong with a sound text", () => expect(brokenPlaceholder(GREETING)).toBeNull());
});

describe("a text for somebody who writes on it", () => {
  const VARIABLES = [
    { name: "firstName", fallback: "" },
    { name: "eventName", fallback: "Ihr Kurs" },
  ];

  it("names what is missing where it is missing, and nothing that has a value or a fallback", () => {
    const text = "Hallo {{firstName}}, {{eventName}} beginnt.";
    expect(fillForWriting(text, {}, VARIABLES)).toBe("Hallo ⟦firstName⟧, Ihr Kurs beginnt.");
    expect(fillForWriting(text, { firstName: "Max" }, VARIABLES)).toBe("Hallo Max, Ihr Kurs beginnt.");
    expect(fillForWriting("{{constructor}}", {}, [{ name: "constructor", fallback: "" }])).toBe("⟦constructor⟧");
  });

  it("is found to lack them until they are written", () => {
    expect(gapsIn("⟦hour⟧ und ⟦hour⟧, ⟦place⟧")).toEqual(["hour", "place"]);
    expect(gapsIn("um neun {{x}} [y]")).toEqual([]);
  });
});
