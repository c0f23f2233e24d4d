import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../lib/time";
import { allowedAt, gapEnd, objectionTo, type GapFacts, type HourFacts, type MessageFacts } from "./sendChecks";
import { DEFAULT_SETTINGS } from "./settings/defaults";

const NIGHT = Date.UTC(2026, 4, 12, 22);
const { deliverySettings } = DEFAULT_SETTINGS;

describe("objections", () => {
  const facts = (overrides: Partial<MessageFacts> = {}): MessageFacts => ({
    now: NIGHT,
    lane: "transactional",
    purpose: "transactional",
    isEmergency: false,
    sourceAnswer: { wanted: true },
    plannedAt: NIGHT,
    heldMs: 0,
    waitedTooLong: false,
    cappedSentAt: [],
    ...overrides,
  });
  const objection = (overrides: Partial<MessageFacts>) => objectionTo(facts(overrides), deliverySettings);

  it("are none against an ordinary message", () => expect(objection({})).toBeNull());

  it("the source's no is final, in an emergency too", () => {
    const sourceAnswer = { wanted: false, reason: "booking_cancelled" } as const;
    expect(objection({ sourceAnswer, isEmergency: true })).toMatchObject({
      kind: "skip",
      rule: "source",
      reason: "booking_cancelled",
    });
  });

  it("what is worth nothing any more, or too old for its lane, is given up with a reason", () => {
    expect(objection({ expiresAt: NIGHT })).toMatchObject({ rule: "expired", reason: "expired" });
    expect(objection({ expiresAt: NIGHT + 1 })).toBeNull();
    const { maxAgeHours } = deliverySettings.timingRules;
    for (const lane of ["critical", "transactional", "marketing"] as const) {
      const limit = NIGHT - maxAgeHours[lane] * HOUR_MS;
      expect(objection({ lane, plannedAt: limit })).toBeNull();
      expect(objection({ lane, plannedAt: limit - 1 })).toMatchObject({ rule: "too_old", reason: "too_old" });
    }
  });

  it("a person gets so many a day and a week, across all sources; emergencies are not counted out", () => {
    const marketing = { lane: "marketing", purpose: "marketing" } as const;
    const hourly = (count: number) => Array.from({ length: count }, (_, i) => NIGHT - (i + 1) * HOUR_MS);
    expect(objection({ ...marketing, cappedSentAt: hourly(2) })).toBeNull();
    expect(objection({ ...marketing, cappedSentAt: hourly(3) })).toMatchObject({ rule: "frequency_cap" });
    const daily = Array.from({ length: 10 }, (_, i) => NIGHT - DAY_MS - (i % 5) * DAY_MS - 1);
    expect(objection({ ...marketing, cappedSentAt: daily })).toMatchObject({ rule: "frequency_cap" });
    expect(objection({ ...marketing, cappedSentAt: hourly(9), isEmergency: true })).toBeNull();
    expect(objection({ cappedSentAt: hourly(9) })).toBeNull();
  });
});

describe("the distance to the message before", () => {
  const { rateLimits } = deliverySettings;
  const frequencyCap = { ...rateLimits.frequencyCap, minGapMinutes: 30 };
  const settings = { ...deliverySettings, rateLimits: { ...rateLimits, frequencyCap } };
  const advert: GapFacts = {
    now: NIGHT,
    lane: "marketing",
    purpose: "marketing",
    isEmergency: false,
    isAutomatic: true,
    cappedSentAt: [NIGHT - HOUR_MS, NIGHT - 5 * MINUTE_MS],
  };

  it("is kept from the last one", () => {
    expect(gapEnd(advert, settings)).toBe(NIGHT + 25 * MINUTE_MS);
    expect(gapEnd({ ...advert, cappedSentAt: [NIGHT - 30 * MINUTE_MS] }, settings)).toBeNull();
    expect(gapEnd({ ...advert, cappedSentAt: [] }, settings)).toBeNull();
  });

  it("is nothing to what members write, what is urgent or of another purpose, and where nobody set it", () => {
    const free: Partial<GapFacts>[] = [
      { isAutomatic: false },
      { lane: "critical" },
      { isEmergency: true },
      { purpose: "transactional" },
    ];
    for (const change of free) expect(gapEnd({ ...advert, ...change }, settings)).toBeNull();
    expect(gapEnd(advert, deliverySettings)).toBeNull();
  });
});

