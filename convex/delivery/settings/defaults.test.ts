import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, SETTINGS_RANGES, settingsProblem, valueAt } from "./defaults";
import type { Settings } from "./schema";

/** The defaults with one value changed. */
function changed(path: string, value: unknown): Settings {
  const settings = structuredClone(DEFAULT_SETTINGS);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let node: unknown = settings;
  for (const key of keys) {
    const at = node as Record<string, unknown>;
    node = at[key] ??= {};
  }
  (node as Record<string, unknown>)[last] = value;
  return settings;
}

describe("the delivery settings", () => {
  it("are right as they come", () => {
    expect(settingsProblem(DEFAULT_SETTINGS)).toBeNull();
  });

  it.each(Object.entries(SETTINGS_RANGES))("keep %s within its range, and say which field is wrong", (field, range) => {
    const [least, most] = range;
    for (const right of range) expect(settingsProblem(changed(field, right))).toBeNull();
    for (const wrong of [least - 0.01, most + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(settingsProblem(changed(field, wrong))).toMatchObject({ field });
    }
  });

  it("name every number that is set by default", () => {
    const numbers = (node: unknown, path: string): string[] =>
      typeof node === "number"
        ? [path]
        : typeof node === "object" && node !== null && !Array.isArray(node)
          ? Object.entries(node).flatMap(([key, inner]) => numbers(inner, path === "" ? key : `${path}.${key}`))
          : [];
    expect(numbers(DEFAULT_SETTINGS, "").filter((path) => !(path in SETTINGS_RANGES))).toEqual([]);
  });

  it.each([
    ["deliverySettings.timingRules.quietHours", { start: "24:00", end: "07:00" }, ".start"],
    ["deliverySettings.timingRules.quietHours", { start: "21:00", end: "7" }, ".end"],
    ["routingRules.channelPriorities", ["sms", "sms"], ""],
    ["routingRules.fallbackChains.email", ["email"], ""],
    ["trackingSettings.alertSettings.email", "nobody", ""],
  ])("refuse %s = %j", (path, value, suffix) => {
    expect(settingsProblem(changed(path, value))).toMatchObject({ field: path + suffix });
  });
});

describe("what stands at a path", () => {
  it("is nothing where nothing stands", () => {
    expect(valueAt(DEFAULT_SETTINGS, "channelSettings.sms.maxSegments")).toBe(10);
    expect(valueAt(DEFAULT_SETTINGS, "channelSettings.fax.maxSegments")).toBeUndefined();
  });
});
