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

describe("the export", () => {
  it("holds the primary addresses, the others, attributes and ISO times", () => {
    const { columns, rows } = exportTable([contact]);
    expect(Object.fromEntries(columns.map((name, at) => [name, rows[0]?.[at]]))).toMatchObject({
      email: "a@a.example",
      phone: "+491711234567",
      "other addresses": "old@a.example",
      "created at": "2026-05-12T10:00:00.000Z",
      groesse: "XL",
    });
  });

  it("runs no formula in a spreadsheet, has the mark only when asked, and is read again as it was", () => {
    const { columns, rows } = exportTable([contact]);
    const text = writeCsv(columns, rows, { hasMark: false });
    expect(text.startsWith("name,")).toBe(true);
    expect(text).toContain("'=HYPERLINK(1)");
    expect(text).toContain("'+491711234567");
    expect(writeCsv(columns, rows).startsWith("\uFEFF")).toBe(true);
    const table = { headings: columns, rows: [{ line: 2, cells: rows[0] }] };
    expect(readTable(text)).toMatchObject({ ok: true, table });
  });
});
