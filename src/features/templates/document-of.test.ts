import { expect, test } from "vitest";
import { readDocument } from "../../../convex/templates/documents/read";
import { bodyOfDocument, chipsOf } from "../../../convex/templates/documents/text";
import { documentOf } from "./document-of";

test("a body becomes a document that says the same", () => {
  const body = "Guten Tag {{firstName}},\n\nbis {{eventDate}}!\nIhr Team";
  const read = readDocument(documentOf({ body, variables: [{ name: "firstName", fallback: "Gast" }] }));
  if (!read.ok) throw new Error(read.problem);
  expect(bodyOfDocument(read.blocks)).toBe(body);
  expect(chipsOf(read.blocks)).toEqual([
    { name: "firstName", fallback: "Gast" },
    { name: "eventDate", fallback: "" },
  ]);
});

test("nothing becomes an empty document", () => {
  expect(readDocument(documentOf({ body: "", variables: [] })).ok).toBe(true);
});
