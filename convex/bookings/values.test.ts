import { describe, expect, it } from "vitest";
import { isAlwaysKnown, templateValues, type ValueFacts } from "./values";

const BOOKING = {
  title: "SBF See Praxiskurs",
  startsAt: Date.UTC(2026, 9, 26, 8),
  endsAt: Date.UTC(2026, 9, 26, 15),
  externalId: "b-1",
  location: { kind: "onsite" as const, text: "Hafen 3" },
};
const FACTS: ValueFacts = {
  contact: { name: "Anna Weber", firstName: "Anna", lastName: "Weber" },
  booking: BOOKING,
  organisation: { name: "Segelschule Haff", locale: "de-DE" },
  zone: "Europe/Berlin",
};

describe("template values", () => {
  it("writes date and time in the organisation's language and the venue's zone, with its name", () => {
    expect(templateValues(FACTS)).toMatchObject({
      firstName: "Anna",
      lastName: "Weber",
      eventName: "SBF See Praxiskurs",
      eventDate: "Montag, 26. Oktober 2026",
      eventTime: "09:00 MEZ",
      eventEndTime: "16:00 MEZ",
      location: "Hafen 3",
      organisation: "Segelschule Haff",
    });
  });

  it("prefers the contact's own language", () => {
    const values = templateValues({ ...FACTS, contact: { ...FACTS.contact, locale: "en-GB" } });
    expect(values["eventDate"]).toMatch(/^Monday,? 26 October 2026$/);
  });

  it("passes over a language nobody knows and leaves out what is not known", () => {
    const values = templateValues({ ...FACTS, contact: { name: "X", locale: "not a locale" } });
    expect(values["eventDate"]).toBe("Montag, 26. Oktober 2026");
    expect(values).not.toHaveProperty("firstName");
  });

  it("has what it calls always known of a person and a booking that say as little as they may", () => {
    const bare = { ...FACTS, contact: { name: "X" }, booking: { ...BOOKING, location: { kind: "online" as const } } };
    expect(Object.keys(templateValues(bare)).filter((name) => !isAlwaysKnown(name))).toEqual([]);
    expect(Object.keys(templateValues(FACTS)).filter((name) => !isAlwaysKnown(name))).toEqual([
      "firstName",
      "lastName",
      "location",
    ]);
  });

  it("name everybody of a booking in order", () => {
    const people = [{ name: "Erika Muster", firstName: "Erika" }, { name: "Max" }];
    expect(templateValues({ ...FACTS, people })).toMatchObject({
      "people.0.name": "Erika Muster",
      "people.0.firstName": "Erika",
      "people.1.name": "Max",
    });
    expect(Object.keys(templateValues({ ...FACTS, people }))).not.toContain("people.1.firstName");
  });
});
