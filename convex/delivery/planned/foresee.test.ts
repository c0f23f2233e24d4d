import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { gapEnd, objectionTo } from "../sendChecks";
import { DEFAULT_SETTINGS } from "../settings/defaults";
import type { Settings } from "../settings/schema";
import { foreseeLane, type Foreseen, type LaneFacts, type LaneMessage } from "./foresee";

const NOW = Date.UTC(2026, 4, 12, 10);
const SEED = 20261121;

function settingsWith(cap: Partial<Settings["deliverySettings"]["rateLimits"]["frequencyCap"]>): Settings {
  const { deliverySettings } = DEFAULT_SETTINGS;
  const { rateLimits } = deliverySettings;
  const frequencyCap = { ...rateLimits.frequencyCap, ...cap };
  return {
    ...DEFAULT_SETTINGS,
    deliverySettings: { ...deliverySettings, rateLimits: { ...rateLimits, frequencyCap } },
  };
}

function advert(id: string, dueAt: number, change: Partial<LaneMessage<string>> = {}): LaneMessage<string> {
  const facts = { lane: "marketing", purpose: "marketing", isEmergency: false, plannedAt: dueAt, heldMs: 0 } as const;
  return {
    id,
    dueAt,
    facts,
    isAutomatic: true,
    counts: true,
    stop: null,
    waitsForTalk: false,
    waitingSince: null,
    passesHolds: false,
    allowedAt: (at) => ({ at, rule: null }),
    ...change,
  };
}
const news = (id: string, dueAt: number): LaneMessage<string> => {
  const facts = {
    lane: "transactional",
    purpose: "transactional",
    isEmergency: false,
    plannedAt: dueAt,
    heldMs: 0,
  } as const;
  return advert(id, dueAt, { facts, counts: false });
};
const factsWith = (change: Partial<LaneFacts> = {}): LaneFacts => {
  return { now: NOW, sentAt: [], settings: DEFAULT_SETTINGS, holds: [], ...change };
};
const foresee = (messages: readonly LaneMessage<string>[], facts = factsWith()) => foreseeLane(messages, facts);

describe("one person's future", () => {
  it("pushes the 10:05 step when something is added at 10:00", () => {
    const facts = factsWith({ settings: settingsWith({ minGapMinutes: 30 }) });
    const step = advert("step", NOW + 5 * MINUTE_MS);
    expect(foresee([step], facts).get("step")).toMatchObject({ kind: "leaves", at: NOW + 5 * MINUTE_MS, pushes: [] });
    expect(foresee([step, advert("added", NOW)], facts).get("step")).toEqual({
      kind: "leaves",
      at: NOW + 30 * MINUTE_MS,
      pushes: [{ rule: "min_gap", to: NOW + 30 * MINUTE_MS, because: "added" }],
    });
  });

  it("drops it when the person has had enough with that, or when it would come past its time", () => {
    const step = advert("step", NOW + 5 * MINUTE_MS);
    const capped = factsWith({ settings: settingsWith({ perDay: 1 }) });
    expect(foresee([step, advert("added", NOW)], capped).get("step")).toMatchObject({ rule: "frequency_cap" });
    const gap = factsWith({ settings: settingsWith({ minGapMinutes: 30 }) });
    const brief = advert("step", step.dueAt, { facts: { ...step.facts, expiresAt: NOW + 20 * MINUTE_MS } });
    expect(foresee([brief, advert("added", NOW)], gap).get("step")).toMatchObject({ kind: "dropped", rule: "expired" });
  });

  it("holds what waits for a talk, and says when it is over", () => {
    const message = advert("a", NOW + MINUTE_MS, { waitsForTalk: true });
    const until = NOW + HOUR_MS;
    expect(foresee([message], factsWith({ holds: [{ until }] })).get("a")).toMatchObject({
      kind: "leaves",
      at: until,
      pushes: [{ rule: "human_first", to: until }],
    });
    expect(foresee([message], factsWith({ holds: [{}] })).get("a")).toMatchObject({
      kind: "waits",
      rule: "human_first",
    });
    const long = factsWith({ holds: [{ until: NOW + 4 * DAY_MS }] });
    expect(foresee([message], long).get("a")).toMatchObject({ kind: "dropped", rule: "held_too_long" });
  });

  it("shifts what falls into the night, and counts it where it leaves", () => {
    const morning = NOW + 21 * HOUR_MS;
    const night = {
      allowedAt: (at: number) => (at < morning ? { at: morning, rule: "quiet_hours" } : { at, rule: null }),
    };
    const facts = factsWith({ settings: settingsWith({ minGapMinutes: 60 }) });
    const outcome = foresee([advert("late", NOW + HOUR_MS, night), advert("next", morning + MINUTE_MS)], facts);
    expect(outcome.get("late")).toMatchObject({ at: morning, pushes: [{ rule: "quiet_hours" }] });
    expect(outcome.get("next")).toMatchObject({ at: morning + HOUR_MS, pushes: [{ because: "late" }] });
  });

  it("what a member holds or a pause stops takes no place", () => {
    const stop = { kind: "waits", rule: "member", reason: "member_hold" } as const;
    const facts = factsWith({ settings: settingsWith({ perDay: 1 }) });
    const outcome = foresee([advert("held", NOW, { stop }), advert("next", NOW + 1)], facts);
    expect(outcome.get("held")).toEqual(stop);
    expect(outcome.get("next")).toMatchObject({ kind: "leaves" });
  });
});

