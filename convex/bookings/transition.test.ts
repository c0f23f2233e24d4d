import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BookingChange, BookingEvent } from "./event";
import { type BookingState, transitionOf } from "./transition";

fc.configureGlobal({ seed: 20_261_025 });

const START = Date.UTC(2026, 9, 26, 8);

function event(change: BookingChange, occurredAt: number, startsAt = START): BookingEvent {
  return {
    change,
    externalId: "A",
    occurredAt,
    details: {
      title: "Kurs",
      startsAt,
      endsAt: startsAt + 1,
      location: { kind: "unknown" },
      people: [],
      attributes: {},
    },
  };
}

/** What the model does with a transition, without a database. */
function apply(current: BookingState | null, next: BookingEvent): BookingState | null {
  const transition = transitionOf(current, next);
  const { occurredAt, externalId, details } = next;
  if (transition.kind === "ignore") return current;
  if (transition.kind === "insert") {
    const { title, startsAt, endsAt } = details!;
    return { externalId, status: transition.status, title, startsAt, endsAt, sourceUpdatedAt: occurredAt };
  }
  if (current === null) throw new Error("nothing to change");
  if (transition.kind === "adopt_id") return { ...current, externalId };
  const told = transition.takesDetails ? { startsAt: details!.startsAt, endsAt: details!.endsAt } : {};
  const sourceUpdatedAt = Math.max(occurredAt, current.sourceUpdatedAt);
  return { ...current, ...told, externalId, status: transition.status, sourceUpdatedAt };
}

const play = (events: BookingEvent[]) => events.reduce<BookingState | null>(apply, null);
const confirmed = play([event("created", 1)])!;

describe("transitions", () => {
  it("inserts what it has not heard of, in the state the event says", () => {
    expect(transitionOf(null, event("cancelled", 1))).toEqual({ kind: "insert", status: "cancelled" });
    expect(transitionOf(null, { ...event("no_show", 1), details: null })).toMatchObject({ reason: "unknown_booking" });
  });

  it("ignores what is older than what it knows", () => {
    const cancelled = apply(confirmed, event("cancelled", 5));
    expect(transitionOf(cancelled, event("rescheduled", 4, START + 9))).toEqual({ kind: "ignore", reason: "stale" });
  });

  it("follows a move to a new id and ignores the old one from then on", () => {
    const moved = apply(confirmed, { ...event("rescheduled", 2, START + 9), externalId: "B", previousExternalId: "A" });
    expect(moved).toMatchObject({ externalId: "B", status: "confirmed", startsAt: START + 9 });
    expect(transitionOf(moved, event("cancelled", 3))).toEqual({ kind: "ignore", reason: "superseded_id" });
  });

  it("follows an old move only in its id", () => {
    const move = { ...event("rescheduled", 0, START + 9), externalId: "B", previousExternalId: "A" };
    expect(apply(confirmed, move)).toEqual({ ...confirmed, externalId: "B" });
  });

  it("brings a cancelled booking back when its source says so later", () => {
    const cancelled = apply(confirmed, event("cancelled", 2));
    expect(apply(cancelled, event("rescheduled", 3, START + 9))).toMatchObject({ status: "confirmed" });
  });

  it("keeps a no-show although the meeting's end is reported later", () => {
    const missed = apply(confirmed, event("no_show", START + 10));
    expect(apply(missed, event("completed", START + 60))).toMatchObject({ status: "no_show" });
  });

  it("knows of a move it has not heard of from what comes after it", () => {
    const cancelled = apply(confirmed, event("cancelled", 3, START + 9));
    expect(apply(cancelled, event("rescheduled", 2, START + 9))).toMatchObject({
      status: "cancelled",
      startsAt: START + 9,
    });
  });

  it("takes a no-show for the date it names, however late it is told", () => {
    const done = apply(confirmed, event("completed", 5));
    expect(apply(done, event("no_show", 4))).toMatchObject({ status: "no_show" });
    expect(apply(done, event("no_show", 4, START - 9))).toMatchObject({ status: "completed" });
    const missed = apply(confirmed, event("no_show", 4));
    expect(apply(missed, event("completed", 6, START + 9))).toMatchObject({ status: "completed", startsAt: START + 9 });
  });
});

describe("order of arrival", () => {
  const changes = fc.array(
    fc.record({
      change: fc.constantFrom<BookingChange>("rescheduled", "cancelled"),
      shift: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 4 },
  );
  const histories = fc
    .record({
      changes,
      end: fc.constantFrom<BookingChange[]>([], ["completed"], ["no_show"], ["no_show", "completed"]),
    })
    .map(({ changes, end }) => [
      event("created", 1),
      ...changes.map(({ change, shift }, index) => event(change, index + 2, START + shift)),
      ...end.map((change, index) => event(change, START + 1000 + index, START)),
    ]);

  it("does not matter, and neither do repetitions", () => {
    const shuffled = histories.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([inOrder, arrived]) => {
        const [expected, actual] = [play(inOrder), play(arrived)];
        expect(actual?.status).toBe(expected?.status);
        expect(actual?.startsAt).toBe(expected?.startsAt);
      }),
      { numRuns: 1000 },
    );
  });
});
