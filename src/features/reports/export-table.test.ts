import { expect, it } from "vitest";
import { writeCsv } from "../../../convex/lib/csv";
import { counts, duration, plus } from "../../../convex/analytics/team/sums";
import type { Id } from "../../../convex/_generated/dataModel";
import { exportTable } from "./export-table";

const sums = plus(counts({ received: 2, sent: 1, inTime: 1, costMicros: 75_000 }), duration("answer", 90_000));
const report = {
  from: 0,
  total: sums,
  channels: [{ channel: "email" as const, sums }],
  teams: [],
  agents: [{ id: "m1" as Id<"members">, name: "=HYPERLINK(1)", sums }],
  points: [{ at: 0, total: sums, channels: {} }],
  unreadable: 0,
};

it("writes every figure of everybody, and names that are no formulas", () => {
  const { columns, rows } = exportTable(report);
  expect(rows.map(([kind]) => kind)).toEqual(["all", "channel", "member", "from"]);
  const at = (name: string) => rows[0]?.[columns.indexOf(name)];
  expect([at("received"), at("answer mean (min)"), at("sla kept (%)"), at("cost")]).toEqual([
    "2",
    "1.5",
    "100",
    "0.075",
  ]);
  // Nothing was closed: no share of it.
  expect(at("escalated (%)")).toBe("");
  expect(writeCsv(columns, rows, { hasMark: false })).toContain("'=HYPERLINK(1)");
});
