import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract } from "./contract.ts";

const near = (score: number) => expect.closeTo(score, 6) as number;

/** Text and vector search (convex-facts d.9, d.10). Hits of text searches are compared as sets: convex-test does not rank. */
export function searchCases(contract: Contract): void {
  textCases(contract);
  vectorCases(contract);
}

function textCases(contract: Contract): void {
  contract.case("words match whole, the last one also as a beginning; filters cut", async (backend, kind) => {
    const rows = [
      { text: "quick brown fox", tag: "x" },
      { text: "the brown bear", tag: "y" },
      { text: "foxglove" },
      { text: "nothing here" },
    ];
    await backend.mutation(api.vectors.addArticles, { kind, rows });
    const search = async (text: string, tag?: string) =>
      (await backend.query(api.reading.search, { kind, text, ...(tag === undefined ? {} : { tag }) })).sort();
    expect(await search("fox")).toEqual(["foxglove", "quick brown fox"]);
    expect(await search("BROWN")).toEqual(["quick brown fox", "the brown bear"]);
    expect(await search("brown", "y")).toEqual(["the brown bear"]);
    expect(await search("absent")).toEqual([]);
    expect(await search("")).toEqual([]);
  });

  contract.case(
    "better matches come first",
    async (backend, kind) => {
      const rows = [{ text: "fox and many other words in a long text" }, { text: "fox fox" }, { text: "foxes" }];
      await backend.mutation(api.vectors.addArticles, { kind, rows });
      const hits = await backend.query(api.reading.search, { kind, text: "fox" });
      expect(hits[0]).toBe("fox fox");
      expect(hits.toSorted()).toEqual(rows.map(({ text }) => text).sort());
    },
    { "convex-test": "its hits come in order of creation" },
  );
}

function vectorCases(contract: Contract): void {
  contract.case("the nearest come first, by cosine", async (backend, kind) => {
    const rows = [
      { tag: "same", vector: [2, 0, 0] },
      { tag: "opposite", vector: [-1, 0, 0] },
      { tag: "between", vector: [1, 1, 0] },
      { tag: "across", vector: [0, 0, 5] },
    ];
    await backend.mutation(api.vectors.add, { kind, rows });
    const hits = await backend.action(api.vectors.search, { vector: [3, 0, 0], kinds: [kind], limit: 10 });
    expect(hits).toEqual([
      { tag: "same", score: near(1) },
      { tag: "between", score: near(Math.SQRT1_2) },
      { tag: "across", score: near(0) },
      { tag: "opposite", score: near(-1) },
    ]);
    const best = await backend.action(api.vectors.search, { vector: [3, 0, 0], kinds: [kind], limit: 2 });
    expect(best.map(({ tag }) => tag)).toEqual(["same", "between"]);
  });

  contract.case("filters are any of several values of several fields", async (backend, kind) => {
    const rows = ["x", "y", "z"].map((tag, position) => ({ tag: `${kind} ${tag}`, vector: [1, position, 0] }));
    await backend.mutation(api.vectors.add, { kind, rows });
    await backend.mutation(api.vectors.add, { kind: `${kind} other`, rows: [{ tag: `${kind} o`, vector: [1, 0, 0] }] });
    const search = async (kinds: string[], tags: string[]) =>
      (await backend.action(api.vectors.search, { vector: [1, 0, 0], kinds, tags, limit: 10 }))
        .map(({ tag }) => tag?.at(-1) ?? "")
        .sort();
    expect(await search([], [`${kind} x`, `${kind} z`])).toEqual(["x", "z"]);
    expect(await search([`${kind} other`], [`${kind} y`])).toEqual(["o", "y"]);
  });

  contract.case("changed and deleted vectors are found as they are now", async (backend, kind) => {
    const [first, second] = await backend.mutation(api.vectors.add, {
      kind,
      rows: [
        { tag: "moves", vector: [1, 0, 0] },
        { tag: "goes", vector: [0, 1, 0] },
      ],
    });
    if (first === undefined || second === undefined) throw new Error("Nothing was inserted");
    await backend.mutation(api.vectors.setVector, { id: first, vector: [0, 0, 1] });
    await backend.mutation(api.vectors.remove, { id: second });
    const hits = await backend.action(api.vectors.search, { vector: [1, 0, 0], kinds: [kind], limit: 10 });
    expect(hits).toEqual([{ tag: "moves", score: near(0) }]);
  });

  contract.case(
    "ten by default; documents without a vector of the right length are not there",
    async (backend, kind) => {
      const rows = [...Array.from({ length: 12 }, () => ({ vector: [1, 1, 1] })), {}, { vector: [1] }];
      await backend.mutation(api.vectors.add, { kind, rows });
      const hits = async (limit?: number) =>
        (
          await backend.action(api.vectors.search, {
            vector: [1, 0, 0],
            kinds: [kind],
            ...(limit === undefined ? {} : { limit }),
          })
        ).length;
      expect(await hits()).toBe(10);
      expect(await hits(256)).toBe(12);
    },
    { "convex-test": "it has no default limit and needs every vector" },
  );

  contract.case(
    "what a vector search refuses",
    async (backend, kind) => {
      const search = (more: {
        vector?: number[];
        limit?: number;
        tags?: string[];
        index?: string;
        otherField?: string;
      }) => backend.action(api.vectors.search, { vector: [1, 0, 0], kinds: [kind], ...more });
      await refuses(backend, search({ limit: 257 }), "Vector queries can fetch at most 256 results, requested 257.");
      await refuses(backend, search({ limit: 0 }), "Vector queries can fetch at most 256 results, requested 0.");
      await refuses(backend, search({ vector: [1, 2] }), "Expected a vector with dimensions 3, received 2.");
      await refuses(backend, search({ index: "by_nothing" }), "Index vectors.by_nothing not found.");
      await refuses(
        backend,
        search({ otherField: "vector" }),
        'Vector query against vectors.by_vector contains a filter on "vector" but that field isn\'t indexed for filtering in `filterFields`.',
      );
      const tags = Array.from({ length: 64 }, (_, position) => `${position}`);
      await refuses(
        backend,
        search({ tags }),
        "Vector query against vectors.by_vector has too many conditions. Max: 64 Actual: 65",
      );
    },
    { "convex-test": "it does not check vector queries" },
  );
}
