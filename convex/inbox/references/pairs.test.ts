import { expect, it } from "vitest";
import { MAX_REFERENCES, readReferences } from "./pairs";

it("keeps references without blanks around them, and no empty ones", () => {
  expect(readReferences({ " erp ": " 4711 ", jira: " " })).toEqual({ ok: true, references: { erp: "4711" } });
});

it("refuses names that rows cannot keep, ids that are too long, and too many", () => {
  for (const name of ["_id", "two words", "größe", "", "x".repeat(61)]) {
    expect(readReferences({ [name]: "1" })).toEqual({ ok: false, problem: "name" });
  }
  expect(readReferences({ erp: "x".repeat(1_001) })).toEqual({ ok: false, problem: "too_long" });
  const many = Object.fromEntries(Array.from({ length: MAX_REFERENCES + 1 }, (_, each) => [`r${each}`, "1"]));
  expect(readReferences(many)).toEqual({ ok: false, problem: "too_many" });
});