describe("whatever lies ahead", () => {
  const vLane = fc
    .array(fc.record({ minutes: fc.integer({ min: -60, max: 3 * 24 * 60 }), counts: fc.boolean() }), { maxLength: 25 })
    .map((all) => all.map(({ minutes, counts }, i) => (counts ? advert : news)(String(i), NOW + minutes * MINUTE_MS)));
  const vSent = fc.array(fc.integer({ min: 1, max: 7 * 24 * 60 - 1 }), { maxLength: 5 });
  const vSettings = fc
    .record({
      perDay: fc.integer({ min: 1, max: 5 }),
      perWeek: fc.integer({ min: 1, max: 12 }),
      minGapMinutes: fc.constantFrom(0, 10, 90),
    })
    .map(settingsWith);
  const vCase = fc.record({ lane: vLane, sent: vSent, settings: vSettings }).map(({ lane, sent, settings }) => ({
    lane,
    facts: factsWith({ sentAt: sent.map((minutes) => NOW - minutes * MINUTE_MS), settings }),
  }));
  const leavingAt = (outcome: Foreseen<string> | undefined) => (outcome?.kind === "leaves" ? outcome.at : null);

  it("each outcome is what the send checks say at that moment", () => {
    fc.assert(
      fc.property(vCase, ({ lane, facts }) => {
        const outcomes = foreseeLane(lane, facts);
        expect(outcomes.size).toBe(lane.length);
        const left = lane.flatMap(({ id, counts }) => {
          const at = leavingAt(outcomes.get(id));
          return at === null || !counts ? [] : [{ id, at }];
        });
        for (const message of lane) {
          const outcome = outcomes.get(message.id);
          if (outcome === undefined || outcome.kind === "waits") throw new Error("nothing keeps it");
          const rank = lane.indexOf(message);
          const before = left.filter(({ id, at }) => {
            return at < outcome.at || (at === outcome.at && lane.findIndex((other) => other.id === id) < rank);
          });
          const cappedSentAt = message.counts ? [...facts.sentAt, ...before.map(({ at }) => at)] : [];
          const sourceAnswer = { wanted: true } as const;
          const asked = { ...message.facts, now: outcome.at, sourceAnswer, waitedTooLong: false, cappedSentAt };
          const { deliverySettings } = facts.settings;
          const objection = objectionTo(asked, deliverySettings);
          if (outcome.kind === "dropped") expect(objection?.rule).toBe(outcome.rule);
          else expect([objection, gapEnd({ ...asked, isAutomatic: true }, deliverySettings)]).toEqual([null, null]);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("nothing is capped while there are fewer than the cap", () => {
    fc.assert(
      fc.property(vLane, vSent, (lane, sent) => {
        const count = lane.filter(({ counts }) => counts).length + sent.length;
        const settings = settingsWith({ perDay: count + 1, perWeek: count + 1 });
        const sentAt = sent.map((minutes) => NOW - minutes * MINUTE_MS);
        const outcomes = [...foreseeLane(lane, factsWith({ settings, sentAt })).values()];
        expect(outcomes.every(({ kind }) => kind === "leaves")).toBe(true);
      }),
      { seed: SEED },
    );
  });

  it("what is dropped or does not count can be removed without any change to the others", () => {
    fc.assert(
      fc.property(vCase, ({ lane, facts }) => {
        const outcomes = foreseeLane(lane, facts);
        const idle = lane.find(({ id, counts }) => !counts || outcomes.get(id)?.kind === "dropped");
        if (idle === undefined) return;
        const without = foreseeLane(
          lane.filter((message) => message !== idle),
          facts,
        );
        for (const [id, outcome] of without) expect(outcome).toEqual(outcomes.get(id));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("removing a message changes nothing of what is due before it leaves", () => {
    fc.assert(
      fc.property(vCase, fc.nat(), ({ lane, facts }, pick) => {
        const removed = lane[pick % Math.max(1, lane.length)];
        if (removed === undefined) return;
        const outcomes = foreseeLane(lane, facts);
        const end = leavingAt(outcomes.get(removed.id)) ?? Infinity;
        const without = foreseeLane(
          lane.filter((message) => message !== removed),
          facts,
        );
        for (const [id, outcome] of outcomes) {
          if (outcome.kind !== "waits" && outcome.at < end && id !== removed.id)
            expect(without.get(id)).toEqual(outcome);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
