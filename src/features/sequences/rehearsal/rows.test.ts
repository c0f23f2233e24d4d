import { describe, expect, it } from "vitest";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { RehearsalPage, RehearsedMessage } from "../../../lib/api-types";
import { daysOf, type Filter, moved, rowsOf, totalsOf, weeksOf } from "./rows";

const EVERYTHING: Filter = { step: null, state: null, channel: null, people: "meant" };
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const at = (text: string) => Date.parse(text);

const message = (stepId: string, more: Partial<RehearsedMessage> = {}): RehearsedMessage => ({
  stepId,
  outcome: "goes",
  plannedAt: at("2026-10-20T09:00:00Z"),
  leavesAt: at("2026-10-20T09:00:00Z"),
  channel: "email",
  priceMicros: 400,
  isSure: true,
  ...more,
});

function page(messages: RehearsedMessage[], entry: "enters" | "inside" | "not_matching" = "enters"): RehearsalPage {
  const bookingId = `b-${entry}` as Id<"bookings">;
  const person = { bookingId, contactId: "c" as Id<"contacts">, name: "Anna", entry, zone: "Europe/Berlin", messages };
  return { bookings: [{ id: bookingId, title: "Kurs", startsAt: 0, endsAt: 1 }], people: [person], next: null };
}

describe("rows of a rehearsal", () => {
  const late = message("late", { leavesAt: at("2026-10-21T07:00:00Z"), moved: { from: 0, by: "quiet_hours" } });
  const pages = [
    page([late, message("first"), message("open", { outcome: "waits", plannedAt: null, leavesAt: null })]),
    page([message("other")], "not_matching"),
  ];

  it("are in the order in which they leave, and leave out whom the journey is not meant for", () => {
    expect(rowsOf(pages, EVERYTHING, dayOf).map(({ message: { stepId }, state, day }) => [stepId, state, day])).toEqual(
      [
        ["first", "goes", "2026-10-20"],
        ["late", "shifted", "2026-10-21"],
        ["open", "waits", null],
      ],
    );
    expect(rowsOf(pages, { ...EVERYTHING, people: "all" }, dayOf)).toHaveLength(4);
    expect(rowsOf([page([message("x")], "inside")], { ...EVERYTHING, people: "enters" }, dayOf)).toEqual([]);
    expect(rowsOf(pages, { ...EVERYTHING, state: "shifted" }, dayOf)).toHaveLength(1);
  });

  it("are summed by state, channel and day", () => {
    const rows = rowsOf(pages, EVERYTHING, dayOf);
    expect(totalsOf(rows)).toMatchObject({
      states: { goes: 1, shifted: 1, waits: 1, blocked: 0 },
      channels: [{ channel: "email", count: 2, priceMicros: 800 }],
      priceMicros: 800,
    });
    expect([...daysOf(rows)].map(([day, counts]) => [day, counts.get("email")])).toEqual([
      ["2026-10-20", 1],
      ["2026-10-21", 1],
    ]);
  });
});

describe("the calendar", () => {
  it("has whole weeks from Monday on, also over the change of the clocks", () => {
    const weeks = weeksOf("2026-10-24", "month");
    expect(weeks[0]?.[0]).toBe("2026-09-28");
    expect(weeks.at(-1)?.[6]).toBe("2026-11-01");
    expect(weeksOf("2026-10-25", "week")).toEqual([
      ["2026-10-19", "2026-10-20", "2026-10-21", "2026-10-22", "2026-10-23", "2026-10-24", "2026-10-25"],
    ]);
  });

  it("goes on by months and weeks", () => {
    expect(moved("2026-12-31", "month", 1)).toBe("2027-01-01");
    expect(moved("2026-03-30", "week", -1)).toBe("2026-03-23");
  });
});
