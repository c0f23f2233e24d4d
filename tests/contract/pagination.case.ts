import fc from "fast-check";
import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract, type ContractBackend } from "./contract.ts";

interface PageOptions {
  numItems: number;
  cursor: string | null;
  endCursor?: string | null;
  maximumRowsRead?: number;
}

interface Spec {
  index: string;
  range: { op: "eq" | "gt"; field: string; value: unknown }[];
  order?: "asc" | "desc";
  filter?: unknown;
}

const ofKind = (kind: string): Spec => ({ index: "by_kind_a", range: [{ op: "eq", field: "kind", value: kind }] });
const ODD = ["eq", ["mod", ["field", "a"], ["value", 2]], ["value", 1]];

async function withNumbers(backend: ContractBackend, kind: string, ...numbers: number[]): Promise<Spec> {
  await backend.mutation(api.documents.insert, { kind, rows: numbers.map((a) => ({ a })) });
  return ofKind(kind);
}

const upTo = (count: number) => Array.from({ length: count }, (_, position) => position);

function pageOf(backend: ContractBackend, spec: Spec, paginationOpts: PageOptions) {
  return backend.query(api.reading.page, { ...spec, paginationOpts });
}

/** Pages (convex-facts e.5). */
export function paginationCases(contract: Contract): void {
  walkingCases(contract);
  endCursorCases(contract);
  refusalCases(contract);
}

function walkingCases(contract: Contract): void {
  contract.case("walking pages of any size sees every row once, in order", async (backend, kind) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 15 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.constantFrom("asc" as const, "desc" as const),
        async (numbers, numItems, filtered, order) => {
          const own = await withNumbers(backend, `${kind} ${++run}`, ...numbers);
          const spec: Spec = { ...own, order, ...(filtered ? { filter: ODD } : {}) };
          const seen: number[] = [];
          let cursor: string | null = null;
          for (let isDone = false; !isDone;) {
            const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(backend, spec, { numItems, cursor });
            expect(page.page.length).toBeLessThanOrEqual(numItems);
            seen.push(...(page.page as number[]));
            ({ isDone, continueCursor: cursor } = page);
          }
          const sorted = numbers.filter((number) => !filtered || number % 2 === 1).sort((x, y) => x - y);
          expect(seen).toEqual(order === "asc" ? sorted : sorted.reverse());
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });

  contract.case(
    "a page that ends with the last row does not know it yet",
    async (backend, kind) => {
      const spec = await withNumbers(backend, kind, 1, 2);
      const page = await pageOf(backend, spec, { numItems: 2, cursor: null });
      expect(page).toMatchObject({ page: [1, 2], isDone: false });
      expect(await pageOf(backend, spec, { numItems: 2, cursor: page.continueCursor })).toMatchObject({
        page: [],
        isDone: true,
      });
    },
    { "convex-test": "it looks one row further and ends there" },
  );

  contract.case("a page after the end stays empty and done", async (backend, kind) => {
    const spec = await withNumbers(backend, kind, 1);
    const end = await pageOf(backend, spec, { numItems: 5, cursor: null });
    expect(end.isDone).toBe(true);
    await withNumbers(backend, kind, 2);
    expect(await pageOf(backend, spec, { numItems: 5, cursor: end.continueCursor })).toMatchObject({
      page: [],
      isDone: true,
    });
  });

  contract.case("rows written behind the cursor are not seen, those before it are", async (backend, kind) => {
    const spec = await withNumbers(backend, kind, 10, 20, 30);
    const first = await pageOf(backend, spec, { numItems: 2, cursor: null });
    await withNumbers(backend, kind, 5, 15, 25);
    expect((await pageOf(backend, spec, { numItems: 9, cursor: first.continueCursor })).page).toEqual([25, 30]);
  });

  contract.case("maximumRowsRead counts rows before the filter and ends the page", async (backend, kind) => {
    const spec = { ...(await withNumbers(backend, kind, ...upTo(10))), filter: ODD };
    const page = await pageOf(backend, spec, { numItems: 10, cursor: null, maximumRowsRead: 4 });
    expect(page).toMatchObject({ page: [1, 3], isDone: false });
    const next = await pageOf(backend, spec, { numItems: 10, cursor: page.continueCursor, maximumRowsRead: 4 });
    expect(next.page).toEqual([5, 7]);
  });
}

