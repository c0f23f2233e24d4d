import { describe, expect, it } from "vitest";
import { readDaysOff, readHours, writeDaysOff, writeHours } from "./calendar-text";

describe("hours of a day", () => {
  it("are several ranges, and come back as they went", () => {
    const read = readHours(1, "9:00-12:00, 13:00–24:00");
    expect(read).toEqual([
      { weekday: 1, start: "09:00", end: "12:00" },
      { weekday: 1, start: "13:00", end: "24:00" },
    ]);
    expect(writeHours(read ?? [], 1)).toBe("09:00–12:00, 13:00–24:00");
    expect(writeHours(read ?? [], 2)).toBe("");
  });

  it("are none for a closed day, and nothing for nonsense", () => {
    expect(readHours(7, "  ")).toEqual([]);
    expect(readHours(7, "nine to five")).toBeNull();
    expect(readHours(7, "09:00–12:00, later")).toBeNull();
  });
});

describe("days off", () => {
  it("are whole or a part of the day, one a line; bad lines are named", () => {
    const text = "2026-12-24 12:00–24:00 Heiligabend\n\n2026-12-25 1. Weihnachtstag\nmorgen frei";
    const { values, badLines } = readDaysOff(text);
    expect(values).toEqual([
      { date: "2026-12-24", name: "Heiligabend", start: "12:00", end: "24:00" },
      { date: "2026-12-25", name: "1. Weihnachtstag" },
    ]);
    expect(badLines).toEqual([4]);
    expect(readDaysOff(writeDaysOff(values)).values).toEqual(values);
  });
});
