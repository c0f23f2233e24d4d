import fc from "fast-check";
import { expect, test } from "vitest";
import { packBlock, peakOf, postingAt, unpackBlock } from "./posting-block.ts";
import { termFrequency } from "./ranking.ts";

// Numbers of one, two and four bytes, and digests of none or some filter fields.
const number = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 70_000 }),
);
const block = fc.tuple(fc.constantFrom(0, 8, 16), fc.integer({ min: 1, max: 2 ** 40 })).chain(([filterBytes, base]) =>
  fc
    .array(
      fc.record({
        gap: number,
        tf: number,
        length: number,
        created: fc.double({ min: 0, max: 1e13, noNaN: true }),
        filters: fc.uint8Array({ minLength: filterBytes, maxLength: filterBytes }),
      }),
      { minLength: 1, maxLength: 60 },
    )
    .map((postings) => {
      let doc = base;
      return postings.map(({ gap, filters, ...rest }) => ({
        ...rest,
        doc: (doc += gap),
        filters: Buffer.from(filters),
      }));
    }),
);

test("what is packed comes out again, and its creation times are read only when they are asked for", () => {
  fc.assert(
    fc.property(block, (postings) => {
      const { facts, data, times } = packBlock(postings);
      let reads = 0;
      const columns = unpackBlock(facts, data, () => {
        reads++;
        return times;
      });
      expect(reads).toBe(0);
      expect(postings.map((_, i) => postingAt(columns, i))).toEqual(postings);
      expect(reads).toBe(1);
    }),
    { numRuns: 300, seed: 9 },
  );
});

test("no posting says more than the peaks of its block", () => {
  fc.assert(
    fc.property(block, fc.integer({ min: 1, max: 200 }), (postings, average) => {
      const { facts } = packBlock(postings);
      const peak = peakOf(facts, (tf, length) => termFrequency(tf, length, average));
      const most = Math.max(...postings.map(({ tf, length }) => termFrequency(tf, length, average)));
      expect(peak).toBeGreaterThanOrEqual(most);
      // Of few different counts, one posting is as good.
      if (new Set(postings.map(({ tf }) => tf)).size <= 16) expect(peak).toBe(most);
    }),
    { numRuns: 300, seed: 10 },
  );
});
