import { describe, expect, it } from "vitest";
import { factsOf, newDraft, withStart } from "./booking-draft";

const NOW = Date.parse("2026-10-24T09:20:00Z");
const draft = { ...newDraft(NOW, "Europe/Berlin"), title: "Course" };

describe("the form of a booking", () => {
  it("begins tomorrow at a full hour by the clock of the place", () => {
    expect([draft.startsAt, draft.endsAt]).toEqual(["2026-10-25T11:00", "2026-10-25T12:00"]);
  });

  it("keeps the length when the start moves", () => {
    const moved = withStart({ ...draft, endsAt: "2026-10-25T12:30" }, "2026-10-27T09:00");
    expect(moved.endsAt).toBe("2026-10-27T10:30");
    expect(withStart(draft, "").endsAt).toBe(draft.endsAt);
  });

  it("reads times in the zone of the place, and keeps the kind of what nobody touched", () => {
    const attributes = [
      { id: 0, name: "seats", text: "2" },
      { id: 1, name: "Größe der Weste", text: " M " },
      { id: 2, name: "empty", text: " " },
    ];
    const read = factsOf(
      { ...draft, startsAt: "2026-11-05T09:00", endsAt: "2026-11-05T10:00", zone: "Pacific/Auckland", attributes },
      { seats: 2 },
    );
    expect(read).toEqual({
      facts: {
        title: "Course",
        startsAt: Date.parse("2026-11-04T20:00:00Z"),
        endsAt: Date.parse("2026-11-04T21:00:00Z"),
        location: { kind: "onsite", zone: "Pacific/Auckland" },
        attributes: { seats: 2, groesse_der_weste: "M" },
      },
    });
  });

  it("names the field that is wrong", () => {
    expect(factsOf({ ...draft, title: " " })).toEqual({ field: "title" });
    expect(factsOf({ ...draft, zone: "Mars/Base" })).toEqual({ field: "zone" });
    expect(factsOf({ ...draft, startsAt: "" })).toEqual({ field: "startsAt" });
    expect(factsOf({ ...draft, endsAt: "2026-10-24T10:00" })).toEqual({ field: "endsAt" });
    expect(factsOf({ ...draft, kind: "online", place: "nowhere" })).toEqual({ field: "location" });
  });
});
