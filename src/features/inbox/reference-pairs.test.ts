import { expect, it } from "vitest";
import { added, hasDoubles, pairsOf, recordOf } from "./reference-pairs";

it("gives back what it was made of, by name", () => {
  const references = { jira: "OPS-12", erp: "4711" };
  expect(pairsOf(references).map(({ name }) => name)).toEqual(["erp", "jira"]);
  expect(recordOf(pairsOf(references))).toEqual(references);
});

it("keeps no empty one, gives each new one an id of its own and sees two of one name", () => {
  const one = pairsOf({ erp: "4711" });
  const two = added(one.map((pair) => ({ ...pair, id: 7 })));
  expect(two.map(({ id }) => id)).toEqual([7, 8]);
  expect(recordOf(two)).toEqual({ erp: "4711" });
  expect(hasDoubles(two)).toBe(false);
  expect(hasDoubles([...two, { id: 9, name: " erp ", text: "4712" }])).toBe(true);
});
