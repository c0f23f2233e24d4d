import { describe, expect, it } from "vitest";
import type { JourneyStep } from "../../lib/api-types";
import { journeyLanes, unsentCount } from "./journey-lanes";

function step(name: string, overrides: Partial<JourneyStep>): JourneyStep {
  return {
    stepRunId: name as JourneyStep["stepRunId"],
    sequenceName: "Course",
    stepName: name,
    phase: "before",
    channel: "email",
    contactId: "c" as JourneyStep["contactId"],
    plannedAt: 1,
    zone: "Europe/Berlin",
    occurrence: 0,
    state: { kind: "waiting", anchor: "completed" },
    explanation: "",
    ...overrides,
  };
}

describe("journeyLanes", () => {
  it("sorts each phase by time and puts what waits for its moment last", () => {
    const lanes = journeyLanes([
      step("waits", { plannedAt: null }),
      step("late", { plannedAt: 20 }),
      step("after", { phase: "after" }),
      step("early", { plannedAt: 10 }),
    ]);
    expect(lanes.before.map(({ stepName }) => stepName)).toEqual(["early", "late", "waits"]);
    expect(lanes.during).toEqual([]);
    expect(lanes.after).toHaveLength(1);
  });
});

describe("unsentCount", () => {
  it("counts what a cancellation would stop", () => {
    const queueId = "q" as NonNullable<JourneyStep["queueId"]>;
    const steps = [
      step("planned", { state: { kind: "planned", queueId } }),
      step("waiting", {}),
      step("sent", { state: { kind: "sent", at: 1, queueId } }),
      step("skipped", { state: { kind: "skipped", at: 1, reason: "no_address" } }),
    ];
    expect(unsentCount(steps)).toBe(2);
  });
});
