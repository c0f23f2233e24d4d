import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InviteeChange, InviteeEvent } from "./event";
import { afterEvent, derived, mergedAttributes, type Invitee } from "./invitees";

fc.configureGlobal({ seed: 20_261_121 });

type Told = { startsAt: number };

function event(inviteeId: string, change: InviteeChange, occurredAt: number, replaces?: string): InviteeEvent {
  return { change, externalId: "E", inviteeId, replaces, occurredAt, details: null };
}

/** All places after the events, and what they make of the scheduled event "E". */
function play(events: readonly InviteeEvent[]) {
  const places = new Map<string, Invitee<Told>>();
  for (const each of events) {
    const told = each.change.startsWith("no_show") ? null : { startsAt: each.occurredAt };
    places.set(each.inviteeId, afterEvent(places.get(each.inviteeId) ?? null, each, told));
  }
  const all = [...places.values()];
  const replaced = new Set(all.flatMap(({ replaces }) => replaces ?? []));
  const result = derived(
    all.filter(({ inviteeId }) => !inviteeId.startsWith("elsewhere")),
    replaced,
  );
  return result.kind === "nothing"
    ? "nothing"
    : `${result.status}: ${result.places.map(({ inviteeId }) => inviteeId).join(" ")}`;
}

const P1 = event("p1", "joined", 1);
const P2 = event("p2", "joined", 2);

describe("a booking of several places", () => {
  it("is one booking of all who are in", () => {
    expect(play([P1, P2])).toBe("confirmed: p1 p2");
    expect(play([P1, P2, event("p1", "left", 3)])).toBe("confirmed: p2");
    expect(play([P1, event("p1", "left", 3), P2])).toBe("confirmed: p2");
    expect(play([P1, P2, event("p1", "left", 3), event("p2", "left", 4)])).toBe("cancelled: p1 p2");
  });

  it("has its people in the order in which they joined, whatever came first and however often", () => {
    const late = event("p0", "joined", 9);
    const gone = [event("p1", "left", 20), event("p0", "left", 21)];
    expect(play([late, P1])).toBe("confirmed: p1 p0");
    expect(play([P1, late, P1])).toBe("confirmed: p1 p0");
    expect(play([...gone, late, P1])).toBe("cancelled: p1 p0");
    expect(play([event("p1", "moved_away", 12), late, P1])).toBe("confirmed: p1 p0");
  });

  it("is not off between the two messages of a move, nor after them", () => {
    const away = event("p1", "moved_away", 3);
    const elsewhere = event("elsewhere-1", "joined", 3, "p1");
    expect(play([P1, away])).toBe("confirmed: p1");
    expect(play([P1, away, elsewhere])).toBe("rescheduled: p1");
    expect(play([elsewhere, P1])).toBe("rescheduled: p1");
    expect(play([P1, P2, away, elsewhere])).toBe("confirmed: p2");
  });

  it("is a no-show only when nobody came, and may be put right", () => {
    const missed = event("p1", "no_show", 5);
    expect(play([P1, P2, missed])).toBe("confirmed: p1 p2");
    expect(play([P1, missed])).toBe("no_show: p1");
    expect(play([P1, missed, event("p1", "no_show_undone", 6)])).toBe("confirmed: p1");
    expect(play([missed])).toBe("nothing");
    expect(play([missed, P1])).toBe("no_show: p1");
  });

  it("is the same whatever order its events come in, and however often", () => {
    const person = fc.constantFrom("p1", "p2", "p3");
    const end = fc.constantFrom<InviteeChange[]>(
      [],
      ["left"],
      ["moved_away"],
      ["no_show"],
      ["no_show", "no_show_undone"],
    );
    const histories = fc
      .uniqueArray(fc.tuple(person, end), { selector: ([name]) => name, minLength: 1 })
      .map((people) =>
        people.flatMap(([name, changes], at) => [
          event(name, "joined", at),
          ...changes.map((change, index) => event(name, change, 10 + at * 10 + index)),
          ...(changes.includes("moved_away") ? [event(`elsewhere-${name}`, "joined", 20 + at, name)] : []),
        ]),
      );
    const arrivals = histories.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
    );
    fc.assert(
      fc.property(arrivals, ([inOrder, arrived]) => {
        expect(play(arrived)).toBe(play(inOrder));
      }),
      { numRuns: 1000 },
    );
  });
});

it("keeps both of two different answers to one question", () => {
  const all = mergedAttributes([
    { boat: "Opti", size: "M" },
    { boat: "Opti", size: "L" },
  ]);
  expect(all).toEqual({ boat: "Opti", size: "M", size_2: "L" });
});
