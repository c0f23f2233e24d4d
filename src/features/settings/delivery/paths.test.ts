import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../../../convex/delivery/settings/defaults";
import { changeAt } from "./paths";

describe("a change of one setting", () => {
  it("sends its whole group and leaves what was there alone", () => {
    const change = changeAt(DEFAULT_SETTINGS, "deliverySettings.rateLimits.frequencyCap.perDay", 1);
    expect(Object.keys(change)).toEqual(["deliverySettings"]);
    expect(change.deliverySettings?.rateLimits).toEqual({
      burstSeconds: 1,
      frequencyCap: { purposes: ["marketing"], perDay: 1, perWeek: 10, minGapMinutes: 0 },
    });
    expect(change.deliverySettings?.timingRules).toBe(DEFAULT_SETTINGS.deliverySettings.timingRules);
    expect(DEFAULT_SETTINGS.deliverySettings.rateLimits.frequencyCap.perDay).toBe(3);
  });

  it("makes the branches that are missing, and clears what is to be inherited again", () => {
    const set = changeAt(DEFAULT_SETTINGS, "trackingSettings.alertSettings.costPerDayMicros.sms", 5);
    expect(set.trackingSettings?.alertSettings.costPerDayMicros).toEqual({ sms: 5 });
    const quiet = { start: "20:00", end: "08:00" };
    const settings = {
      ...DEFAULT_SETTINGS,
      ...changeAt(DEFAULT_SETTINGS, "deliverySettings.timingRules.quietHours", quiet),
    };
    const cleared = changeAt(settings, "deliverySettings.timingRules.quietHours", undefined);
    expect(cleared.deliverySettings?.timingRules).toEqual(DEFAULT_SETTINGS.deliverySettings.timingRules);
  });
});
