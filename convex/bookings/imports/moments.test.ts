import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { guessDayOrder } from "./dayOrder";
import { readDuration } from "./durations";
import { readEnd, readMoment } from "./moments";

const BERLIN = { zone: "Europe/Berlin", dayOrder: "day_first" } as const;
const at = (iso: string) => ({ ok: true, at: Date.parse(iso) });

describe("a point in time", () => {
  it.each([
    ["2026-11-21T14:00:00Z", "2026-11-21T14:00:00Z"],
    ["2026-11-21T14:00:00.000+02:00", "2026-11-21T12:00:00Z"],
    ["2026-11-21T14:00+0200", "2026-11-21T12:00:00Z"],
    ["2026-11-21T14:00+01:00[Europe/Berlin]", "2026-11-21T13:00:00Z"],
    ["2026-11-21 14:00", "2026-11-21T13:00:00Z"],
    ["2026-11-21T14:00:30", "2026-11-21T13:00:30Z"],
    ["21.11.2026 14:00", "2026-11-21T13:00:00Z"],
    ["Sa., 21.11.2026 um 14:00 Uhr", "2026-11-21T13:00:00Z"],
    ["21.11.26, 14.00 Uhr", "2026-11-21T13:00:00Z"],
    ["21-11-2026 14:00 uur", "2026-11-21T13:00:00Z"],
    ["21/11/2026 2 pm", "2026-11-21T13:00:00Z"],
    ["1.7.2026 9:05", "2026-07-01T07:05:00Z"],
    ["21.11.2026 12:30 AM", "2026-11-20T23:30:00Z"],
    ["21.11.2026\u00a012:30\u202fp.m.", "2026-11-21T11:30:00Z"],
  ])("is read from %j", (text, iso) => expect(readMoment(text, "", BERLIN)).toEqual(at(iso)));

  it("has the month first where the file has", () => {
    const american = { zone: "America/New_York", dayOrder: "month_first" } as const;
    expect(readMoment("11/21/2026 2:00 PM", "", american)).toEqual(at("2026-11-21T19:00:00Z"));
    expect(readMoment("21.11.2026 14:00", "", american)).toEqual(at("2026-11-21T19:00:00Z"));
    expect(readMoment("11/21/2026 2:00 PM", "", BERLIN)).toEqual({ ok: false, problem: "unreadable" });
  });

  it("may have its day in another column", () => {
    expect(readMoment("14:00", "21.11.2026", BERLIN)).toEqual(at("2026-11-21T13:00:00Z"));
    expect(readMoment("14:00", "2026-11-21 00:00:00", BERLIN)).toEqual(at("2026-11-21T13:00:00Z"));
    expect(readMoment("", "2026-11-21T13:00:00Z", BERLIN)).toEqual(at("2026-11-21T13:00:00Z"));
  });

  it.each([
    ["", "none"],
    ["2026-11-21", "no_time"],
    ["14:00", "unreadable"],
    ["tomorrow", "unreadable"],
    ["30.02.2026 10:00", "unreadable"],
    ["21.11.2026 25:00", "unreadable"],
    ["21.11.2026 13:00 pm", "unreadable"],
    ["21.11.2026 14", "unreadable"],
    ["46347.58", "unreadable"],
  ])("is not read from %j: %s", (text, problem) =>
    expect(readMoment(text, "", BERLIN)).toEqual({ ok: false, problem }),
  );

  it("says when a clock change skips it or brings it twice", () => {
    expect(readMoment("29.03.2026 02:30", "", BERLIN)).toEqual({ ...at("2026-03-29T01:30:00Z"), note: "skipped" });
    expect(readMoment("25.10.2026 02:30", "", BERLIN)).toEqual({ ...at("2026-10-25T00:30:00Z"), note: "twice" });
    expect(readMoment("2026-10-25T02:30:00+01:00", "", BERLIN)).toEqual(at("2026-10-25T01:30:00Z"));
  });

  it("is the one Temporal means, however it is written", () => {
    const two = (part: number) => String(part).padStart(2, "0");
    const day = fc.date({
      min: new Date("2001-01-01T00:00:00Z"),
      max: new Date("2089-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
    const clockChanges = fc.constantFrom(
      "2026-03-29",
      "2026-10-25",
      "2026-03-08",
      "2026-11-01",
      "2026-04-05",
      "2026-10-04",
    );
    const dates = fc.oneof(
      day.map((date) => date.toISOString().slice(0, 10)),
      clockChanges,
    );
    fc.assert(
      fc.property(dates, fc.nat(23), fc.nat(59), fc.constantFrom(...zones), (date, hour, minute, zone) => {
        const wanted = Temporal.PlainDateTime.from(`${date}T${two(hour)}:${two(minute)}`).toZonedDateTime(zone, {
          disambiguation: "compatible",
        });
        const [year, month, dayOfMonth] = date.split("-");
        const twelve = `${hour % 12 === 0 ? 12 : hour % 12}:${two(minute)} ${hour < 12 ? "AM" : "PM"}`;
        const written = [
          [`${date} ${two(hour)}:${two(minute)}`, "day_first"],
          [`${dayOfMonth}.${month}.${year} ${hour}:${two(minute)}`, "month_first"],
          [`${Number(dayOfMonth)}/${Number(month)}/${year} ${twelve}`, "day_first"],
          [`${month}/${dayOfMonth}/${year} ${twelve}`, "month_first"],
        ] as const;
        for (const [text, dayOrder] of written) {
          const read = readMoment(text, "", { zone, dayOrder });
          expect(read).toMatchObject({ ok: true, at: wanted.epochMilliseconds });
          const isThere = wanted.toPlainDateTime().toString() === `${date}T${two(hour)}:${two(minute)}:00`;
          expect(read.ok && read.note === "skipped").toBe(!isThere);
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe("an end", () => {
  const start = Date.parse("2026-11-21T13:00:00Z");
  it.each([
    ["16:30", "2026-11-21T15:30:00Z"],
    ["01:00", "2026-11-22T00:00:00Z"],
    ["22.11.2026 10:00", "2026-11-22T09:00:00Z"],
    ["2026-11-21T15:00:00Z", "2026-11-21T15:00:00Z"],
  ])("is read from %j", (text, iso) => expect(readEnd(text, start, BERLIN)).toEqual(at(iso)));

  it("is no day alone", () => expect(readEnd("22.11.2026", start, BERLIN)).toEqual({ ok: false, problem: "no_time" }));
});

describe("the order of day and month", () => {
  it.each([
    [["03/04/2026", "21/04/2026 10:00"], "day_first"],
    [["03/04/2026", "Sat, 11/21/2026 2:00 PM"], "month_first"],
    [["21-11-2026"], "day_first"],
    [["03/04/2026", "2026-11-21", "21.11.2026", ""], null],
  ])("of %j is %s", (texts, order) => expect(guessDayOrder(texts)).toBe(order));
});

describe("a duration", () => {
  it.each([
    ["90", 90],
    ["1:30", 90],
    ["01:30:00", 90],
    ["1 h 30 min", 90],
    ["1,5 Std.", 90],
    ["2 uur", 120],
    ["3 Tage", 4320],
    ["PT1H30M", 90],
    ["PT45M", 45],
    ["0", 0],
    ["lange", null],
    ["2 Boote", null],
    ["1:75", null],
    ["-5", null],
    ["", null],
  ])("%j is %s minutes", (text, minutes) => expect(readDuration(text)).toBe(minutes));
});
