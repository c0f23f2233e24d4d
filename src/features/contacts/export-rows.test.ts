import { describe, expect, it } from "vitest";
import { readTable, writeCsv } from "../../../convex/lib/csv";
import type { Id } from "../../../convex/_generated/dataModel";
import { exportTable } from "./export-rows";

const address = (channel: "email" | "sms", text: string, isPrimary: boolean) =>
  ({ channel, address: text, isPrimary, state: "valid" }) as const;
const contact = {
  id: "c1" as Id<"contacts">,
  name: "=HYPERLINK(1)",
  firstName: "Jörg",
  lastName: undefined,
  locale: undefined,
  timezone: undefined,
  preferredChannel: undefined,
  attributes: { groesse: "XL" },
  createdAt: Date.UTC(2026, 4, 12, 10),
  updatedAt: Date.UTC(2026, 4, 12, 10),
  isErased: false,
  mergedInto: null,
  tags: [],
  account: null,
  addresses: [
    address("email", "old@a.example", false),
    address("email", "a@a.example", true),
    address("sms", "+491711234567", true),
  ],
};

const noOrders = new Map<Id<"contacts">, []>();

describe("the export", () => {
  it("holds the primary addresses, the others, attributes and ISO times", () => {
    const { columns, rows } = exportTable([contact], noOrders);
    expect(Object.fromEntries(columns.map((name, at) => [name, rows[0]?.[at]]))).toMatchObject({
      email: "a@a.example",
      phone: "+491711234567",
      "other addresses": "old@a.example",
      "created at": "2026-05-12T10:00:00.000Z",
      groesse: "XL",
    });
  });

  it("holds the orders of each contact in one cell with their states, and runs no formula by them", () => {
    const orders = [
      { number: "=1+1", status: "paid" },
      { number: "A-18", status: null },
    ];
    const other = { ...contact, id: "c2" as Id<"contacts"> };
    const { columns, rows } = exportTable([contact, other], new Map([[contact.id, orders]]));
    expect(rows.map((row) => row[columns.indexOf("orders")])).toEqual(["=1+1 (paid); A-18", ""]);
    expect(rows.map((row) => row.length)).toEqual([columns.length, columns.length]);
    expect(writeCsv(columns, rows)).toContain("'=1+1 (paid); A-18");
  });

  it("repeats the line of whoever has more orders than a line may name", () => {
    const orders = Array.from({ length: 201 }, (_, at) => ({ number: `A-${at}`, status: null }));
    const { columns, rows } = exportTable([contact], new Map([[contact.id, orders]]));
    expect(rows.map((row) => row[columns.indexOf("orders")]?.split("; ").length)).toEqual([200, 1]);
    expect(rows.map((row) => row[columns.indexOf("email")])).toEqual(["a@a.example", "a@a.example"]);
  });

  it("runs no formula in a spreadsheet, has the mark only when asked, and is read again as it was", () => {
    const { columns, rows } = exportTable([contact], noOrders);
    const text = writeCsv(columns, rows, { hasMark: false });
    expect(text.startsWith("name,")).toBe(true);
    expect(text).toContain("'=HYPERLINK(1)");
    expect(text).toContain("'+491711234567");
    expect(writeCsv(columns, rows).startsWith("\uFEFF")).toBe(true);
    const table = { headings: columns, rows: [{ line: 2, cells: rows[0] }] };
    expect(readTable(text)).toMatchObject({ ok: true, table });
  });
});
