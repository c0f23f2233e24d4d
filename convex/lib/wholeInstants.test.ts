import fc from "fast-check";
import { expect, it } from "vitest";
import { wholeInstants, type CreatedRows } from "./wholeInstants";

type Row = { id: number; _creationTime: number };

const table = (times: readonly number[]): CreatedRows<Row> => {
  const rows = times.toSorted((a, b) => a - b).map((_creationTime, id) => ({ id, _creationTime }));
  return {
    after: async (instant, limit) => rows.filter((row) => row._creationTime > instant).slice(0, limit),
    at: async (instant) => rows.filter((row) => row._creationTime === instant),
  };
};

it("goes through every row once, however many share an instant", async () => {
  const times = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 1, max: 6 }), async (created, limit) => {
      const seen: number[] = [];
      let cursor = 0;
      for (;;) {
        const rows = await wholeInstants(table(created), cursor, limit);
        seen.push(...rows.map(({ id }) => id));
        cursor = rows.at(-1)?._creationTime ?? cursor;
        if (rows.length < limit) break;
      }
      expect(seen).toEqual(created.map((_, index) => index));
    }),
    { seed: 7 },
  );
});
