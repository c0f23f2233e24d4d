import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CSV_FIELDS, readCsv, type WrittenRow } from "./csv";
import { writeCsv } from "../../lib/csv";

const written = (row: Partial<WrittenRow>): WrittenRow => ({
  channel: "",
  address: "",
  purpose: "",
  topic: "",
  reason: "",
  note: "",
  ...row,
});

describe("reading", () => {
  it.each([
    ["commas", "address,reason\na@b.example,complaint\n"],
    ["semicolons and a byte order mark", "\uFEFFAdresse;Grund\r\na@b.example;complaint\r\n"],
    ["tabs", "E-Mail\tReason\na@b.example\tcomplaint"],
    ["quotes", '"Email Address","Reason"\n"a@b.example","complaint"'],
    ["blank lines", "\n\naddress,reason\n\na@b.example,complaint\n,\n\n"],
  ])("takes %s", (_, text) => {
    expect(readCsv(text)).toEqual({
      ok: true,
      rows: [{ line: 2, written: written({ address: "a@b.example", reason: "complaint" }) }],
    });
  });

  it("takes a bare list of addresses", () => {
    expect(readCsv("a@b.example\n+49 171 3920001\n")).toMatchObject({
      ok: true,
      rows: [
        { line: 1, written: { address: "a@b.example" } },
        { line: 2, written: { address: "+49 171 3920001" } },
      ],
    });
  });

  it.each([
    ["nothing", "", "empty"],
    ["only headings", "address,reason\n", "empty"],
    ["no addresses", "name,city\nMax,Berlin\n", "no_address_column"],
  ])("refuses %s", (_, text, problem) => expect(readCsv(text)).toEqual({ ok: false, problem }));
});

describe("writing", () => {
  it("leaves no cell that a spreadsheet would run", () => {
    const dangerous = fc
      .tuple(fc.constantFrom("=", "+", "-", "@", "\t", "\r"), fc.string())
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(dangerous, (cell) => {
        const text = writeCsv(["note"], [[cell]]);
        const body = text.split("\r\n").slice(1).join("\r\n");
        expect(body.replace(/^"/, "").startsWith("'")).toBe(true);
      }),
    );
  });

  it("can be read again as it was", () => {
    const cell = fc.string({ maxLength: 20 }).map((text) => text.trim());
    const row = fc.record({
      channel: fc.constantFrom("email", "sms"),
      address: fc.oneof(fc.emailAddress(), fc.constantFrom("+491713920001", "'+a.a@a.aa", "''-b@a.aa")),
      purpose: fc.constantFrom("", "marketing"),
      topic: fc.constantFrom("", "news"),
      reason: fc.constantFrom("manual", "complaint"),
      note: cell,
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const text = writeCsv(
          CSV_FIELDS,
          rows.map((each) => CSV_FIELDS.map((field) => each[field])),
        );
        expect(readCsv(text)).toEqual({ ok: true, rows: rows.map((each, i) => ({ line: i + 2, written: each })) });
      }),
    );
  });
});
