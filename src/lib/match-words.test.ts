import { describe, expect, it } from "vitest";
import { matchesWords } from "./match-words";

describe("matchesWords", () => {
  it("finds commands by the beginnings of their words, in any order", () => {
    expect(matchesWords("Go to the inbox", "go inb")).toBe(true);
    expect(matchesWords("Go to the inbox", "inb go")).toBe(true);
    expect(matchesWords("Go to the inbox", "box")).toBe(false);
  });

  it("does not mind case and accents", () => {
    expect(matchesWords("Suche und Befehle öffnen", "OFF")).toBe(true);
  });

  it("shows everything while nothing is typed", () => {
    expect(matchesWords("Anything", "")).toBe(true);
  });
});
