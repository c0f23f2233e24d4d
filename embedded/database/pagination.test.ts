import type { JSONValue } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  openTestDatabase,
  push,
  rangeQuery,
  read,
  scanQuery,
  schemaJson,
  searchQuery,
  tableJson,
  write,
} from "./testing.ts";
import type { Database, Page, PageRequest } from "./types.ts";

const schema = schemaJson(
  tableJson("t", {
    indexes: [{ indexDescriptor: "by_n", fields: ["n"] }],
    searchIndexes: [{ indexDescriptor: "search_text", searchField: "text", filterFields: [] }],
  }),
);

async function openFilled(ns: readonly number[]): Promise<Database> {
  const { db } = openTestDatabase();
  await push(db, schema);
  write(db, (tx) => ns.forEach((n) => tx.insert("", "t", { n, text: `word${n} common` })));
  return db;
}

function page(db: Database, query: JSONValue, request: Partial<PageRequest> = {}): Page {
  return read(db, (tx) => tx.paginate("", { query, cursor: null, endCursor: null, pageSize: 2, ...request }));
}

const ns = (result: Page) => result.page.map(({ value }) => value["n"]);
const byN = (order: "asc" | "desc" = "asc", operators: JSONValue[] = []) => rangeQuery("t.by_n", [], order, operators);

