import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasOneOf, isFromOneOf, missOf, sortBy, wordsOf, type SortingFacts, type SortingRule } from "./rules";
import { sortedText } from "./texts";

const FACTS: SortingFacts = {
  channel: "email",
  subject: "Rückerstattung für Kurs 12",
  text: "Guten Tag, ich möchte mein Geld zurück.",
  sender: "anna@mail.firma.de",
  accountId: undefined,
  language: "de",
  hasFiles: false,
};

const rule = (name: string, fields: Partial<SortingRule> = {}): SortingRule => ({
  name,
  isEnabled: true,
  conditions: {},
  effect: { tags: [name] },
  goesOn: false,
  ...fields,
});

describe("words", () => {
  it.each([
    [["refund"], "Please REFUND me!", true],
    [["refund"], "Refunds are slow", false],
    [["fund"], "refund", false],
    [["geld zurück"], "mein Geld  –\n zuruck?", true],
    [["geld zurück"], "zurück mein geld", false],
    [["strasse"], "In der Hauptstraße? STRASSE, Straße!", true],
    [["café"], "das CAFE\u0301 hier", true],
    [["istanbul"], "İSTANBUL", true],
    [["e-mail"], "Ihre E Mail", true],
    [["a.*b"], "axxb", false],
    [["(a+)+$"], "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false],
    [["#1"], "Nr 1", true],
    [[], "anything", false],
    [["!!"], "what!!", false],
  ] as const)("%j in %j: %j", (phrases, text, is) => {
    expect(hasOneOf(phrases, text)).toBe(is);
  });

  it("are found wherever they stand among others, and only whole", () => {
    const word = fc.stringMatching(/^[a-zäöü0-9]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), word, fc.nat(12), (others, wanted, at) => {
        const words = others.toSpliced(at, 0, wanted);
        expect(hasOneOf([wanted.toUpperCase()], words.join(", "))).toBe(true);
        const bare = wordsOf(wanted);
        expect(hasOneOf([wanted], others.join(" "))).toBe(others.some((other) => wordsOf(other) === bare));
      }),
    );
  });
});

describe("senders", () => {
  it.each([
    [["firma.de"], "anna@mail.firma.de", true],
    [["firma.de"], "anna@firma.de", true],
    [["firma.de"], "anna@otherfirma.de", false],
    [["firma.de"], "firma.de@example.org", false],
    [["anna@firma.de"], "anna@firma.de", true],
    [["anna@firma.de"], "hanna@firma.de", false],
    [["+491711234567"], "+491711234567", true],
    [["firma.de"], "", false],
  ])("%j and %j: %j", (named, sender, is) => {
    expect(isFromOneOf(named, sender)).toBe(is);
  });
});

describe("sorting", () => {
  it("names the condition that does not hold", () => {
    expect(missOf({}, FACTS)).toBeNull();
    expect(missOf({ channel: "sms" }, FACTS)).toBe("channel");
    expect(missOf({ language: "en" }, FACTS)).toBe("language");
    expect(missOf({ language: "de" }, { ...FACTS, language: undefined })).toBe("language");
    expect(missOf({ hasFiles: true }, FACTS)).toBe("hasFiles");
    expect(missOf({ hasFiles: false, senders: ["firma.de"], words: ["geld"] }, FACTS)).toBeNull();
    expect(missOf({ senders: ["other.de"] }, FACTS)).toBe("senders");
    expect(missOf({ words: ["geld"], wordsIn: "subject" }, FACTS)).toBe("words");
    expect(missOf({ words: ["geld"], wordsIn: "text" }, FACTS)).toBeNull();
    expect(missOf({ words: ["rückerstattung"], wordsIn: "text" }, FACTS)).toBe("words");
  });

  it("does not find a phrase over the end of the subject", () => {
    expect(missOf({ words: ["12 guten"] }, FACTS)).toBe("words");
  });

  it("ends with the first rule that fits, unless it goes on; what is said first holds, tags add up", () => {
    const first = rule("a", { goesOn: true, effect: { priority: "high", tags: ["x"] } });
    const off = rule("off", { isEnabled: false, effect: { threadType: "complaint", tags: ["off"] } });
    const miss = rule("miss", { conditions: { channel: "sms" } });
    const last = rule("b", { effect: { priority: "low", threadType: "sales_inquiry", tags: ["x", "y"] } });
    const sorted = sortBy([off, first, miss, last, rule("never")], FACTS);
    expect(sorted.taken.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(sorted.passed.map(({ rule: { name }, because }) => [name, because])).toEqual([["miss", "channel"]]);
    expect(sorted.effect).toEqual({ priority: "high", threadType: "sales_inquiry", tags: ["x", "y"] });
  });

  it("takes what fits, in order, up to the first that ends it", () => {
    const one = fc.record({ fits: fc.boolean(), goesOn: fc.boolean(), isEnabled: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 10 }), (given) => {
        const rules = given.map(({ fits, ...rest }, index) =>
          rule(String(index), { ...rest, conditions: fits ? {} : { channel: "sms" } }),
        );
        const fitting = given.flatMap((each, index) => (each.fits && each.isEnabled ? [index] : []));
        const end = fitting.findIndex((index) => given[index]?.goesOn === false);
        const expected = end === -1 ? fitting : fitting.slice(0, end + 1);
        expect(sortBy(rules, FACTS).effect.tags).toEqual(expected.map(String));
      }),
    );
  });
});

it("says which rules it was, whatever they are called", () => {
  expect(sortedText("de-DE", ["A $& {names}"])).toBe("Einsortiert von der Regel „A $& {names}“");
  expect(sortedText("en", ["A", "B"])).toBe("Sorted by the rules “A”, “B”");
});
