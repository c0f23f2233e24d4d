import fc from "fast-check";
import { expect, test } from "vitest";
import { csvDocuments, csvValue } from "./csv.ts";

async function parse(text: string, chunkLength = 3) {
  async function* chunks() {
    for (let at = 0; at < text.length; at += chunkLength) yield text.slice(at, at + chunkLength);
  }
  const rows = [];
  for await (const row of csvDocuments(chunks())) rows.push(row);
  return rows;
}

test("quotes, commas, line ends and a byte order mark", async () => {
  const text = '\ufeffname,note\r\n"Ann, ""A""","two\nlines"\n\nBen,\r\n';
  expect(await parse(text)).toEqual([
    { name: 'Ann, "A"', note: "two\nlines" },
    { name: "Ben", note: "" },
  ]);
});

test.each<[string, unknown]>([
  ["1", 1],
  ["-1.5e3", -1500],
  [".5", 0.5],
  ["+4", 4],
  ["", ""],
  ["1 ", "1 "],
  ["0x10", "0x10"],
  ["inf", "inf"],
  ["1,5", "1,5"],
])("the cell %j is %j", (cell, value) => {
  expect(csvValue(cell)).toBe(value);
});

test("whatever is quoted comes back, however the text is cut into chunks", async () => {
  const cell = fc.string({ unit: "grapheme" }).filter((text) => typeof csvValue(text) === "string");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, cut) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = ["a,b", ...rows.map((row) => row.map(quote).join(","))].join("\r\n");
        expect(await parse(text, cut)).toEqual(rows.map(([a, b]) => ({ a, b })));
      },
    ),
    { numRuns: 100, seed: 5 },
  );
});

test.each([
  ["a,b\n1", "line 2 cannot be read: it has 1 fields, but the header has 2"],
  ['a\n"x', "a quotation mark is never closed"],
  ['a\n"x"y', "text follows a closing quotation mark"],
  ["a,a\n1,2", "two columns have the same name"],
])("%j is refused", async (text, why) => {
  await expect(parse(text)).rejects.toThrow(why);
});
