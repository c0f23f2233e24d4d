import { describe, expect, it } from "vitest";
import { templateValues, type ValueFacts } from "./values";

const FACTS: ValueFacts = {
  contact: { name: "Anna Weber", firstName: "Anna", lastName: "Weber" },
  booking: {
    title: "SBF See Praxiskurs",
    startsAt: Date.UTC(2026, 9, 26, 8),
    endsAt: Date.UTC(2026, 9, 26, 15),
    externalId: "b-1",
    location: { kind: "onsite", text: "Hafen 3" },
  },
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
});
