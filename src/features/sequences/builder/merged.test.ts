import { expect, test } from "vitest";
import { merged } from "./merged";

const timing = { kind: "days", anchor: "start", offsetDays: -1, at: "09:00" };
const seen = {
  name: "Message",
  repeatAfterMove: false,
  timing,
  arms: [{ name: "One", tests: ["a"] }, { name: "Two" }],
};

test("keeps both of two changes that were made of the same sight", () => {
  const once = merged(seen, { ...seen, repeatAfterMove: true }, seen);
  const twice = merged(seen, { ...seen, timing: { ...timing, offsetDays: -3 } }, once);
  expect(twice).toEqual({ ...seen, repeatAfterMove: true, timing: { ...timing, offsetDays: -3 } });
});

test("keeps both also within one field and within a list", () => {
  const once = merged(seen, { ...seen, timing: { ...timing, anchor: "end" } }, seen);
  const { at: _, ...bare } = timing;
  expect(merged({ ...seen }, { ...seen, timing: bare as typeof timing }, once).timing).toEqual({
    ...bare,
    anchor: "end",
  });
  const arms = [{ name: "Yes", tests: ["a"] }, { name: "Two" }];
  const other = [{ name: "One", tests: ["a", "b"] }, { name: "Two" }];
  expect(merged(seen.arms, arms, other)).toEqual([{ name: "Yes", tests: ["a", "b"] }, { name: "Two" }]);
});

test("takes what has become of another kind, or a longer list, as a whole", () => {
  const minutes = { kind: "minutes", anchor: "start", offsetMinutes: -60 };
  expect(merged<object>(timing, minutes, { ...timing, offsetDays: -7 })).toEqual(minutes);
  expect(merged(["a"], ["a", "b"], ["c"])).toEqual(["a", "b"]);
});

test("changes nothing where nothing was changed, and nothing it was given", () => {
  const latest = { ...seen, name: "Other" };
  expect(merged(seen, structuredClone(seen), latest)).toBe(latest);
  merged(seen, { ...seen, name: "New" }, latest);
  expect(latest.name).toBe("Other");
});
