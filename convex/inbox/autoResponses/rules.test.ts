import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { filledText, noAnswer, opening, textFor } from "./rules";

const BERLIN = {
  timezone: "Europe/Berlin",
  intervals: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "09:00", end: "17:00" })),
  holidays: [{ date: "2026-05-14", name: "Himmelfahrt" }],
};
const at = (text: string) => Date.parse(text);

describe("the next opening", () => {
  it.each([
    ["at work", "2026-05-12T10:00+02:00", true, "2026-05-12T10:00+02:00"],
    ["in the evening", "2026-05-12T20:00+02:00", false, "2026-05-13T09:00+02:00"],
    ["before a holiday", "2026-05-13T17:00+02:00", false, "2026-05-15T09:00+02:00"],
    ["over the weekend on which clocks go forward", "2026-03-27T18:00+01:00", false, "2026-03-30T09:00+02:00"],
    ["over the weekend on which they go back", "2026-10-23T18:00+02:00", false, "2026-10-26T09:00+01:00"],
  ])("%s", (_, now, isOpen, opensAt) => {
    expect(opening(BERLIN, at(now))).toEqual({ isOpen, opensAt: at(opensAt) });
  });

  it("is none where nobody ever works", () => {
    expect(opening({ ...BERLIN, intervals: [] }, at("2026-05-12T10:00Z"))).toEqual({ isOpen: false, opensAt: null });
  });
});

describe("no answer", () => {
  const now = at("2026-05-12T20:00+02:00");
  const arrival = { now, sentAt: now, isOpen: false, memberAnsweredAt: null, autoAnsweredAt: null };

  it.each([
    [{}, null],
    [{ isOpen: true }, "open"],
    [{ sentAt: now - 7 * HOUR_MS }, "delayed"],
    [{ sentAt: null }, null],
    [{ memberAnsweredAt: now - 29 * MINUTE_MS }, "team_is_there"],
    [{ memberAnsweredAt: now - 31 * MINUTE_MS }, null],
    [{ autoAnsweredAt: now - DAY_MS + 1 }, "answered_lately"],
    [{ autoAnsweredAt: now - DAY_MS }, null],
  ])("for %j: %s", (change, why) => expect(noAnswer({ ...arrival, ...change })).toBe(why));
});

describe("the text", () => {
  const texts = [
    { language: "en", text: "Hello" },
    { language: "de", text: "Hallo" },
    { language: "nl", text: " " },
  ] as const;

  it.each([
    [["de-AT", "en"], "Hallo"],
    [["fr", "en-GB"], "Hello"],
    [["nl", "de"], "Hallo"],
    [[undefined, "fr"], "Hello"],
  ])("for %j", (locales, text) => expect(textFor(texts, locales)?.text).toBe(text));

  it("is none where none is written", () => expect(textFor([{ language: "de", text: "" }], ["de"])).toBeNull());

  it("says when people work again, in its language, and stays tidy without", () => {
    const text = "Hallo {{name}}, wir sind ab {{opens}} da.";
    const values = { name: "Max", opensAt: at("2026-05-15T09:00+02:00"), timezone: "Europe/Berlin" };
    expect(filledText({ language: "de", text }, values)).toBe("Hallo Max, wir sind ab Freitag, 15. Mai, 09:00 da.");
    expect(
      filledText({ language: "de", text: "Hallo {{name}}, bis {{opens}}." }, { ...values, name: "", opensAt: null }),
    ).toBe("Hallo, bis.");
  });
});
