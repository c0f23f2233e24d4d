import { expect, it } from "vitest";
import { callOfForm, lengthOf, secondsOf } from "./call-form";

const form = {
  direction: "outgoing",
  outcome: "no_answer",
  memberId: "m",
  at: "2026-05-12T10:00",
  length: "",
  callback: "",
  text: "",
} as const;

it("reads lengths as people write them", () => {
  expect(["", "4", "4:05", "1:02:03", "90"].map(secondsOf)).toEqual([0, 240, 245, 3723, 5400]);
  expect(["x", "4:5", "4:60", "-1", "1:2:3:4"].map(secondsOf)).toEqual([null, null, null, null, null]);
  expect([0, 59, 245, 3723].map(lengthOf)).toEqual(["", "0:59", "4:05", "1:02:03"]);
  for (const seconds of [1, 60, 3599, 3600, 86_399]) expect(secondsOf(lengthOf(seconds))).toBe(seconds);
});

it("says which field is no call", () => {
  expect(callOfForm({ ...form, at: "" }, "Europe/Berlin")).toEqual({ ok: false, field: "at" });
  expect(callOfForm({ ...form, length: "long" }, "Europe/Berlin")).toEqual({ ok: false, field: "length" });
  expect(callOfForm({ ...form, callback: "2026-05-12T09:00" }, "Europe/Berlin")).toEqual({
    ok: false,
    field: "callback",
  });
  const at = Date.UTC(2026, 4, 12, 8);
  const read = callOfForm({ ...form, callback: "2026-05-12T11:00", length: "1:30" }, "Europe/Berlin");
  expect(read).toMatchObject({ ok: true, call: { at, seconds: 90, callbackAt: at + 3_600_000 } });
});