describe("paginate", () => {
  test("walks the whole range in pages; a page that ends at the last row is not yet the end", async () => {
    const db = await openFilled([1, 2, 3, 4]);
    const first = page(db, byN());
    expect([ns(first), first.isDone]).toEqual([[1, 2], false]);
    const second = page(db, byN(), { cursor: first.continueCursor });
    expect([ns(second), second.isDone]).toEqual([[3, 4], false]);
    const third = page(db, byN(), { cursor: second.continueCursor });
    expect([ns(third), third.isDone]).toEqual([[], true]);
    const fourth = page(db, byN(), { cursor: third.continueCursor });
    expect([ns(fourth), fourth.isDone, fourth.continueCursor]).toEqual([[], true, third.continueCursor]);
  });

  test("pages neither overlap nor leave a gap, whatever is written between them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(20), { maxLength: 12 }),
        fc.constantFrom("asc" as const, "desc" as const),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (before, between, order, pageSize, useIndex) => {
          const db = await openFilled(before);
          const query = useIndex ? byN(order) : scanQuery("t", order);
          const pages: { start: string | null; end: string }[] = [];
          const later = [...between];
          for (let cursor: string | null = null, isDone = false; !isDone;) {
            const result: Page = page(db, query, { cursor, pageSize });
            pages.push({ start: cursor, end: result.continueCursor });
            cursor = result.continueCursor;
            isDone = result.isDone;
            const n = later.pop();
            if (n !== undefined) write(db, (tx) => tx.insert("", "t", { n, text: "" }));
          }
          const pinned = pages.flatMap(
            ({ start, end }) => page(db, query, { cursor: start, endCursor: end, pageSize }).page,
          );
          const all = page(db, query, { pageSize: 1000 }).page;
          expect(pinned.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
          await db.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("an end cursor fixes the page's end: it grows and shrinks", async () => {
    const db = await openFilled([1, 3, 5]);
    const { continueCursor } = page(db, byN());
    write(db, (tx) => tx.insert("", "t", { n: 2 }));
    const grown = page(db, byN(), { endCursor: continueCursor });
    expect([ns(grown), grown.continueCursor, grown.isDone]).toEqual([[1, 2, 3], continueCursor, false]);
    write(db, (tx) => grown.page.forEach(({ id }) => tx.remove("", id)));
    expect(ns(page(db, byN(), { endCursor: continueCursor }))).toEqual([]);
  });

  test("filters: the cursor moves past rows that were dropped, maximumRowsRead counts them", async () => {
    const db = await openFilled([1, 2, 3, 4, 5, 6]);
    const even = byN("asc", [{ filter: { $eq: [{ $mod: [{ $field: "n" }, 2] }, 0] } }]);
    const first = page(db, even, { maximumRowsRead: 3 });
    expect([ns(first), first.isDone]).toEqual([[2], false]);
    const second = page(db, even, { cursor: first.continueCursor });
    expect(ns(second)).toEqual([4, 6]);
  });

  test("the middle cursor splits a page in two", async () => {
    const db = await openFilled([1, 2, 3, 4, 5]);
    const whole = page(db, byN(), { pageSize: 5 });
    expect(whole.splitCursor).not.toBeNull();
    const left = page(db, byN(), { endCursor: whole.splitCursor });
    const right = page(db, byN(), { cursor: whole.splitCursor, endCursor: whole.continueCursor });
    expect([...ns(left), ...ns(right)]).toEqual([1, 2, 3, 4, 5]);
    expect(Math.abs(left.page.length - right.page.length)).toBeLessThanOrEqual(1);
    expect(page(db, byN(), { pageSize: 2 }).splitCursor).toBeNull();
    expect(page(db, byN(), { pageSize: 5, maximumRowsRead: 6 }).pageStatus).toBe("SplitRecommended");
    expect(whole.pageStatus).toBeNull();
  });

  test("a maximum ends a page that is not full, but never one with an end cursor", async () => {
    const db = await openFilled([1, 2, 3, 4]);
    const status = (request: Partial<PageRequest>) => {
      const result = page(db, byN(), request);
      return [ns(result), result.pageStatus];
    };
    expect(status({ pageSize: 1, maximumRowsRead: 3 })).toEqual([[1], null]);
    expect(status({ pageSize: 3, maximumRowsRead: 3 })).toEqual([[1, 2, 3], "SplitRecommended"]);
    expect(status({ pageSize: 3, maximumRowsRead: 2 })).toEqual([[1, 2], "SplitRequired"]);
    expect(status({ pageSize: 3, maximumBytesRead: 1 })).toEqual([[1], "SplitRequired"]);
    const { continueCursor } = page(db, byN(), { pageSize: 9 });
    const pinned = page(db, byN(), { pageSize: 1, endCursor: continueCursor, maximumRowsRead: 3 });
    expect([ns(pinned), pinned.pageStatus]).toEqual([[1, 2, 3, 4], "SplitRecommended"]);
    // The first half is the larger one.
    expect(ns(page(db, byN(), { endCursor: pinned.splitCursor }))).toEqual([1, 2, 3]);
  });

  test("equal positions give equal cursors, so that an unchanged page is an unchanged result", async () => {
    const db = await openFilled([1, 2, 3]);
    const first = page(db, byN()).continueCursor;
    write(db, (tx) => tx.insert("", "t", { n: 9 }));
    expect(page(db, byN()).continueCursor).toBe(first);
    write(db, (tx) => tx.insert("", "t", { n: "a secret text", text: "" }));
    const secret = page(db, byN("desc"), { pageSize: 1 }).continueCursor;
    expect(Buffer.from(secret, "base64url").toString("latin1")).not.toContain("secret");
  });

  test("search results in pages", async () => {
    const db = await openFilled([1, 2, 3]);
    const query = searchQuery("t.search_text", "text", "common word3");
    const first = page(db, query);
    expect(ns(first)).toHaveLength(2);
    expect(ns(first)[0]).toBe(3);
    const second = page(db, query, { cursor: first.continueCursor });
    expect(new Set([...ns(first), ...ns(second)])).toEqual(new Set([1, 2, 3]));
    expect(second.isDone).toBe(true);
  });

  test("a cursor belongs to its query and to this deployment", async () => {
    const db = await openFilled([1, 2, 3]);
    const { continueCursor } = page(db, byN());
    const mismatch =
      "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor is from a different query.";
    expect(() => page(db, byN("desc"), { cursor: continueCursor })).toThrow(mismatch);
    expect(() => page(db, scanQuery("t"), { cursor: continueCursor })).toThrow(mismatch);
    expect(() => page(db, byN(), { cursor: "nonsense" })).toThrow("Failed to parse cursor");
    const other = await openFilled([1, 2, 3]);
    expect(() => page(other, byN(), { cursor: continueCursor })).toThrow("Failed to parse cursor");
  });

  test.each<[Partial<PageRequest>, string, string]>([
    [{ pageSize: 0 }, "NoDocumentsForPagination", "Must request at least 1 document while paginating"],
    [{ pageSize: 32_001 }, "PageSizeTooLarge", "Requested too many items: 32001"],
    [{ maximumRowsRead: 0 }, "InvalidPaginationLimit", "maximumRowsRead and maximumBytesRead must be greater than 0"],
  ])("refuses %j", async (request, code, message) => {
    const db = await openFilled([]);
    expect(() => page(db, byN(), request)).toThrow(expect.objectContaining({ code, message }));
  });
});
