import { expect, it } from "vitest";
import { hoursOutside } from "./quietHours";

const monday = (quiet: { start: string; end: string }) =>
  hoursOutside(quiet)
    .filter(({ weekday }) => weekday === 1)
    .map(({ start, end }) => `${start}-${end}`);

it("is open outside of the quiet hours, every day", () => {
  expect(monday({ start: "21:00", end: "07:00" })).toEqual(["07:00-21:00"]);
  expect(monday({ start: "12:00", end: "14:00" })).toEqual(["00:00-12:00", "14:00-24:00"]);
  expect(monday({ start: "00:00", end: "06:00" })).toEqual(["06:00-24:00"]);
  expect(monday({ start: "22:00", end: "00:00" })).toEqual(["00:00-22:00"]);
  expect(monday({ start: "08:00", end: "08:00" })).toEqual(["00:00-24:00"]);
  expect(new Set(hoursOutside({ start: "21:00", end: "07:00" }).map(({ weekday }) => weekday)).size).toBe(7);
});
