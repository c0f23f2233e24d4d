import { describe, expect, it } from "vitest";
import { localOfInstant } from "../../lib/local-time";
import { snoozePresets } from "./snooze-times";

const BERLIN = "Europe/Berlin";

function presetsAt(instant: string, zone = BERLIN): Record<string, string> {
  return Object.fromEntries(
    snoozePresets(Date.parse(instant), zone).map(({ preset, at }) => [preset, localOfInstant(at, zone)]),
  );
}

describe("snoozePresets", () => {
  it("offers the five on a working day", () => {
    expect(presetsAt("2026-06-03T10:00:00Z")).toEqual({
      later: "2026-06-03T15:00",
      evening: "2026-06-03T18:00",
      tomorrow: "2026-06-04T08:00",
      weekend: "2026-06-06T08:00",
      nextWeek: "2026-06-08T08:00",
    });
  });

  it("leaves out the evening when it came and the weekend when it is there", () => {
    expect(Object.keys(presetsAt("2026-06-03T16:00:00Z"))).not.toContain("evening");
    expect(presetsAt("2026-06-07T17:00:00Z")).toEqual({
      later: "2026-06-07T22:00",
      tomorrow: "2026-06-08T08:00",
      nextWeek: "2026-06-08T08:00",
    });
    expect(presetsAt("2026-06-08T08:00:00Z")["nextWeek"]).toBe("2026-06-15T08:00");
  });

  it("keeps the hour by the clock across its change, and counts real hours", () => {
    expect(presetsAt("2026-10-24T20:00:00Z")).toMatchObject({ tomorrow: "2026-10-25T08:00" });
    const [later] = snoozePresets(Date.parse("2026-10-24T23:30:00Z"), BERLIN);
    expect(later?.at).toBe(Date.parse("2026-10-25T02:30:00Z"));
    expect(presetsAt("2026-06-03T23:30:00Z", "America/New_York")["tomorrow"]).toBe("2026-06-04T08:00");
  });
});
