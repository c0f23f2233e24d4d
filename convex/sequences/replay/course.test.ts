import { describe, expect, it } from "vitest";
import { factsAt, flowOf, messageNode, named } from "../flow/testing";
import type { Flow } from "../flow/schema";
import { DEFAULT_SETTINGS } from "../settings/rules";
import { replayCourse, type CourseInput } from "./course";
import { differenceOf, type Told } from "./difference";

const START = Date.parse("2026-10-24T07:00:00Z");
const ENTRY = Date.parse("2026-10-01T08:00:00Z");
const DAY_MS = 86_400_000;
const facts = factsAt(START, { enrolledAt: ENTRY });
const before = (days: number) => ({ kind: "days", anchor: "start", offsetDays: -days, at: "09:00" }) as const;

const course = (flow: Flow, more: Partial<CourseInput> = {}) =>
  replayCourse({
    flow,
    settings: DEFAULT_SETTINGS,
    moments: [{ from: ENTRY, facts }],
    found: new Map(),
    detour: {},
    until: START + 30 * DAY_MS,
    ...more,
  }).map(({ stepId, occurrence, plannedAt, state }) => {
    const day = plannedAt === null ? "-" : new Date(plannedAt).toISOString().slice(5, 16);
    return `${stepId}#${occurrence} ${"reason" in state ? state.reason : state.kind} ${day}`;
  });

describe("a course run again", () => {
  const two = flowOf(
    messageNode("week", "day", { phase: "before", timing: before(7) }),
    messageNode("day", null, { phase: "before", timing: before(1) }),
  );

  it("sends each message at its time, and what is ahead not yet", () => {
    expect(course(two)).toEqual(["week#0 sent 10-17T07:00", "day#0 sent 10-23T07:00"]);
    expect(course(two, { until: START - 2 * DAY_MS })).toEqual([
      "week#0 sent 10-17T07:00",
      "day#0 planned 10-23T07:00",
    ]);
  });

  it("lives through a move and a cancellation when they happened", () => {
    const moved = factsAt(START + 5 * DAY_MS, { enrolledAt: ENTRY });
    const off = { ...moved, standing: { isOn: false, reason: "booking_cancelled" } } as const;
    const moments = [
      { from: ENTRY, facts },
      { from: START - 3 * DAY_MS, facts: moved },
      { from: START, facts: off },
    ];
    // The week's message had left before the move; the day's was ahead when it was called off.
    expect(course(two, { moments })).toEqual(["week#0 sent 10-17T07:00", "day#0 booking_cancelled 10-28T08:00"]);
  });

  it("takes decisions as they fell, and falls others by what was known at their time", () => {
    const condition = { match: "all" as const, groups: [] };
    const flow = flowOf(
      { ...named("ask"), kind: "branch", arms: [{ armId: "yes", name: "yes", condition, next: "a" }], otherwise: "b" },
      messageNode("a", null),
      messageNode("b", null),
    );
    const taken = (outcome: string) => course(flow, { found: new Map([["ask", { at: ENTRY, outcome }]]) });
    expect(taken("otherwise")).toEqual(["b#0 sent 10-01T08:00"]);
    expect(taken("yes")).toEqual(["a#0 sent 10-01T08:00"]);
  });

  it("waits for an answer that came later, and goes on when it came", () => {
    const flow = flowOf(
      {
        ...named("wait"),
        kind: "wait_for",
        awaited: { kind: "reply", words: [] },
        timeoutMinutes: 10 * 1_440,
        next: "thanks",
        otherwise: "sorry",
      },
      messageNode("thanks", null),
      messageNode("sorry", null),
    );
    const replies = [{ at: ENTRY + 2 * DAY_MS, text: "Ja" }];
    const moments = [{ from: ENTRY, facts: { ...facts, replies } }];
    expect(course(flow, { moments })).toEqual(["thanks#0 sent 10-03T08:00"]);
    expect(course(flow, { moments, until: ENTRY + DAY_MS })).toEqual([]);
    expect(course(flow)).toEqual(["sorry#0 sent 10-11T08:00"]);
  });

  it("ends where a member took the person out", () => {
    expect(course(two, { detour: { takenOutAt: START - 3 * DAY_MS } })).toEqual([
      "week#0 sent 10-17T07:00",
      "day#0 left_journey 10-23T07:00",
    ]);
  });
});

describe("the difference", () => {
  const told = (kind: Told["state"]["kind"], plannedAt: number | null = 0, reason?: string): Told => {
    return { plannedAt, state: { kind, ...(reason === undefined ? {} : { reason }) } };
  };
  const words = { templateId: "t", channel: "email" };
  const of = (really: Told | null, replayed: Told | null, now = words) =>
    differenceOf({ really, replayed, wording: { old: words, new: now } });

  it.each([
    ["same", told("sent"), told("sent", 59_000)],
    ["same", told("failed"), told("sent")],
    ["same", told("skipped", 0, "no_consent"), told("sent")],
    ["same", told("waiting", null), told("waiting", null)],
    ["moved", told("sent"), told("sent", 60_001)],
    ["moved", told("waiting", null), told("planned")],
    ["new", null, told("sent")],
    ["new", told("skipped", 0, "not_on_path"), told("sent")],
    ["missing", told("sent"), null],
    ["missing", told("sent"), told("skipped", 0, "past_at_enrolment")],
    ["neither", told("cancelled", 0, "booking_cancelled"), told("skipped", 0, "not_on_path")],
  ] as const)("is %s", (difference, really, replayed) => {
    expect(of(really, replayed)).toBe(difference);
  });

  it("is another text or way where the step has another one now", () => {
    expect(of(told("sent"), told("sent"), { ...words, channel: "sms" })).toBe("reworded");
    expect(of(told("sent"), told("sent"), { ...words, templateId: "u" })).toBe("reworded");
  });
});
