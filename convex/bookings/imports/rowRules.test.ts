import { describe, expect, it } from "vitest";
import { guessTargets, readTable } from "../../lib/csv";
import { BOOKING_COLUMNS, bookingsOfLines, keyOf, writtenBooking } from "./columns";
import { factsFor, happenedAt, readBooking, type KnownBooking } from "./rowRules";
import type { WrittenBooking } from "./schema";
import { localeOf, stateOf } from "./words";

const OPTIONS = { zone: "Europe/Berlin", dayOrder: "day_first", minutes: 60, country: "DE" } as const;
const ROW = { reference: "A1", title: "Kurs", start: "21.11.2026 14:00", name: "Anna", email: "anna@a.example" };
const START = Date.parse("2026-11-21T13:00:00Z");
const HOUR_MS = 3_600_000;

const rows = (...written: Partial<WrittenBooking>[]) =>
  written.map((each, at) => ({ line: at + 2, written: { attributes: {}, ...ROW, ...each } }));
const read = (...written: Partial<WrittenBooking>[]) => readBooking(rows(...written), OPTIONS);
const booking = (...written: Partial<WrittenBooking>[]) => {
  const found = read(...written);
  if (!found.ok) throw new Error(found.problem);
  return found.booking;
};

describe("columns", () => {
  it.each([
    [
      "Buchungsnummer;Kurs;Datum;Von;Bis;Treffpunkt;Status;Vorname;Nachname;E-Mail;Telefon;Boot",
      "reference title date start end place state firstName lastName email phone ignore",
    ],
    [
      "Reference,Event name,Start time,Duration,Time zone,Location,Status,Attendee,Email address,Language",
      "reference title start duration zone place state name email locale",
    ],
    [
      "Boekingsnummer;Cursus;Datum;Tijd;Duur;Locatie;Status;Naam;E-mailadres;Telefoon;Taal",
      "reference title date start duration place state name email phone locale",
    ],
  ])("of %s are guessed", (headings, targets) => {
    const table = readTable(`${headings}\nx\n`);
    if (!table.ok) throw new Error(table.problem);
    expect(guessTargets(table.table.headings, BOOKING_COLUMNS, {}).join(" ")).toBe(targets);
  });

  it("keep too long a cell too long, so that it is refused", () => {
    const written = writtenBooking(["x".repeat(5_000)], ["Boot"], ["attribute"]);
    expect(written.attributes["boot"]).toHaveLength(2_001);
  });
});

describe("rows of one booking", () => {
  it("have its reference, or say what, when and who alike", () => {
    const lines = rows({}, { reference: "B", email: "b@a.example" }, { email: "c@a.example" }, {}, {});
    lines[3]!.written = { ...ROW, reference: "", attributes: {} };
    lines[4]!.written = { ...ROW, reference: " ", email: " ANNA@a.example", attributes: { boat: "J" } };
    expect(bookingsOfLines(lines).map((each) => each.map(({ line }) => line))).toEqual([[2, 4], [3], [5, 6]]);
    expect(keyOf({ ...ROW, reference: "", start: "22.11.2026 14:00", attributes: {} })).not.toBe(
      keyOf(lines[3]!.written),
    );
  });

  it("are at most a hundred", () => {
    const lines = Array.from({ length: 130 }, (_, at) => ({ line: at + 2, written: { ...ROW, attributes: {} } }));
    expect(bookingsOfLines(lines).map(({ length }) => length)).toEqual([100, 30]);
  });

  it("are people of it; who is cancelled takes no part while others do", () => {
    const two = booking({}, { name: "Tom", email: "", phone: "0151 23456789" });
    expect(two.people.map(({ name, email, phone }) => [name, email, phone])).toEqual([
      ["Anna", "anna@a.example", undefined],
      ["Tom", undefined, "+4915123456789"],
    ]);
    const left = booking({ state: "storniert" }, { email: "b@a.example", state: "bestätigt" });
    expect([left.status, left.people.length]).toEqual(["confirmed", 1]);
    const off = booking({ state: "Cancelled" }, { email: "b@a.example", state: "geannuleerd" });
    expect([off.status, off.people.length]).toEqual(["cancelled", 2]);
  });

  it("must agree about it", () => {
    expect(read({}, { start: "22.11.2026 14:00" })).toEqual({ ok: false, problem: "different_facts", line: 3 });
    expect(read({}, { start: "", title: "" }).ok).toBe(true);
    expect(read({ state: "completed" }, { state: "no-show" })).toMatchObject({ problem: "different_facts", line: 3 });
  });
});

