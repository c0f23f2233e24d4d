import { expect, it } from "vitest";
import { searchable, splitName } from "./names";

it.each([
  ["Erika Muster", { firstName: "Erika", lastName: "Muster" }],
  ["Erika Maria Muster", { firstName: "Erika Maria", lastName: "Muster" }],
  ["Muster, Erika", { firstName: "Erika", lastName: "Muster" }],
  ["Dr. Erika Muster", { firstName: "Erika", lastName: "Muster" }],
  ["Prof. Dr. Muster", { firstName: "Muster" }],
  ["Erika", { firstName: "Erika" }],
  ["Muster,", { firstName: "Muster" }],
  ["", {}],
])("%j is %j", (name, parts) => expect(splitName(name)).toEqual(parts));

it("makes addresses findable whole and in parts", () => {
  expect(searchable("Erika Muster erika.muster@a-b.de").split(" ")).toEqual([
    "erika",
    "muster",
    "erika.muster@a-b.de",
    "a",
    "b",
    "de",
  ]);
});
