import fc from "fast-check";
import { expect, it } from "vitest";
import { readTable, writeCsv } from "../../lib/csv";
import { ordersAsCell, ordersOfCell } from "./cell";
import { readOrder, readOrders } from "./rules";

const namesOf = (cell: string) => {
  const read = ordersOfCell(cell);
  return read.ok ? read.orders.map(({ orderNumber, orderStatus }) => [orderNumber, orderStatus]) : read.part;
};

it("reads semicolons and line breaks, states in brackets, and blanks that say nothing", () => {
  expect(namesOf("A-17 (in Arbeit, fast fertig); A-18;;\n B 2(paid) ;")).toEqual([
    ["A-17", "in Arbeit, fast fertig"],
    ["A-18", ""],
    ["B 2", "paid"],
  ]);
  expect(namesOf("A-1\r\nA-2")).toEqual([
    ["A-1", ""],
    ["A-2", ""],
  ]);
  expect(namesOf(" ")).toEqual([]);
  expect(namesOf("(paid)")).toEqual([["", "paid"]]);
  expect(namesOf("A-1 ()")).toEqual([["A-1", ""]]);
});

it("reads in quotation marks what would be something else, and says which part it cannot read", () => {
  expect(namesOf('"A; 1" ("a (b)"); "1,5 ""Zoll"""')).toEqual([
    ["A; 1", "a (b)"],
    ['1,5 "Zoll"', ""],
  ]);
  expect(namesOf("A-1; A-2, A-3; A-4")).toBe("A-2, A-3");
  expect(namesOf("A-1 (paid")).toBe("A-1 (paid");
  expect(namesOf("A-1 (paid) sent; A-2")).toBe("A-1 (paid) sent");
  expect(namesOf('A-1; "A-2')).toBe('"A-2');
  expect(namesOf('A"1')).toBe('A"1');
});

it("gives back every order the export wrote, through a file", () => {
  const text = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...Array.from("aB1 ;(),\"'=+-\n\tü")), minLength: 1, maxLength });
  const order = fc.tuple(text(12), text(12)).map(([orderNumber, orderStatus]) => {
    const read = readOrder({ orderNumber, orderStatus });
    return read.ok ? read.order : null;
  });
  fc.assert(
    fc.property(fc.uniqueArray(order, { selector: (each) => each?.key, maxLength: 6 }), (some) => {
      const orders = some.filter((each) => each !== null);
      const shown = orders.map(({ number, status = null }) => ({ number, status }));
      const file = readTable(writeCsv(["email", "orders"], [["a@a.example", ordersAsCell(shown)]]));
      const cell = file.ok ? file.table.rows[0]?.cells[1] : undefined;
      expect(readOrders({ orders: cell ?? "" })).toEqual({ ok: true, orders });
    }),
    { seed: 7, numRuns: 500 },
  );
});
