import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../lib/time";
import * as measures from "./measures";
import { counts } from "./sums";

describe("measures", () => {
  it("are shares of what they are about", () => {
    const sums = counts({
      inTime: 19,
      late: 1,
      closed: 10,
      closedAnswered: 8,
      fixedAtOnce: 6,
      escalated: 1,
      closedMessages: 34,
    });
    expect(measures.slaKept(sums)).toBe(0.95);
    expect(measures.fixedAtOnce(sums)).toBe(0.75);
    expect(measures.escalated(sums)).toBe(0.1);
    expect(measures.messagesPerSolution(sums)).toBe(3.4);
  });

  it("spread the cost over the messages both ways", () => {
    expect(measures.costPerMessage(counts({ received: 3, sent: 1, costMicros: 200_000 }))).toBe(50_000);
    expect(measures.costPerMessage({})).toBeNull();
  });

  it("know the four satisfactions and the mean of the grades", () => {
    const sums = counts({
      promoters: 3,
      detractors: 1,
      npsCount: 5,
      speedCount: 2,
      speedSum: 9,
      channelCount: 2,
      channelSum: 10,
      resolutionCount: 1,
      resolutionSum: 4,
    });
    expect(measures.satisfaction(sums)).toEqual({ nps: 40, speed: 4.5, channel: 5, resolution: 4, grade: 23 / 5 });
  });

  it("count history as whole only when everything that came in stands in a conversation", () => {
    expect(measures.historyKept(0, 0)).toBeNull();
    expect(measures.isMet("historyKept", measures.historyKept(999, 1))).toBe(false);
    expect(measures.isMet("historyKept", measures.historyKept(999, 0))).toBe(true);
  });
});

describe("room to grow", () => {
  it("is how often the busiest day fits into an hour of what was measured", () => {
    expect(measures.roomToGrow(0)).toBeNull();
    expect(measures.isMet("roomToGrow", measures.roomToGrow(108_000))).toBe(true);
    expect(measures.isMet("roomToGrow", measures.roomToGrow(108_001))).toBe(false);
  });
});

describe("targets", () => {
  it("are reached below or above the line of the requirement, not on it", () => {
    expect(measures.isMet("emailAnswer", 4 * HOUR_MS)).toBe(false);
    expect(measures.isMet("emailAnswer", 4 * HOUR_MS - 1)).toBe(true);
    expect(measures.isMet("slaKept", 0.95)).toBe(false);
    expect(measures.isMet("slaKept", 0.951)).toBe(true);
  });

  it("are neither reached nor missed without a figure", () => expect(measures.isMet("templates", null)).toBeNull());
});
