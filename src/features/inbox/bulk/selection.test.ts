import { describe, expect, it } from "vitest";
import { among, extendTo, isEveryRow, NOTHING_CHOSEN, toggle } from "./selection";

const order = ["a", "b", "c", "d", "e"];
const chosen = (...ids: string[]) => ids.reduce(toggle, NOTHING_CHOSEN);

describe("choosing rows", () => {
  it("chooses and gives up one by one", () => {
    expect([...chosen("a", "c", "a").ids]).toEqual(["c"]);
  });

  it("extends up and down from the row chosen last, beside what is chosen", () => {
    expect([...extendTo(chosen("b"), order, "d").ids]).toEqual(["b", "c", "d"]);
    expect([...extendTo(chosen("a", "e"), order, "d").ids]).toEqual(["a", "e", "d"]);
    const up = extendTo(extendTo(chosen("d"), order, "c"), order, "b");
    expect([...up.ids]).toEqual(["d", "c", "b"]);
  });

  it("extends from where it is when there is no anchor, or it is gone", () => {
    expect([...extendTo(NOTHING_CHOSEN, order, "c").ids]).toEqual(["c"]);
    expect([...extendTo(chosen("gone"), order, "b").ids]).toEqual(["gone", "b"]);
    expect(extendTo(chosen("a"), order, "unlisted").ids).toEqual(new Set(["a"]));
  });

  it("forgets rows that left the list, and keeps its identity when none did", () => {
    const selection = chosen("a", "x");
    expect([...among(selection, order).ids]).toEqual(["a"]);
    expect(among(chosen("a"), order).ids.size).toBe(1);
    const same = chosen("b");
    expect(among(same, order)).toBe(same);
  });

  it("knows when every row is chosen", () => {
    expect(isEveryRow(chosen(...order), order)).toBe(true);
    expect(isEveryRow(chosen("a"), order)).toBe(false);
    expect(isEveryRow(NOTHING_CHOSEN, [])).toBe(false);
  });

  it("means the chosen rows again after any change to “all matching”", () => {
    const all = { ...chosen("a"), isAllMatching: true };
    expect(toggle(all, "b").isAllMatching).toBe(false);
  });
});
