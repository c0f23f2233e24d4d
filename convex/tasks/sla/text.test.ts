import { expect, test } from "vitest";
import { missedDeadlineText } from "./text";

const MISSED = { clock: "first_response", number: 13, dueAt: Date.UTC(2026, 10, 19, 12) } as const;

test.each([
  ["de-DE", "Frist überschritten: erste Antwort (#13)", "Fällig war es am 19.11.2026, 13:00."],
  ["en-GB", "Deadline missed: first response (#13)", "It was due on 19 Nov 2026, 13:00."],
  ["nl-NL", "Termijn overschreden: eerste antwoord (#13)", "Uiterlijk op 19 nov 2026, 13:00."],
])("a missed deadline is told in %s as its clocks and calendars say it", (locale, title, description) => {
  expect(missedDeadlineText(MISSED, { locale, timezone: "Europe/Berlin" })).toEqual({ title, description });
});

test("a language without words of its own has words and date in one language", () => {
  const { title, description } = missedDeadlineText(MISSED, { locale: "fr-FR", timezone: "Europe/Paris" });
  expect(title).toMatch(/^Deadline missed/);
  expect(description).toContain("Nov 19, 2026");
});
