import { convexToJson, type JSONValue, type Value } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredDocument } from "../database/types.ts";
import { encodeDocument, measureValue } from "../value/document.ts";
import { arbitraryValue } from "../value/testing.ts";
import { KnownDocuments } from "./known-documents.ts";
import { checkReturn } from "./values-check.ts";

// More than what is too short to be looked at.
const LONG = "x".repeat(2100);

function stored(value: Record<string, Value | undefined>, table = "rows"): StoredDocument {
  const json = encodeDocument(value);
  return { id: "", table, json, value: {}, size: measureValue(JSON.parse(json) as JSONValue).size };
}

/** What one page of the documents, or each by itself, is remembered as. */
function remembered(documents: readonly StoredDocument[], isPage: boolean): KnownDocuments {
  const known = new KnownDocuments();
  if (isPage) known.add(documents.map(({ json }) => json).join(","), documents);
  else for (const document of documents) known.add(document.json, [document]);
  return known;
}

function sizeWithout(documents: KnownDocuments, json: string): number | null {
  const reduced = documents.takeOutOf(json);
  return reduced === null ? null : measureValue(JSON.parse(reduced.json) as JSONValue).size + reduced.extraBytes;
}

test("a result with documents in it measures the same without them", () => {
  const document = fc
    .dictionary(fc.constantFrom("a", "b", "A"), arbitraryValue(), { maxKeys: 3, noNullPrototype: true })
    .map((fields) => ({ ...fields, _creationTime: 1.5, _id: `k${LONG}` }));
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      arbitraryValue(),
      (values, isPage, other) => {
        const documents = values.map((value) => stored(value));
        const known = remembered(documents, isPage);
        const result = convexToJson({
          page: values as unknown as Value,
          other: other ?? null,
          twice: values[0] as unknown as Value,
        });
        expect(sizeWithout(known, JSON.stringify(result))).toBe(measureValue(result).size);
      },
    ),
  );
});

describe("what only looks like a document", () => {
  const document = stored({ _id: "k1", body: LONG });
  const check = { path: "a:b", validator: null, tables: () => null, kind: "function", allowCommitTs: false } as const;

  test("is none inside a string", () => {
    const json = JSON.stringify({ text: document.json });
    expect(remembered([document], false).takeOutOf(json)).toBeNull();
  });

  // No library writes such a text, but a function may return any.
  test("is refused where the text is no JSON", () => {
    const json = `["${document.json}"]`;
    expect(() => checkReturn(json, check, () => undefined, remembered([document], false))).toThrow(
      "return value invalid",
    );
  });

  test("is measured as it is when a field was added", () => {
    const json = JSON.stringify({ _id: "k1", added: 1, body: LONG });
    expect(remembered([document], false).takeOutOf(json)).toBeNull();
  });

  test("is not remembered of system tables", () => {
    expect(remembered([stored({ _id: "k1", body: LONG }, "_storage")], true).takeOutOf(document.json)).toBeNull();
  });
});

test("documents count against the length of the array that they are in", () => {
  const documents = Array.from({ length: 8193 }, (_, n) => stored({ _id: `k${n}` }));
  const known = remembered(documents, true);
  const json = `[${documents.map((document) => document.json).join(",")}]`;
  const check = { path: "a:b", validator: null, tables: () => null, kind: "function", allowCommitTs: false } as const;
  expect(() => checkReturn(json, check, () => undefined, known)).toThrow(
    "Array length is too long (8193 > maximum length 8192)",
  );
});

test("a result that nests almost too deep is read as a whole", () => {
  const document = stored({ _id: "k1", body: LONG, deep: [[[[1]]]] });
  const wrap = (levels: number) => "[".repeat(levels) + document.json + "]".repeat(levels);
  const check = { path: "a:b", validator: null, tables: () => null, kind: "function", allowCommitTs: false } as const;
  const known = remembered([document], false);
  expect(checkReturn(wrap(59), check, () => undefined, known)).toBeNull();
  expect(() => checkReturn(wrap(60), check, () => undefined, known)).toThrow("nested");
});
