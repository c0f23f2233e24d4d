import { expect, it } from "vitest";
import type { Id } from "../../../convex/_generated/dataModel";
import { namedPerson, NOBODY } from "./person-draft";

it("names somebody known, or whom an address finds", () => {
  const contactId = "c" as Id<"contacts">;
  expect(namedPerson({ typed: "Anna", contactId, name: "" })).toEqual({ contactId });
  const anna = { ...NOBODY, typed: " anna@example.org " };
  expect(namedPerson(anna)).toEqual({ name: "anna@example.org", email: "anna@example.org" });
  const tom = { ...NOBODY, typed: "+49 (151) 234-567", name: " Tom " };
  expect(namedPerson(tom)).toEqual({ name: "Tom", phone: "+49 (151) 234-567" });
});

it("takes nobody for a word that is no address", () => {
  for (const typed of ["", "Anna", "anna@", "12"]) expect(namedPerson({ ...NOBODY, typed })).toBeNull();
});