function endCursorCases(contract: Contract): void {
  contract.case(
    "with an end cursor a page grows and shrinks, and its neighbour begins where it ends",
    async (backend, kind) => {
      const spec = await withNumbers(backend, kind, 10, 20, 30, 40);
      const first = await pageOf(backend, spec, { numItems: 2, cursor: null });
      const pinned = { numItems: 2, cursor: null, endCursor: first.continueCursor };
      await withNumbers(backend, kind, 12, 14, 25);
      const grown = await pageOf(backend, spec, pinned);
      expect(grown).toMatchObject({ page: [10, 12, 14, 20], isDone: false, continueCursor: first.continueCursor });
      expect((await pageOf(backend, spec, { numItems: 9, cursor: grown.continueCursor })).page).toEqual([25, 30, 40]);
    },
  );

  contract.case(
    "splitting a page at its split cursor gives the same rows in two pages",
    async (backend, kind) => {
      const spec = await withNumbers(backend, kind, ...upTo(9));
      const whole = await pageOf(backend, spec, { numItems: 9, cursor: null });
      expect(whole.splitCursor).not.toBeNull();
      const low = await pageOf(backend, spec, { numItems: 9, cursor: null, endCursor: whole.splitCursor ?? null });
      const high = await pageOf(backend, spec, {
        numItems: 9,
        cursor: whole.splitCursor ?? null,
        endCursor: whole.continueCursor,
      });
      expect([...low.page, ...high.page]).toEqual(whole.page);
      expect(low.page.length).toBeGreaterThan(0);
      expect(high.page.length).toBeGreaterThan(0);
    },
    { "convex-test": "it gives a split cursor only when a page reached a maximum" },
  );

  contract.case(
    "two rows or fewer have no split cursor",
    async (backend, kind) => {
      const spec = await withNumbers(backend, kind, 1, 2, 3);
      expect((await pageOf(backend, spec, { numItems: 2, cursor: null })).splitCursor).toBeNull();
      expect((await pageOf(backend, spec, { numItems: 3, cursor: null })).splitCursor).not.toBeNull();
    },
    { "convex-test": "it gives a split cursor only when a page reached a maximum" },
  );

  contract.case(
    "a page near its maximum recommends a split, one that a maximum cut requires it",
    async (backend, kind) => {
      const spec = await withNumbers(backend, kind, ...upTo(8));
      const near = await pageOf(backend, spec, { numItems: 8, cursor: null, maximumRowsRead: 10 });
      expect(near).toMatchObject({ pageStatus: "SplitRecommended", page: upTo(8) });
      const calm = await pageOf(backend, spec, { numItems: 8, cursor: null, maximumRowsRead: 100 });
      expect(calm.pageStatus).toBeNull();
      const cut = await pageOf(backend, spec, { numItems: 8, cursor: null, maximumRowsRead: 4 });
      expect(cut).toMatchObject({ pageStatus: "SplitRequired", page: upTo(4) });
      expect(cut.splitCursor).not.toBeNull();
      const pinned = { numItems: 1, cursor: null, endCursor: calm.continueCursor, maximumRowsRead: 4 };
      expect(await pageOf(backend, spec, pinned)).toMatchObject({ pageStatus: "SplitRecommended", page: upTo(8) });
    },
    { "convex-test": "it recommends no splits" },
  );
}

function refusalCases(contract: Contract): void {
  contract.case(
    "limits of a page",
    async (backend, kind) => {
      const page = (paginationOpts: PageOptions) => pageOf(backend, ofKind(kind), paginationOpts);
      await refuses(backend, page({ numItems: 0, cursor: null }), "Must request at least 1 document while paginating");
      await refuses(backend, page({ numItems: 32_001, cursor: null }), "Requested too many items: 32001");
      await refuses(
        backend,
        page({ numItems: 1, cursor: null, maximumRowsRead: 0 }),
        "maximumRowsRead and maximumBytesRead must be greater than 0",
      );
      await refuses(backend, page({ numItems: 1, cursor: "no cursor" }), "Failed to parse cursor");
    },
    { "convex-test": "it has no such limits" },
  );

  contract.case(
    "a cursor belongs to its query",
    async (backend, kind) => {
      const spec = await withNumbers(backend, kind, 1, 2, 3);
      const { continueCursor: cursor } = await pageOf(backend, spec, { numItems: 1, cursor: null });
      const text =
        "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor is from a different query.";
      for (const other of [{ ...spec, order: "desc" as const }, { ...spec, filter: ODD }, ofKind(`${kind} other`)]) {
        const attempt = pageOf(backend, other, { numItems: 1, cursor });
        await refuses(backend, attempt, text);
        await expect(attempt).rejects.toMatchObject({
          data: { isConvexSystemError: true, paginationError: "InvalidCursor" },
        });
      }
    },
    { "convex-test": "its cursors are sort keys without the query they came from" },
  );

  contract.case(
    "one paginated query per function",
    async (backend, kind) => {
      const two = backend.query(api.reading.twoPages, {
        ...ofKind(kind),
        paginationOpts: { numItems: 1, cursor: null },
      });
      await refuses(backend, two, "This query or mutation function ran multiple paginated queries.");
    },
    { "convex-test": "it does not count them" },
  );
}
