import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mentionBefore, mentionsIn } from "./mentions";

const PEOPLE = [
  { id: "1", name: "Anna" },
  { id: "2", name: "Anna Maria Groß" },
  { id: "3", name: "Bert" },
];

describe("who a note names", () => {
  it.each([
    ["@Bert bitte ansehen", ["3"]],
    ["Bitte ansehen, @bert!", ["3"]],
    ["@Anna Maria Groß und @Anna", ["1", "2"]],
    ["@Anna Maria", ["1"]],
    ["@Berta, bert@haff.example, info@Anna.de", []],
    ["(@Anna) @BERT.", ["1", "3"]],
    ["nobody", []],
  ])("%s", (text, ids) => {
    expect(mentionsIn(text, PEOPLE)).toEqual({ ids, isEveryone: false });
  });

  it.each(["@everyone", "Hallo @Alle, bitte", "@iedereen?"])("everybody by %s", (text) => {
    expect(mentionsIn(text, PEOPLE)).toEqual({ ids: [], isEveryone: true });
  });

  it("is found wherever the name stands", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z .,!]{0,20}$/), fc.stringMatching(/^[ .,!?\n].{0,20}$/), (before, after) => {
        const { ids } = mentionsIn(`${before} @Bert${after.replaceAll("@", "")}`, PEOPLE);
        expect(ids).toEqual(["3"]);
      }),
      { seed: 20261121 },
    );
  });
});

describe("a name being typed", () => {
  it.each([
    ["Hallo @An", "An"],
    ["@", ""],
    ["Hallo @Anna Ma", "Anna Ma"],
    ["mail@haff", null],
    ["Hallo", null],
    ["@Anna\nweiter", null],
  ])("%s", (text, name) => {
    expect(mentionBefore(text)).toBe(name);
  });
});
