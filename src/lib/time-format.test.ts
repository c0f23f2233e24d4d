import { describe, expect, it } from "vitest";
import { calendarDaysBetween, clock, dateTime, dayLabel, relativeTime, utcText } from "./time-format";

const NOW = Date.UTC(2026, 2, 28, 12, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const relative = (at: number, language = "en") => relativeTime(at, language, NOW, "now");

describe("relativeTime", () => {
  it("says now within the first seconds, minutes and hours after that", () => {
    expect(relative(NOW - 20_000)).toBe("now");
    expect(relative(NOW - 5 * MINUTE)).toBe("5 min");
    expect(relative(NOW - 3 * HOUR)).toBe("3 hr");
  });

  it("says the day rather than a count of hours once midnight lies far behind", () => {
    expect(relative(NOW - 20 * HOUR)).toBe("yesterday");
    expect(relative(NOW - 3 * 24 * HOUR)).toMatch(/25/);
  });

  it("speaks of the future and in the reader's language", () => {
    expect(relative(NOW + 30 * MINUTE)).toBe("in 30 min.");
    expect(relative(NOW - 20 * HOUR, "de")).toBe("gestern");
    expect(relative(NOW - 5 * MINUTE, "de")).toBe("5 Min.");
  });
});

describe("zoned times", () => {
  // 2026-03-29 02:00 the clocks go forward in Berlin.
  it("shows the venue's clock on both sides of the clock change", () => {
    expect(clock(Date.UTC(2026, 2, 28, 8, 0), "en", "Europe/Berlin")).toBe("09:00");
    expect(clock(Date.UTC(2026, 3, 4, 7, 0), "en", "Europe/Berlin")).toBe("09:00");
  });

  it("counts dates, not spans of 24 hours", () => {
    const saturdayNoon = Date.UTC(2026, 2, 28, 11, 0);
    const sundayNoon = Date.UTC(2026, 2, 29, 10, 0);
    expect(calendarDaysBetween(saturdayNoon, sundayNoon, "Europe/Berlin")).toBe(1);
    expect(calendarDaysBetween(sundayNoon, saturdayNoon, "Europe/Berlin")).toBe(-1);
  });

  it("adds the year only when it is another one", () => {
    expect(dateTime(NOW, "en", NOW, "UTC")).not.toContain("2026");
    expect(dateTime(NOW, "en", Date.UTC(2025, 0, 1), "UTC")).toContain("2026");
  });

  it("prints UTC the same for everybody", () => {
    expect(utcText(NOW)).toBe("2026-03-28 12:00 UTC");
  });
});

describe("dayLabel", () => {
  it("names today and yesterday with a capital", () => {
    expect(dayLabel(NOW, "en", NOW)).toBe("Today");
    expect(dayLabel(NOW - 24 * HOUR, "nl", NOW)).toBe("Gisteren");
  });
});
