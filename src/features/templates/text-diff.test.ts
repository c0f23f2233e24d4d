import fc from "fast-check";
import { expect, test } from "vitest";
import { textDiff } from "./text-diff";

test("says which words came and went", () => {
  expect(textDiff("Hallo Anna, bis morgen", "Hallo Eva, bis bald")).toEqual([
    { kind: "same", text: "Hallo " },
    { kind: "removed", text: "Anna, " },
    { kind: "added", text: "Eva, " },
    { kind: "same", text: "bis " },
    { kind: "removed", text: "morgen" },
    { kind: "added", text: "bald" },
  ]);
  expect(textDiff("a b", "a b")).toEqual([{ kind: "same", text: "a b" }]);
  expect(textDiff("", "neu")).toEqual([{ kind: "added", text: "neu" }]);
});

test("keeps both texts whole, whatever they are", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "c", " ", "\n", "Hallo "), { maxLength: 40 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = textDiff(before, after);
      const without = (kind: string) => parts.flatMap((each) => (each.kind === kind ? [] : [each.text])).join("");
      expect(without("added")).toBe(before);
      expect(without("removed")).toBe(after);
    }),
  );
});
