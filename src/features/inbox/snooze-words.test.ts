import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localOfInstant } from "../../lib/local-time";
import { instantOfWords } from "./snooze-words";

const ZONE = "Europe/Berlin";
/** Saturday, 21 November 2026, 10:30. */
const NOW = Date.parse("2026-11-21T09:30:00Z");
const meant = (text: string, now = NOW) => {
  const at = instantOfWords(text, now, ZONE);
  return at === null ? null : localOfInstant(at, ZONE);
};

describe("a time in words", () => {
  it.each([
    ["in 3 hours", "2026-11-21T13:30"],
    ["in 20 Minuten", "2026-11-21T10:50"],
    ["3h", "2026-11-21T13:30"],
    ["in a week", "2026-11-28T10:30"],
    ["in einer Woche", "2026-11-28T10:30"],
    ["over 2 dagen", "2026-11-23T10:30"],
    ["in 1 Monat", "2026-12-21T10:30"],
    ["tomorrow", "2026-11-22T08:00"],
    ["morgen 9 Uhr", "2026-11-22T09:00"],
    ["Tomorrow at 9am", "2026-11-22T09:00"],
    ["overmorgen 14:15", "2026-11-23T14:15"],
    ["übermorgen", "2026-11-23T08:00"],
    ["today 5 pm", "2026-11-21T17:00"],
    ["12am", "2026-11-22T00:00"],
    ["14:00", "2026-11-21T14:00"],
    ["9:00", "2026-11-22T09:00"],
    ["Freitag 14:30", "2026-11-27T14:30"],
    ["am Montag um 9", "2026-11-23T09:00"],
    ["next saturday", "2026-11-28T08:00"],
    ["volgende maandag", "2026-11-23T08:00"],
    ["24.12. 10 Uhr", "2026-12-24T10:00"],
    ["1.3.", "2027-03-01T08:00"],
    ["2027-01-04 7:45", "2027-01-04T07:45"],
  ])("%s is %s", (text, local) => {
    expect(meant(text)).toBe(local);
  });

  it.each([
    "",
    "soon",
    "today 9:00",
    "31.2.",
    "in 0 days",
    "in 3",
    "25:00",
    "tomorrow or so",
    "2020-01-01",
    "in 5000 days",
  ])("%s is none to come", (text) => {
    expect(meant(text)).toBeNull();
  });

  it("goes by the clock of the zone over a change of the clocks", () => {
    // Saturday before the clocks go forward: in Berlin, tomorrow 08:00 is two hours ahead of UTC.
    expect(instantOfWords("tomorrow", Date.parse("2026-03-28T12:00:00Z"), ZONE)).toBe(
      Date.parse("2026-03-29T06:00:00Z"),
    );
    expect(meant("tomorrow 2:30", Date.parse("2026-03-28T12:00:00Z"))).toBe("2026-03-29T03:30");
  });

  it("is always to come, whatever is typed", () => {
    const word = fc.constantFrom(
      "in",
      "3",
      "days",
      "tomorrow",
      "freitag",
      "14:30",
      "am",
      "pm",
      "1.3.",
      "um",
      "9",
      "woche",
      "x",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const at = instantOfWords(words.join(" "), NOW, ZONE);
        expect(at === null || at > NOW).toBe(true);
      }),
      { seed: 20261121 },
    );
  });
});
