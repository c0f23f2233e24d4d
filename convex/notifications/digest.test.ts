import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockTime } from "../lib/time";
import { digestText, nextDigestAt } from "./digest";

const BERLIN = "Europe/Berlin";
const HOUR_MS = 3_600_000;

describe("the next morning mail", () => {
  it.each([
    ["before eight", "2026-05-12T05:59:59Z", "2026-05-12T06:00:00Z"],
    ["at eight: the next day", "2026-05-12T06:00:00Z", "2026-05-13T06:00:00Z"],
    // 23 hours from one eight o'clock to the next when the clocks go forward, 25 when they go back.
    ["over the change to summer time", "2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z"],
    ["over the change to winter time", "2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z"],
  ])("%s", (_, now, next) => {
    expect(new Date(nextDigestAt(Date.parse(now), BERLIN)).toISOString()).toBe(new Date(next).toISOString());
  });

  it("is at eight by the member's clocks, within the next 25 hours, wherever they are", () => {
    const zones = fc.constantFrom(BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC");
    const instants = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(zones, instants, (zone, now) => {
        const next = nextDigestAt(now, zone);
        expect(clockTime(next, zone)).toBe("08:00");
        expect(next - now).toBeGreaterThan(0);
        expect(next - now).toBeLessThanOrEqual(25 * HOUR_MS);
      }),
      { seed: 8 },
    );
  });
});

describe("the words", () => {
  const reader = { org: "Haff $& Co", name: "Anna", timezone: BERLIN, url: "https://s.example" };
  const nothing = { unread: 0, openThreads: [], dueTasks: [], limit: 20 };

  it("are none when nothing is pending", () => expect(digestText(nothing, reader, "en")).toBeNull());

  it("name what is pending, and nothing else", () => {
    const openThreads = [{ number: 7, subject: "Kurs", who: "Max", isOverdue: true }];
    const dueTasks = [{ title: "Anrufen", dueAt: Date.parse("2026-05-12T07:30:00Z") }];
    expect(digestText({ ...nothing, openThreads, dueTasks }, reader, "de")).toEqual({
      subject: "Ihr Tag bei Haff $& Co",
      text: [
        "Guten Morgen, Anna.",
        "Ihre offenen Unterhaltungen: 1\n- #7 Max: Kurs (überfällig)",
        "Heute oder früher fällige Aufgaben: 1\n- 09:30 Anrufen",
        "Öffnen: https://s.example/inbox?view=mine",
      ].join("\n\n"),
    });
    expect(digestText({ ...nothing, unread: 20 }, reader, "nl")?.text).toContain("Ongelezen meldingen: 20+");
  });
});