describe("a row", () => {
  it("gives times, place and details", () => {
    const full = booking({ end: "16:00", place: "Steg 3", attributes: { boat: " Jolle ", empty: "" } });
    expect(full).toMatchObject({
      startsAt: START,
      endsAt: START + 2 * HOUR_MS,
      location: { kind: "onsite", zone: "Europe/Berlin", text: "Steg 3" },
      attributes: { boat: "Jolle" },
    });
    expect(full.attributes).not.toHaveProperty("empty");
    expect(booking({ duration: "90" }).endsAt).toBe(START + 1.5 * HOUR_MS);
    expect(booking({}).endsAt).toBe(START + HOUR_MS);
    expect(booking({ zone: "America/New_York" }).startsAt).toBe(START + 6 * HOUR_MS);
    expect(booking({ place: "https://meet.example/1" }).location).toEqual({
      kind: "online",
      url: "https://meet.example/1",
    });
    expect(booking({ start: "25.10.2026 02:30" }).clockNote).toBe("twice");
  });

  it.each([
    [{ start: "" }, "no_start"],
    [{ start: "bald" }, "unreadable_start"],
    [{ start: "21.11.2026" }, "no_time"],
    [{ end: "spät" }, "unreadable_end"],
    [{ duration: "lang" }, "unreadable_duration"],
    [{ zone: "Mars/Base" }, "unknown_zone"],
    [{ state: "vielleicht" }, "unknown_state"],
    [{ locale: "Klingonisch!" }, "unknown_language"],
    [{ email: "" }, "no_address"],
    [{ email: "keine-adresse" }, "unreadable_email"],
    [{ phone: "12" }, "unreadable_phone"],
    [{ reference: "x".repeat(201) }, "long_reference"],
  ])("with %j is refused: %s", (wrong, problem) => expect(read(wrong)).toEqual({ ok: false, problem, line: 2 }));
});

describe("what a file makes of a booking", () => {
  const known: KnownBooking = {
    title: "Kurs",
    startsAt: START,
    endsAt: START + HOUR_MS,
    location: { kind: "onsite", zone: "Europe/Berlin", text: "Steg 3" },
    attributes: { boat: "Jolle" },
    status: "confirmed",
  };
  const status = (now: KnownBooking["status"], state: string, start = ROW.start) => {
    const made = factsFor(booking({ state, start }), { ...known, status: now });
    return made.ok ? made.status : made.problem;
  };

  it("leaves what the file does not name", () => {
    const made = factsFor(booking({ title: "", attributes: { seats: "2" } }), known);
    expect(made).toMatchObject({
      ok: true,
      facts: { title: "Kurs", location: known.location, attributes: { boat: "Jolle", seats: "2" } },
    });
  });

  it("never brings back what is off unless the file says so", () => {
    expect(status("cancelled", "")).toBe("cancelled");
    expect(status("cancelled", "", "22.11.2026 10:00")).toBe("cancelled");
    expect(status("cancelled", "confirmed")).toBe("confirmed");
    expect(status("completed", "confirmed")).toBe("completed");
    expect(status("completed", "confirmed", "22.11.2026 10:00")).toBe("confirmed");
    expect(status("confirmed", "no show")).toBe("no_show");
  });

  it.each([
    [{ title: "" }, "no_title"],
    [{ title: "x".repeat(201) }, "bad_title"],
    [{ start: "21.11.1926 14:00" }, "bad_start"],
    [{ end: "20.11.2026 10:00" }, "bad_end"],
    [{ place: "x".repeat(501) }, "bad_place"],
    [{ attributes: { boat: "x".repeat(2_001) } }, "bad_details"],
  ])("is nothing with %j: %s", (wrong, problem) =>
    expect(factsFor(booking(wrong), null)).toEqual({ ok: false, problem }),
  );

  it("was over at its end, if that is behind us", () => {
    expect(happenedAt("completed", known, START + 5 * HOUR_MS)).toBe(START + HOUR_MS);
    expect(happenedAt("completed", known, START - HOUR_MS)).toBe(START - HOUR_MS);
    expect(happenedAt("no_show", known, START + 5 * HOUR_MS)).toBe(START);
    expect(happenedAt("confirmed", known, START + 5 * HOUR_MS)).toBe(START + 5 * HOUR_MS);
  });
});

describe("words", () => {
  it.each([
    ["Bestätigt", "confirmed"],
    ["gebucht", "confirmed"],
    ["checked_in", "checked_in"],
    ["Nicht erschienen", "no_show"],
    ["NO SHOW", "no_show"],
    ["afgerond", "completed"],
    ["Storniert", "cancelled"],
    ["hm", null],
  ])("%s is the state %s", (word, state) => expect(stateOf(word)).toBe(state));
  it.each([
    ["Deutsch", "de"],
    ["nl_NL", "nl-NL"],
    ["Engels", "en"],
    ["en-US", "en-US"],
    ["1", null],
  ])("%s is the language %s", (word, locale) => expect(localeOf(word)).toBe(locale));
});
