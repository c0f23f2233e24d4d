import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { minutesOfDay, type BusinessCalendar } from "../orgs/calendars/hours";
import { dueInstant, isLate, stagePlan, withPause, withoutPause, workingMs, type Pause } from "./clock";
import { explainSpan } from "./explain";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** "2026-11-20T15:00+01:00" in UTC ms. */
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

const office = (start: string, end: string, days = [1, 2, 3, 4, 5]) => days.map((weekday) => ({ weekday, start, end }));
const BERLIN: BusinessCalendar = { timezone: "Europe/Berlin", intervals: office("08:00", "17:00"), holidays: [] };
const ALWAYS: BusinessCalendar = {
  timezone: "Europe/Berlin",
  intervals: office("00:00", "24:00", [1, 2, 3, 4, 5, 6, 7]),
  holidays: [],
};
const due = (calendar: BusinessCalendar, from: string, hours: number, pauses: Pause[] = []) =>
  dueInstant(calendar, { startedAt: at(from), targetMs: hours * HOUR_MS, pauses });

describe("the worked examples of product.md section 6", () => {
  it("takes four business hours over the weekend, with its stages", () => {
    const facts = { startedAt: at("2026-11-20T15:00+01:00"), targetMs: 4 * HOUR_MS, pauses: [] };
    expect(stagePlan(BERLIN, facts, 24)).toEqual([
      { stage: "first_reminder", at: at("2026-11-23T09:00+01:00") },
      { stage: "team_leader_alert", at: at("2026-11-23T09:36+01:00") },
      { stage: "manager_escalation", at: at("2026-11-23T10:00+01:00") },
      { stage: "executive_alert", at: at("2026-11-24T10:00+01:00") },
    ]);
  });

  it("counts elapsed hours on a 24/7 calendar, so that the wall clock shows one more in spring", () => {
    expect(due(ALWAYS, "2026-03-28T12:00+01:00", 24)).toBe(at("2026-03-29T13:00+02:00"));
    expect(due(ALWAYS, "2026-10-24T12:00+02:00", 24)).toBe(at("2026-10-25T11:00+01:00"));
  });

  it("pauses at night where quiet hours say so (S3, product.md 0.7)", () => {
    const days = { ...BERLIN, intervals: office("07:00", "21:00", [1, 2, 3, 4, 5, 6, 7]) };
    expect(due(days, "2026-11-21T20:00+01:00", 2)).toBe(at("2026-11-22T08:00+01:00"));
  });
});

describe("a deadline", () => {
  it("is the end of the day rather than the next morning, and starts with the hours", () => {
    expect(due(BERLIN, "2026-11-19T13:00+01:00", 4)).toBe(at("2026-11-19T17:00+01:00"));
    expect(due(BERLIN, "2026-11-19T06:00+01:00", 1)).toBe(at("2026-11-19T09:00+01:00"));
  });

  it("leaves lunch, whole and half days off out", () => {
    const calendar = {
      ...BERLIN,
      intervals: [...office("08:00", "12:00"), ...office("13:00", "17:00")],
      holidays: [
        { date: "2026-12-24", name: "Heiligabend", start: "12:00" },
        { date: "2026-12-25", name: "Weihnachten" },
      ],
    };
    expect(due(calendar, "2026-12-24T11:00+01:00", 3)).toBe(at("2026-12-28T10:00+01:00"));
  });

  it("does not come while paused, nor where nobody ever works", () => {
    const paused = withPause([], at("2026-11-20T15:30+01:00"), "waiting_customer");
    expect(due(BERLIN, "2026-11-20T15:00+01:00", 4, paused)).toBeNull();
    expect(due(BERLIN, "2026-11-20T15:00+01:00", 0.5, paused)).toBe(at("2026-11-20T15:30+01:00"));
    const resumed = withoutPause(paused, at("2026-11-23T09:00+01:00"));
    expect(due(BERLIN, "2026-11-20T15:00+01:00", 4, resumed)).toBe(at("2026-11-23T12:30+01:00"));
    expect(due({ ...BERLIN, intervals: [] }, "2026-11-20T15:00+01:00", 1)).toBeNull();
  });

  it("is kept at its very instant and missed one millisecond later", () => {
    const dueAt = due(BERLIN, "2026-11-20T15:00+01:00", 1)!;
    expect(isLate(dueAt, dueAt)).toBe(false);
    expect(isLate(dueAt + 1, dueAt)).toBe(true);
    expect(isLate(dueAt, null)).toBe(false);
  });
});

describe("pauses", () => {
  it("do not nest, and those without length are forgotten", () => {
    const once = withPause([], 5, "waiting_customer");
    expect(withPause(once, 7, "resolved")).toEqual(once);
    expect(withoutPause(once, 5)).toEqual([]);
    expect(withoutPause(withoutPause(once, 9), 12)).toEqual([{ from: 5, to: 9, reason: "waiting_customer" }]);
  });
});

// Everything below is checked against a model that asks a wall clock about every single minute.

