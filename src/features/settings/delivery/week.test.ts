import { describe, expect, it } from "vitest";
import { weekdayName, weekOf } from "./week";

const open = (weekday: number, start: string, end: string) => ({ weekday, start, end });

describe("opening hours", () => {
  it("join days with the same hours, and only those that follow each other", () => {
    const week = [open(2, "09:00", "17:00"), open(1, "09:00", "17:00"), open(4, "09:00", "17:00")];
    expect(weekOf(week)).toEqual([
      { from: 1, to: 2, hours: "09:00–17:00" },
      { from: 4, to: 4, hours: "09:00–17:00" },
    ]);
  });

  it("show a break at noon in order", () => {
    expect(weekOf([open(6, "14:00", "18:00"), open(6, "09:00", "12:00")])).toEqual([
      { from: 6, to: 6, hours: "09:00–12:00, 14:00–18:00" },
    ]);
  });

  it("name days in the reader's language", () => {
    expect([weekdayName(1, "en"), weekdayName(7, "de")]).toEqual(["Mon", "So"]);
  });
});
