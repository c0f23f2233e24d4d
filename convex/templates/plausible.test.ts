import { expect, it } from "vitest";
import { templateValues } from "../bookings/values";
import { JOURNEY_VARIABLES, longestText } from "./plausible";

it("fills what is known, what is not, and a fallback that is longer", () => {
  expect(longestText("Hallo {{firstName}}", [])).toBe("Hallo Maximiliane");
  expect(longestText("{{pier}}", [])).toHaveLength(20);
  expect(longestText("{{pier}}", [{ name: "pier", fallback: "y".repeat(30) }])).toHaveLength(30);
});

it("knows every variable of a journey", () => {
  const values = templateValues({
    contact: { name: "A B", firstName: "A", lastName: "B" },
    booking: {
      title: "Kurs",
      startsAt: 0,
      endsAt: 1,
      externalId: "1",
      location: { kind: "onsite", text: "Steg" },
    },
    organisation: { name: "Schule", locale: "de" },
    zone: "Europe/Berlin",
  });
  expect([...JOURNEY_VARIABLES].sort()).toEqual(Object.keys(values).sort());
});
