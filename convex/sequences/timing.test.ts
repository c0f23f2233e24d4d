import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import type { Id } from "../_generated/dataModel";
import type { Step, StepTiming } from "./schema";
import { type Anchors, chooseZone, GRACE_MS, planStep, timingText } from "./timing";

fc.configureGlobal({ seed: 20_261_025 });

const DAY_MS = 86_400_000;
const BERLIN = { zone: "Europe/Berlin", passedOver: null };
const LONG_AGO = Date.UTC(2020, 0, 1);

const utc = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const iso = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toString();

function step(timing: StepTiming, overrides: Partial<Step> = {}): Step {
  return {
    stepId: "s",
    name: "s",
    phase: "before",
    timing,
    templateId: "t" as Id<"templates">,
    channel: "email",
    purpose: "transactional",
    latePolicy: { kind: "skip" },
    repeatAfterMove: false,
    ...overrides,
  };
}

function anchors(startsAt: number, more: Partial<Anchors> = {}): Anchors {
  const none = { checked_in: null, completed: null, cancelled: null, no_show: null };
  return { start: startsAt, end: startsAt + 4 * 3_600_000, created: LONG_AGO, ...none, ...more };
}

const days = (offsetDays: number, at?: string): StepTiming => ({ kind: "days", anchor: "start", offsetDays, at });
const hours = (count: number): StepTiming => ({ kind: "minutes", anchor: "start", offsetMinutes: count * 60 });

/** The planned instant in UTC, or what happens instead. */
function planned(timing: StepTiming, startsAt: number, zone = "Europe/Berlin", now = LONG_AGO): string {
  const plan = planStep(step(timing), anchors(startsAt), { zone, passedOver: null }, now);
  return plan.kind === "wait" ? "wait" : iso(plan.at);
}

describe("worked examples of product.md 4.2", () => {
  const saturday = utc("2026-04-04T09:00:00+02:00");

  it("counts days on the local calendar across the clock change in spring", () => {
    expect(planned(days(-7), saturday)).toBe("2026-03-28T08:00:00Z");
  });

  it("counts hours as elapsed time across it", () => {
    expect(planned(hours(-168), saturday)).toBe("2026-03-28T07:00:00Z");
  });

  it("moves a local time that does not exist forward by the gap", () => {
    expect(planned(days(-6, "02:30"), saturday)).toBe("2026-03-29T01:30:00Z");
  });

  it("takes the first of a local time that exists twice", () => {
    expect(planned(days(-1, "02:30"), utc("2026-10-26T09:00:00+01:00"))).toBe("2026-10-25T00:30:00Z");
  });

  it("keeps the clock time across the clock change in autumn", () => {
    const monday = utc("2026-10-26T09:00:00+01:00");
    expect(planned(days(-7), monday)).toBe("2026-10-19T07:00:00Z");
    expect(planned(days(-3), monday)).toBe("2026-10-23T07:00:00Z");
    expect(planned(days(-1), monday)).toBe("2026-10-25T08:00:00Z");
  });

  it("uses the venue's zone, whose clocks change on other days", () => {
    // New Zealand ends summer time on 5 April 2026, a week after Europe begins it.
    const start = utc("2026-04-08T10:00:00+12:00");
    expect(planned(days(-7), start, "Pacific/Auckland")).toBe("2026-03-31T21:00:00Z");
    expect(planned(days(-1), start, "Pacific/Auckland")).toBe("2026-04-06T22:00:00Z");
  });

  it("knows the 29th of February in the years that have it, and none in the others", () => {
    expect(planned(days(-7), utc("2028-03-07T09:00:00+01:00"))).toBe("2028-02-29T08:00:00Z");
    expect(planned(days(-1, "10:00"), utc("2028-03-01T09:00:00+13:00"), "Pacific/Auckland")).toBe(
      "2028-02-28T21:00:00Z",
    );
    expect(planned(days(1), utc("2028-02-28T09:00:00+01:00"))).toBe("2028-02-29T08:00:00Z");
    expect(planned(days(-365), utc("2028-02-29T09:00:00+01:00"))).toBe("2027-03-01T08:00:00Z");
    expect(planned(days(366), utc("2028-02-29T09:00:00+01:00"))).toBe("2029-03-01T08:00:00Z");
    expect(planned(days(-1), utc("2027-03-01T09:00:00+01:00"))).toBe("2027-02-28T08:00:00Z");
  });

  it("means the anchor itself with no distance, also in the hour that exists twice", () => {
    const second = utc("2026-10-25T02:30:00+01:00");
    expect(planned(days(0), second)).not.toBe(iso(second - 3_600_000));
  });
});

describe("zones (rule 3)", () => {
  it("is the venue's on site and the person's online", () => {
    const venue = { kind: "onsite", zone: "Pacific/Auckland" } as const;
    expect(chooseZone(venue, "Europe/Berlin", "UTC")).toEqual({ zone: "Pacific/Auckland", passedOver: null });
    expect(chooseZone({ kind: "online" }, "Europe/Lisbon", "UTC")).toEqual({ zone: "Europe/Lisbon", passedOver: null });
    expect(chooseZone({ kind: "online" }, undefined, "Europe/Berlin")).toEqual(BERLIN);
  });

  it("falls back to the organisation for a zone nobody knows, and says so", () => {
    const chosen = chooseZone({ kind: "onsite", zone: "Europe/Berln" }, "Asia/Tokyo", "Europe/Berlin");
    expect(chosen).toEqual({ zone: "Europe/Berlin", passedOver: "Europe/Berln" });
    const plan = planStep(step(days(-1)), anchors(utc("2026-06-10T09:00:00+02:00")), chosen, LONG_AGO);
    expect(plan.explanation).toBe('1 day before start, 09:00 Europe/Berlin (the zone "Europe/Berln" is unknown)');
  });
});

