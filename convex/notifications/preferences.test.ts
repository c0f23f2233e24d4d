import { describe, expect, it } from "vitest";
import { channelsFor, isQuiet, withChannel } from "./preferences";

describe("what a member is told", () => {
  it("is everything until something was chosen, on devices only what is critical", () => {
    expect(channelsFor([], "alert")).toEqual(["app", "browser", "push"]);
    expect(channelsFor([], "assigned")).toEqual(["app", "browser"]);
  });

  it("is nobody's new conversation in the list of its team alone, and without a team where it was chosen", () => {
    expect(channelsFor([], "team_unassigned")).toEqual(["app"]);
    expect(channelsFor([], "unassigned")).toEqual([]);
    expect(channelsFor(withChannel([], "unassigned", "app", true), "unassigned")).toEqual(["app"]);
    expect(channelsFor(withChannel([], "team_unassigned", "push", true), "team_unassigned")).toEqual(["app", "push"]);
  });

  it("is switched per kind and way", () => {
    const quiet = withChannel([], "reply_failed", "browser", false);
    expect(channelsFor(quiet, "reply_failed")).toEqual(["app"]);
    expect(channelsFor(quiet, "assigned")).toEqual(["app", "browser"]);
    expect(channelsFor(withChannel(quiet, "reply_failed", "browser", true), "reply_failed")).toEqual([
      "app",
      "browser",
    ]);
    expect(withChannel(quiet, "reply_failed", "app", false)).toHaveLength(1);
  });

  it("is nothing at all without the list", () => {
    expect(channelsFor(withChannel([], "deadline", "app", false), "deadline")).toEqual([]);
  });
});

it.each([
  ["12:00", "12:00", "13:00", true],
  ["13:00", "12:00", "13:00", false],
  ["23:59", "22:00", "07:00", true],
  ["06:59", "22:00", "07:00", true],
  ["07:00", "22:00", "07:00", false],
  ["12:00", "08:00", "08:00", false],
])("at %s, quiet from %s to %s: %s", (clock, start, end, expected) => {
  expect(isQuiet(clock, { start, end })).toBe(expected);
  expect(isQuiet(clock, undefined)).toBe(false);
});
