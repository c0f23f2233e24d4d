import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexTerms, parseSearch, saysAll, snippetOf, type ParsedSearch } from "./parse";

const NOTHING = parseSearch("");

const WORD = fc.stringMatching(/^[a-zäöüß0-9]{1,8}$/);

describe("a search", () => {
  it("knows every operator", () => {
    const text =
      'Rechnung from:anna to:"info@haff.example" subject:Törn tag:Kurs status:waiting_customer assignee:me channel:sms priority:urgent type:complaint team:"Front Desk" in:info@ org:"Haff GmbH" has:attachment before:2026-11-21 after:2026-01-01 is:open order:"AB 12" ref:JIRA-7 "bitte um Antwort" -Storno -"kein Interesse" #42';
    expect(parseSearch(text)).toEqual({
      words: ["rechnung"],
      phrases: ["bitte um antwort"],
      without: ["storno", "kein interesse"],
      number: 42,
      from: ["anna"],
      to: ["info@haff.example"],
      subject: ["törn"],
      tags: ["Kurs"],
      statuses: ["waiting_customer"],
      assignees: ["me"],
      channels: ["sms"],
      priorities: ["urgent"],
      threadTypes: ["complaint"],
      teams: ["front desk"],
      mailboxes: ["info@"],
      accounts: ["haff gmbh"],
      hasAttachment: true,
      before: "2026-11-21",
      after: "2026-01-01",
      states: ["open"],
      orders: ["ab 12"],
      references: ["jira-7"],
      problems: [],
    } satisfies ParsedSearch);
  });

  it.each([
    ["status:gone", ["status:gone"]],
    ["priority:pink type:chat", ["priority:pink", "type:chat"]],
    ["before:gestern", ["before:gestern"]],
    ["before:2026-02-30", ["before:2026-02-30"]],
    ["has:wings is:blue", ["has:wings", "is:blue"]],
    ["-from:anna", ["-from:anna"]],
  ])("says of %j what it does not understand", (text, problems) => {
    expect(parseSearch(text)).toEqual({ ...NOTHING, problems });
  });

  it.each([
    ["https://example.org/a?b=c", ["https://example.org/a?b=c"]],
    ["um 12:30 Uhr", ["um", "12:30", "uhr"]],
    ["foo:bar", ["foo:bar"]],
    ["E-Mail", ["e-mail"]],
  ])("takes %j as words", (text, words) => {
    expect(parseSearch(text)).toEqual({ ...NOTHING, words });
  });

  it("takes an open quotation mark to the end, and nothing for nothing", () => {
    expect(parseSearch('"bitte um')).toEqual({ ...NOTHING, phrases: ["bitte um"] });
    expect(parseSearch('from:"Anna Weber')).toEqual({ ...NOTHING, from: ["anna weber"] });
    expect(parseSearch('   "" from:"" - ')).toEqual({ ...NOTHING, words: ["-"] });
  });

  it("never fails, and loses nothing that is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const parsed = parseSearch(text);
        const kept = Object.values(parsed).flat().join("").length;
        const hasContent = text.replaceAll(/["\s:-]/g, "") !== "";
        if (hasContent && !/^[^"]*:"?\s*"?/.test(text)) expect(kept).toBeGreaterThan(0);
      }),
    );
  });

  it("reads back words, phrases and exclusions in any order, whatever blanks are between", () => {
    const part = fc.oneof(
      WORD.map((word) => ({ typed: word, word })),
      fc
        .array(WORD, { minLength: 1, maxLength: 3 })
        .map((all) => ({ typed: `"${all.join(" ")}"`, phrase: all.join(" ") })),
      WORD.map((word) => ({ typed: `-${word}`, not: word })),
      WORD.map((word) => ({ typed: `from:${word}`, from: word })),
      WORD.map((word) => ({ typed: `TAG:"${word}"`, tag: word })),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.stringMatching(/^[ \t]{1,3}$/), (parts, blank) => {
        const parsed = parseSearch(parts.map(({ typed }) => typed).join(blank));
        const of = (name: string) =>
          parts.flatMap((each) => (name in each ? [(each as unknown as Record<string, string>)[name]] : []));
        expect(parsed.words).toEqual(of("word"));
        expect(parsed.phrases).toEqual(of("phrase"));
        expect(parsed.without).toEqual(of("not"));
        expect(parsed.from).toEqual(of("from"));
        expect(parsed.tags).toEqual(of("tag"));
        expect(parsed.problems).toEqual([]);
      }),
    );
  });
});

describe("terms for the index", () => {
  it("are at most as many as it takes, with the last word at the end, where it may be a beginning", () => {
    fc.assert(
      fc.property(fc.uniqueArray(WORD, { minLength: 1, maxLength: 30 }), (words) => {
        const terms = indexTerms(parseSearch(words.join(" ")), 16);
        expect(terms.length).toBe(Math.min(16, words.length));
        expect(terms.at(-1)).toBe(words.at(-1));
      }),
    );
  });
});

describe("a text", () => {
  it("has to say everything, and nothing of what is left out", () => {
    const parsed = parseSearch('Törn "nächste Woche" -Storno');
    expect(saysAll(parsed, "Der TÖRN nächste Woche fällt aus")).toBe(true);
    expect(saysAll(parsed, "Der Törn nächste woche: Storno")).toBe(false);
    expect(saysAll(parsed, "Der Törn Woche nächste")).toBe(false);
  });
});

describe("what is shown of a text", () => {
  it("holds what was looked for, however far into the text", () => {
    fc.assert(
      fc.property(fc.array(WORD, { maxLength: 80 }), WORD, fc.array(WORD, { maxLength: 80 }), (before, word, after) => {
        const snippet = snippetOf(parseSearch(word), [...before, word, ...after].join("\n"));
        expect(snippet.toLowerCase()).toContain(word);
        expect(snippet.length).toBeLessThan(190);
        expect(snippet).not.toContain("\n");
      }),
    );
  });

  it("is the beginning of a text that does not say it", () => {
    expect(snippetOf(parseSearch("Boot"), "Guten  Tag\nHerr Muster")).toBe("Guten Tag Herr Muster");
    expect(snippetOf(parseSearch(""), "x".repeat(300))).toBe(`${"x".repeat(180)} …`);
  });
});