const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "UTC"];
/** Around clock changes in all of the zones, and an ordinary week. */
const STARTS = ["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31", "2026-06-10"];

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const range = fc
  .tuple(fc.nat(95), fc.integer({ min: 1, max: 96 }))
  .map(([a, b]) => ({ start: clock(Math.min(a, b) * 15), end: clock(Math.max(a + 1, b) * 15) }));
const calendars: fc.Arbitrary<BusinessCalendar> = fc.record({
  timezone: fc.constantFrom(...ZONES),
  intervals: fc.array(
    fc.tuple(fc.integer({ min: 1, max: 7 }), range).map(([weekday, hours]) => ({ weekday, ...hours })),
    { maxLength: 14 },
  ),
  holidays: fc.array(
    fc.tuple(fc.constantFrom(...STARTS), fc.nat(3), fc.option(range, { nil: {} })).map(([date, days, hours]) => ({
      date: Temporal.PlainDate.from(date).add({ days }).toString(),
      name: "frei",
      ...hours,
    })),
    { maxLength: 3 },
  ),
});
const starts = fc
  .tuple(fc.constantFrom(...STARTS), fc.nat(1_440))
  .map(([date, minutes]) => at(`${date}T00:00Z`) + minutes * MINUTE_MS);
const pauseLists = fc
  .uniqueArray(fc.nat(4 * 1_440), { maxLength: 6 })
  .map((edges) => edges.sort((a, b) => a - b))
  .map((edges) => edges.flatMap((from, index) => (index % 2 === 0 ? [{ from, to: edges[index + 1] }] : [])));

function isOpenAt({ timezone, intervals, holidays }: BusinessCalendar, instant: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);
  const minute = local.hour * 60 + local.minute;
  const covers = (from: string | undefined, to: string | undefined) =>
    minute >= minutesOfDay(from ?? "00:00") && minute < minutesOfDay(to ?? "24:00");
  const date = local.toPlainDate().toString();
  return (
    intervals.some((each) => each.weekday === local.dayOfWeek && covers(each.start, each.end)) &&
    !holidays.some((each) => each.date === date && covers(each.start, each.end))
  );
}

/** Minutes of four days that count. */
function countedMinutes(calendar: BusinessCalendar, startedAt: number, pauses: readonly Pause[]): number[] {
  const all = Array.from({ length: 4 * 1_440 }, (_, index) => startedAt + index * MINUTE_MS);
  const paused = (minute: number) => pauses.some(({ from, to }) => from <= minute && minute < (to ?? Infinity));
  return all.filter((minute) => isOpenAt(calendar, minute) && !paused(minute));
}

const cases = fc
  .record({ calendar: calendars, startedAt: starts, raw: pauseLists, target: fc.integer({ min: 1, max: 2_000 }) })
  .map(({ raw, startedAt, ...rest }) => ({
    ...rest,
    startedAt,
    pauses: raw.map(({ from, to }): Pause => ({
      from: startedAt + from * MINUTE_MS,
      ...(to === undefined ? {} : { to: startedAt + to * MINUTE_MS }),
      reason: "waiting_customer",
    })),
  }));

describe("against a wall clock asked about every minute", () => {
  it("has the same working time, deadline and explanation", () => {
    fc.assert(
      fc.property(cases, ({ calendar, startedAt, pauses, target }) => {
        const minutes = countedMinutes(calendar, startedAt, pauses);
        const span = { from: startedAt, to: startedAt + 4 * 1_440 * MINUTE_MS };
        expect(workingMs(calendar, span, pauses)).toBe(minutes.length * MINUTE_MS);

        const last = minutes[target - 1];
        const dueAt = dueInstant(calendar, { startedAt, targetMs: target * MINUTE_MS, pauses });
        if (last !== undefined) expect(dueAt).toBe(last + MINUTE_MS);
        else expect(dueAt === null || dueAt > span.to).toBe(true);

        const pieces = explainSpan(calendar, span, pauses);
        expect(pieces.at(0)?.from).toBe(span.from);
        expect(pieces.at(-1)?.to).toBe(span.to);
        for (const [index, piece] of pieces.entries()) {
          expect(piece.from).toBeLessThan(piece.to);
          if (index > 0) expect(piece.from).toBe(pieces[index - 1]?.to);
        }
        const shown = pieces.reduce((sum, { kind, from, to }) => sum + (kind === "counted" ? to - from : 0), 0);
        expect(shown).toBe(minutes.length * MINUTE_MS);
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  it("explains a deadline by pieces that add up to the target", () => {
    fc.assert(
      fc.property(cases, ({ calendar, startedAt, pauses, target }) => {
        const targetMs = target * MINUTE_MS;
        const dueAt = dueInstant(calendar, { startedAt, targetMs, pauses });
        if (dueAt === null) return;
        const pieces = explainSpan(calendar, { from: startedAt, to: dueAt }, pauses);
        const counted = pieces.reduce((sum, { kind, from, to }) => sum + (kind === "counted" ? to - from : 0), 0);
        expect(counted).toBe(targetMs);
        const stages = stagePlan(calendar, { startedAt, targetMs, pauses }, 24).map((each) => each.at);
        expect(stages).toEqual(stages.toSorted((a, b) => a - b));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
