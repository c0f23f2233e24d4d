import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIcalDays, type IcalDays } from "./ical-days";

const WANTED = { timezone: "Europe/Berlin", from: "2026-01-01", to: "2029-01-01" };

const file = (...events: string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", ...events, "END:VCALENDAR"].join("\r\n") + "\r\n";
const event = (...lines: string[]) =>
  ["BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20250101T000000Z", ...lines, "END:VEVENT"].join("\r\n");
const read = (...events: string[]): Extract<IcalDays, { kind: "days" }> => {
  const result = readIcalDays(file(...events), WANTED);
  if (result.kind === "refused") throw new Error(result.reason);
  return result;
};
const daysOf = (...events: string[]) =>
  read(...events).days.map(({ date, name, start, end }) => [
    date,
    ...(start === undefined ? [] : [`${start}-${end}`]),
    name,
  ]);

describe("whole days", () => {
  it("are one or several; the end is not one of them", () => {
    expect(daysOf(event("DTSTART;VALUE=DATE:20261225", "SUMMARY:Weihnachten"))).toEqual([
      ["2026-12-25", "Weihnachten"],
    ]);
    expect(daysOf(event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227", "SUMMARY:Frei"))).toEqual([
      ["2026-12-24", "Frei"],
      ["2026-12-25", "Frei"],
      ["2026-12-26", "Frei"],
    ]);
    expect(daysOf(event("DTSTART;VALUE=DATE:20261230", "DURATION:P1W", "SUMMARY:Urlaub"))).toHaveLength(7);
  });

  it("with the same day as the end, as some programs write them, are that day", () => {
    const same = event("DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260501", "SUMMARY:1. Mai");
    expect(daysOf(same)).toEqual([["2026-05-01", "1. Mai"]]);
  });

  it("are the same in every zone", () => {
    const text = file(event("DTSTART;VALUE=DATE:20261225", "SUMMARY:X"));
    for (const timezone of ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"]) {
      expect(readIcalDays(text, { ...WANTED, timezone })).toMatchObject({ days: [{ date: "2026-12-25", name: "X" }] });
    }
  });

  it("have their folded and escaped titles in one line", () => {
    expect(daysOf(event("DTSTART;VALUE=DATE:20261003", "SUMMARY:Tag der \r\n Einheit\\, frei\\nüberall"))).toEqual([
      ["2026-10-03", "Tag der Einheit, frei überall"],
    ]);
  });
});

describe("parts of days", () => {
  it("are written in the calendar's own zone: from UTC, from a named zone, and as they stand without one", () => {
    const of = (from: string, to: string) => daysOf(event(`DTSTART${from}`, `DTEND${to}`, "SUMMARY:Teil"));
    expect(of(":20260701T100000Z", ":20260701T120000Z")).toEqual([["2026-07-01", "12:00-14:00", "Teil"]]);
    expect(of(":20260115T100000Z", ":20260115T120000Z")).toEqual([["2026-01-15", "11:00-13:00", "Teil"]]);
    const newYork = ";TZID=America/New_York:20260701T";
    expect(of(`${newYork}120000`, `${newYork}180000`)).toEqual([["2026-07-01", "18:00-24:00", "Teil"]]);
    expect(of(":20261224T120000", ":20261225T000000")).toEqual([["2026-12-24", "12:00-24:00", "Teil"]]);
  });

  it("over several days close the days between them whole", () => {
    expect(daysOf(event("DTSTART:20261223T150000", "DTEND:20261226T080000", "SUMMARY:Pause"))).toEqual([
      ["2026-12-23", "15:00-24:00", "Pause"],
      ["2026-12-24", "Pause"],
      ["2026-12-25", "Pause"],
      ["2026-12-26", "00:00-08:00", "Pause"],
    ]);
  });

  it("in a zone that only the file describes are taken from there, and in one that nobody knows are named", () => {
    const zone = [
      "BEGIN:VTIMEZONE",
      "TZID:Unser Büro",
      "BEGIN:STANDARD",
      "DTSTART:19700101T000000",
      "TZOFFSETFROM:+0500",
      "TZOFFSETTO:+0500",
      "END:STANDARD",
      "END:VTIMEZONE",
    ].join("\r\n");
    const meeting = event("DTSTART;TZID=Unser Büro:20260701T120000", "DURATION:PT1H", "SUMMARY:Fern");
    expect(daysOf(zone, meeting)).toEqual([["2026-07-01", "09:00-10:00", "Fern"]]);
    expect(read(meeting)).toMatchObject({ days: [], problems: [{ title: "Fern", kind: "unknown_zone" }] });
  });
});

describe("repeated events", () => {
  it("come every year, within the years that are wanted", () => {
    const xmas = event("DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY", "SUMMARY:Weihnachten");
    expect(daysOf(xmas)).toEqual(["2026", "2027", "2028"].map((year) => [`${year}-12-25`, "Weihnachten"]));
    expect(read(xmas).outside).toBeGreaterThan(0);
  });

  it("follow rules such as the fourth Thursday (RFC 5545 3.8.5.3), counts and further dates", () => {
    const thanksgiving = event("DTSTART;VALUE=DATE:20251127", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "SUMMARY:T");
    expect(daysOf(thanksgiving).map(([date]) => date)).toEqual(["2026-11-26", "2027-11-25", "2028-11-23"]);
    const counted = event(
      "DTSTART;VALUE=DATE:20260105",
      "RRULE:FREQ=WEEKLY;COUNT=3",
      "RDATE;VALUE=DATE:20260301",
      "SUMMARY:C",
    );
    expect(daysOf(counted).map(([date]) => date)).toEqual(["2026-01-05", "2026-01-12", "2026-01-19", "2026-03-01"]);
  });

  it("leave out excepted dates, take moved ones where they went, and cancelled ones not at all", () => {
    const weekly = event(
      "DTSTART;VALUE=DATE:20260601",
      "RRULE:FREQ=WEEKLY;COUNT=4",
      "EXDATE;VALUE=DATE:20260608",
      "SUMMARY:W",
    );
    const moved = event("RECURRENCE-ID;VALUE=DATE:20260615", "DTSTART;VALUE=DATE:20260616", "SUMMARY:Verlegt");
    const cancelled = event(
      "RECURRENCE-ID;VALUE=DATE:20260622",
      "DTSTART;VALUE=DATE:20260622",
      "STATUS:CANCELLED",
      "SUMMARY:W",
    );
    expect(daysOf(weekly, moved, cancelled)).toEqual([
      ["2026-06-01", "W"],
      ["2026-06-16", "Verlegt"],
    ]);
  });

  it("keep their time on the clock across the change of the clocks", () => {
    const daily = event(
      "DTSTART;TZID=Europe/Berlin:20260328T080000",
      "DURATION:PT2H",
      "RRULE:FREQ=DAILY;COUNT=3",
      "SUMMARY:D",
    );
    expect(daysOf(daily).map(([, hours]) => hours)).toEqual(["08:00-10:00", "08:00-10:00", "08:00-10:00"]);
  });
});

describe("bad files", () => {
  it("are refused with the reason", () => {
    const reasonOf = (text: string) => {
      const result = readIcalDays(text, WANTED);
      return result.kind === "refused" ? result.reason : result.kind;
    };
    expect(reasonOf("")).toBe("not_ical");
    expect(reasonOf("Datum;Name\n2026-12-25;Weihnachten")).toBe("not_ical");
    expect(reasonOf("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:x")).toBe("not_ical");
    expect(reasonOf("BEGIN:VCARD\r\nFN:Anna\r\nEND:VCARD\r\n")).toBe("not_ical");
    expect(reasonOf(file())).toBe("no_events");
    expect(reasonOf(file(event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY", "SUMMARY:Immer")))).toBe("too_many");
  });

  it("name the events that are wrong and take the others", () => {
    const good = event("DTSTART;VALUE=DATE:20260501", "SUMMARY:Gut");
    const { days, problems } = read(
      good,
      event("SUMMARY:Ohne Beginn"),
      event("DTSTART;VALUE=DATE:20260502"),
      event("DTSTART:20260503T120000", "DTEND:20260503T100000", "SUMMARY:Rückwärts"),
      event("DTSTART;VALUE=DATE:20260505", "DTEND;VALUE=DATE:20260504", "SUMMARY:Auch rückwärts"),
      event("DTSTART:20260101T000000", "DURATION:PT1M", "RRULE:FREQ=SECONDLY", "SUMMARY:Bombe"),
    );
    expect(days.filter(({ name }) => name === "Gut")).toHaveLength(1);
    expect(problems).toEqual([
      { title: "Ohne Beginn", kind: "no_start" },
      { title: "", kind: "no_title" },
      { title: "Rückwärts", kind: "ends_before_start" },
      { title: "Auch rückwärts", kind: "ends_before_start" },
      { title: "Bombe", kind: "too_often" },
    ]);
  });

  it("never break the screen, whatever is in them", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "DTSTART:20260101T000000Z",
        "DTEND;VALUE=DATE:20260101",
        "RRULE:FREQ=YEARLY;COUNT=5",
        "SUMMARY:x",
      ),
      fc.constantFrom(
        "DTSTART;TZID=Nowhere:20269999T999999",
        "RRULE:FREQ=NEVER",
        "DURATION:PT",
        "EXDATE:x",
        "END:VEVENT",
      ),
      fc.string({ maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        expect(["days", "refused"]).toContain(readIcalDays(file(event(...lines)), WANTED).kind);
      }),
    );
  });
});
