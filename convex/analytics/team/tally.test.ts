import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../lib/time";
import { negative, plus, type Sums } from "./sums";
import { contributionOf, NEW_TALLY, withEvent, type Happened, type Place, type Tally } from "./tally";

const place = (agentId: string | null): Place => ({ channel: "email", channelId: null, teamId: "service", agentId });
const after = (...events: Happened[]): Tally => events.reduce(withEvent, NEW_TALLY);
const sumsOf = (...events: Happened[]): Sums => contributionOf(after(...events))?.sums ?? {};

describe("a closed conversation", () => {
  it("that one answer solved was fixed at once", () => {
    const sums = sumsOf(
      { kind: "received" },
      { kind: "routed", at: 1, to: "jana" },
      { kind: "answered" },
      { kind: "solved", at: 9, ms: 2 * HOUR_MS, isInTime: true },
      { kind: "closed", at: 9, place: place("jana") },
    );
    expect(sums).toMatchObject({ closed: 1, closedAnswered: 1, fixedAtOnce: 1, closedMessages: 2, inTime: 1 });
    expect(sums).toMatchObject({ routed: 1, routedRight: 1, solutionCount: 1, solutionMs: 2 * HOUR_MS });
    expect(sums.escalated).toBeUndefined();
  });

  it("that took two answers, a superior and somebody else was not, and not routed right", () => {
    const sums = sumsOf(
      { kind: "received" },
      { kind: "routed", at: 1, to: "malte" },
      // Given on by load later: whom it was given to first counts.
      { kind: "routed", at: 5, to: "jana" },
      { kind: "answered" },
      { kind: "escalated" },
      { kind: "answered" },
      { kind: "solved", at: 9, ms: HOUR_MS, isInTime: false },
      { kind: "closed", at: 9, place: place("jana") },
    );
    expect(sums).toMatchObject({ closedAnswered: 1, escalated: 1, routed: 1, late: 1, closedMessages: 3 });
    expect(sums.fixedAtOnce).toBeUndefined();
    expect(sums.routedRight).toBeUndefined();
  });

  it("nobody answered is no solution at first contact, for better or worse", () => {
    const sums = sumsOf({ kind: "received" }, { kind: "closed", at: 9, place: place(null) });
    expect(sums).toEqual({ closed: 1, closedMessages: 1 });
  });

  it("adds nothing any more once it is open again, and once when it is closed again", () => {
    const closed: Happened = { kind: "closed", at: 9, place: place("jana") };
    expect(sumsOf(closed, { kind: "reopened", at: 10 })).toEqual({});
    const again: Happened = { kind: "closed", at: 11, place: place("malte") };
    expect(contributionOf(after(closed, { kind: "reopened", at: 10 }, again))).toMatchObject({
      at: 11,
      place: { agentId: "malte" },
      sums: { closed: 1 },
    });
  });

  it("takes over what was said in one that is merged into it", () => {
    const other = after({ kind: "received" }, { kind: "answered" }, { kind: "escalated" });
    const sums = sumsOf(
      { kind: "received" },
      { kind: "joined", other },
      { kind: "closed", at: 9, place: place("jana") },
    );
    expect(sums).toMatchObject({ closed: 1, closedMessages: 3, escalated: 1 });
  });
});

// The figures are kept by taking back what a conversation added before and adding what it adds now. Told in any order and
// in any batches, that comes to what a recount of every conversation from its events in order says.
describe("events in any order", () => {
  const vAgent = fc.constantFrom("jana", "malte", "kim");
  const vHappened = fc.oneof(
    fc.record({ kind: fc.constantFrom("received" as const, "answered" as const, "escalated" as const) }),
    fc.record({ kind: fc.constant("closed" as const), at: fc.nat(), place: vAgent.map(place) }),
    fc.record({ kind: fc.constant("reopened" as const), at: fc.nat() }),
    fc.record({ kind: fc.constant("routed" as const), at: fc.nat(), to: vAgent }),
    fc.record({
      kind: fc.constant("solved" as const),
      at: fc.nat(),
      ms: fc.nat(40 * HOUR_MS),
      isInTime: fc.constantFrom(true, false, null),
    }),
  );
  type Told = { thread: number; happened: Happened };
  // Two changes of a conversation never share an instant.
  const vStory = fc
    .array(fc.record({ thread: fc.nat(3), happened: vHappened }), { maxLength: 40 })
    .map((told) => told.map(({ thread, happened }, index) => ({ thread, happened: atInstant(happened, index) })));
  const atInstant = (happened: Happened, at: number): Happened => ("at" in happened ? { ...happened, at } : happened);

  /** Counted the long way: each conversation by itself, from its whole story. */
  function recount(story: readonly Told[]): Record<string, Sums> {
    const rollups: Record<string, Sums> = {};
    for (const thread of new Set(story.map((told) => told.thread))) {
      const events = story.filter((told) => told.thread === thread).map(({ happened }) => happened);
      const last = events.findLast(({ kind }) => kind === "closed" || kind === "reopened");
      if (last?.kind !== "closed") continue;
      const [answers, received] = ["answered", "received"].map((kind) => events.filter((e) => e.kind === kind).length);
      const routed = events.find((event) => event.kind === "routed");
      const solved = events.findLast((event) => event.kind === "solved");
      const whole = contributionOf({
        received: received ?? 0,
        answers: answers ?? 0,
        isEscalated: events.some(({ kind }) => kind === "escalated"),
        status: { at: last.at, closedIn: last.place },
        routed: routed === undefined ? null : { at: routed.at, to: routed.to },
        solved: solved === undefined ? null : { at: solved.at, ms: solved.ms, isInTime: solved.isInTime },
      });
      if (whole === null) continue;
      const key = JSON.stringify([whole.at, whole.place]);
      rollups[key] = plus(rollups[key] ?? {}, whole.sums);
    }
    return rollups;
  }

  /** As the roll-up job does it: batch after batch, by differences. */
  function rollUp(story: readonly Told[], batch: number): Record<string, Sums> {
    const tallies = new Map<number, Tally>();
    const rollups: Record<string, Sums> = {};
    const add = (tally: Tally, sign: 1 | -1) => {
      const found = contributionOf(tally);
      if (found === null) return;
      const key = JSON.stringify([found.at, found.place]);
      rollups[key] = plus(rollups[key] ?? {}, sign === 1 ? found.sums : negative(found.sums));
    };
    for (let start = 0; start < story.length; start += batch) {
      const before = new Map(tallies);
      const told = story.slice(start, start + batch);
      for (const { thread, happened } of told)
        tallies.set(thread, withEvent(tallies.get(thread) ?? NEW_TALLY, happened));
      for (const thread of new Set(told.map((each) => each.thread))) {
        add(before.get(thread) ?? NEW_TALLY, -1);
        add(tallies.get(thread) ?? NEW_TALLY, 1);
      }
    }
    return Object.fromEntries(Object.entries(rollups).filter(([, sums]) => Object.keys(sums).length > 0));
  }

  it("come to what a recount says", () => {
    const vShuffled = vStory.chain((story) =>
      fc.shuffledSubarray(story, { minLength: story.length }).map((shuffled) => ({ story, shuffled })),
    );
    fc.assert(
      fc.property(vShuffled, fc.integer({ min: 1, max: 10 }), ({ story, shuffled }, batch) => {
        expect(rollUp(shuffled, batch)).toEqual(recount(story));
      }),
    );
  });
});