describe("the hour", () => {
  const facts = (overrides: Partial<HourFacts> = {}): HourFacts => ({
    lane: "transactional",
    purpose: "transactional",
    channel: "email",
    sourceKind: "sequence",
    isEmergency: false,
    zones: ["UTC"],
    quietHours: { start: "21:00", end: "07:00" },
    calendar: null,
    ...overrides,
  });
  const allowed = (overrides: Partial<HourFacts>, settings = DEFAULT_SETTINGS) =>
    allowedAt(NIGHT, facts(overrides), settings);

  it("is the morning after quiet hours, but for urgent messages, answers and emergencies", () => {
    expect(allowed({})).toEqual({ at: Date.UTC(2026, 4, 13, 7), rule: "quiet_hours" });
    for (const exempt of [{ lane: "critical" }, { sourceKind: "agent" }, { isEmergency: true }] as const) {
      expect(allowed(exempt)).toEqual({ at: NIGHT, rule: null });
    }
    expect(allowed({ quietHours: { start: "12:00", end: "12:00" } })).toEqual({ at: NIGHT, rule: null });
  });

  it("is quiet where the recipient may be, in every zone", () => {
    expect(allowed({ zones: ["America/New_York"] })?.rule).toBeNull();
    const both = allowed({ zones: ["America/New_York", "Pacific/Honolulu"] });
    expect(both).toEqual({ at: NIGHT, rule: null });
    expect(allowed({ zones: ["Asia/Tokyo", "Pacific/Honolulu"] })).toEqual({ at: NIGHT, rule: null });
    expect(allowed({ zones: ["Europe/Berlin", "Asia/Tokyo"] })).toMatchObject({ rule: "quiet_hours" });
  });

  it("is within the opening hours for the purposes that keep them, holidays left out", () => {
    const settings = structuredClone(DEFAULT_SETTINGS);
    settings.deliverySettings.timingRules.businessHoursFor = ["service"];
    const intervals = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "09:00", end: "17:00" }));
    const calendar = { timezone: "Europe/Berlin", intervals, holidays: [{ date: "2026-05-13", name: "frei" }] };
    expect(allowed({ purpose: "service", calendar }, settings)).toEqual({
      at: Date.UTC(2026, 4, 14, 7),
      rule: "business_hours",
    });
    expect(allowed({ calendar }, settings)?.rule).toBe("quiet_hours");
  });

  it("is the person's favourite one for what can wait", () => {
    const preferredHours = { start: "17:00", end: "19:00" };
    expect(allowed({ purpose: "marketing", preferredHours })).toEqual({
      at: Date.UTC(2026, 4, 13, 17),
      rule: "preferred_hours",
    });
    expect(allowed({ preferredHours })?.rule).toBe("quiet_hours");
    const indifferent = structuredClone(DEFAULT_SETTINGS);
    indifferent.routingRules.customerPreferences.respectsHours = false;
    expect(allowed({ purpose: "marketing", preferredHours }, indifferent)?.rule).toBe("quiet_hours");
  });

  it("is the country's for advertising by phone, unless the organisation switches that off", () => {
    const sms = { channel: "sms", purpose: "marketing", lane: "critical", country: "DE" } as const;
    expect(allowed(sms)).toEqual({ at: Date.UTC(2026, 4, 13, 8), rule: "country_hours_DE" });
    const free = structuredClone(DEFAULT_SETTINGS);
    free.deliverySettings.timingRules.respectsCountryRules = false;
    expect(allowed(sms, free)?.rule).toBeNull();
  });
});