describe("late steps (rule 4)", () => {
  const start = utc("2026-06-10T09:00:00+02:00");
  const anHourBefore = start - 3_600_000;
  const sendIfUseful = (untilMinutesBeforeAnchor: number) =>
    step(days(-1), { latePolicy: { kind: "send_now", untilMinutesBeforeAnchor } });

  it("skips with a reason by default", () => {
    const plan = planStep(step(days(-1)), anchors(start), BERLIN, anHourBefore);
    expect(plan).toMatchObject({ kind: "skip", reason: "past_at_enrolment", at: start - DAY_MS });
  });

  it("sends at once while still useful, keeping the contract's instant", () => {
    const plan = planStep(sendIfUseful(30), anchors(start), BERLIN, anHourBefore);
    expect(plan).toMatchObject({ kind: "send", at: start - DAY_MS, dueAt: anHourBefore });
  });

  it("skips when it is no longer useful", () => {
    expect(planStep(sendIfUseful(90), anchors(start), BERLIN, anHourBefore).kind).toBe("skip");
  });

  it("never sends a before step after the start", () => {
    expect(planStep(sendIfUseful(-600), anchors(start), BERLIN, start + 60_000).kind).toBe("skip");
  });

  it("treats a moment ago as now: an anchor lies a moment back when its step is planned", () => {
    const atCheckIn = step({ kind: "minutes", anchor: "checked_in", offsetMinutes: 0 }, { phase: "during" });
    const plan = (now: number) => planStep(atCheckIn, anchors(start, { checked_in: start }), BERLIN, now);
    expect(plan(start + 2_000)).toMatchObject({ kind: "send", dueAt: start + 2_000 });
    expect(plan(start + GRACE_MS + 1).kind).toBe("skip");
  });

  it("drops a before step that would come after the start (rule 8)", () => {
    const plan = planStep(step(days(0, "12:00")), anchors(start), BERLIN, LONG_AGO);
    expect(plan).toMatchObject({ kind: "skip", reason: "would_pass_start" });
  });

  it("waits for an anchor that has not happened", () => {
    const plan = planStep(step({ kind: "days", anchor: "completed", offsetDays: 1 }), anchors(start), BERLIN, LONG_AGO);
    expect(plan).toMatchObject({ kind: "wait", anchor: "completed" });
  });
});

describe("against the calendar", () => {
  const zones = ["Europe/Berlin", "Pacific/Auckland", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];
  const arbitraryCase = fc.record({
    zone: fc.constantFrom(...zones),
    startsAt: fc.integer({ min: utc("2024-01-01T00:00:00Z") / 60_000, max: utc("2030-01-01T00:00:00Z") / 60_000 }),
    offset: fc.integer({ min: -60, max: -1 }),
    clock: fc.option(fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })),
  });

  it("lands on the right local date at the right local time, or just after a gap", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ zone, startsAt: minutes, offset, clock }) => {
        const startsAt = minutes * 60_000;
        const at = clock
          ? `${String(clock.hour).padStart(2, "0")}:${String(clock.minute).padStart(2, "0")}`
          : undefined;
        const result = Temporal.Instant.from(planned(days(offset, at), startsAt, zone)).toZonedDateTimeISO(zone);
        const start = Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(zone);
        const date = start.toPlainDate().add({ days: offset });
        const wanted = date.toPlainDateTime(at === undefined ? start.toPlainTime() : Temporal.PlainTime.from(at));
        const gap = wanted.until(result.toPlainDateTime()).total("minutes");
        const exists = wanted.toZonedDateTime(zone, { disambiguation: "earlier" }).toPlainDateTime().equals(wanted);
        if (exists) {
          expect(gap).toBe(0);
          // The first of two: an hour earlier is another clock time.
          expect(result.epochMilliseconds).toBe(
            wanted.toZonedDateTime(zone, { disambiguation: "earlier" }).epochMilliseconds,
          );
        } else {
          expect([30, 60]).toContain(gap);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps elapsed steps exact whatever the zone", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ zone, startsAt: minutes, offset }) => {
        const startsAt = minutes * 60_000;
        expect(planned(hours(offset), startsAt, zone)).toBe(iso(startsAt + offset * 3_600_000));
      }),
    );
  });
});

it.each<[StepTiming, string]>([
  [days(-7), "7 days before start"],
  [days(-1, "10:00"), "1 day before start at 10:00"],
  [days(0, "12:00"), "on the day of start at 12:00"],
  [{ kind: "days", anchor: "end", offsetDays: 1, at: "10:00" }, "1 day after end at 10:00"],
  [hours(-2), "2 hours before start"],
  [{ kind: "minutes", anchor: "checked_in", offsetMinutes: 0 }, "at check-in"],
  [{ kind: "minutes", anchor: "created", offsetMinutes: 90 }, "90 minutes after booking"],
])("says its timing in words: %o", (timing, text) => {
  expect(timingText(timing)).toBe(text);
});
