import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isZone } from "../../lib/time";
import { phoneFacts } from "../phones";
import { easterSunday, type HOLIDAY_COUNTRIES, isHoliday } from "./holidays";
import { countryHours } from "./rulePacks";
import { slotIn } from "./spread";
import { nextAllowedByAll } from "./windows";
import { countryOfZone, recipientZones } from "./zones";

const at = (text: string) => Date.parse(text);

describe("holidays", () => {
  it.each([
    [2024, "2024-03-31"],
    [2025, "2025-04-20"],
    [2026, "2026-04-05"],
    [2027, "2027-03-28"],
    [2038, "2038-04-25"],
  ])("Easter %i is %s", (year, sunday) => expect(easterSunday(year)).toBe(sunday));

  it("are those of the country", () => {
    const inYear = (country: (typeof HOLIDAY_COUNTRIES)[number]) => {
      const days = Array.from({ length: 365 }, (_, i) => new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10));
      return days.filter((date) => isHoliday(country, date));
    };
    expect(inYear("DE")).toEqual([
      "2026-01-01",
      "2026-04-03",
      "2026-04-06",
      "2026-05-01",
      "2026-05-14",
      "2026-05-25",
      "2026-10-03",
      "2026-12-25",
      "2026-12-26",
    ]);
    expect(inYear("US")).toEqual([
      "2026-01-01",
      "2026-01-19",
      "2026-02-16",
      "2026-05-25",
      "2026-06-19",
      "2026-07-04",
      "2026-09-07",
      "2026-10-12",
      "2026-11-11",
      "2026-11-26",
      "2026-12-25",
    ]);
    expect(inYear("AT")).toContain("2026-06-04");
    expect(inYear("CH")).toContain("2026-08-01");
    expect(inYear("NL")).toContain("2026-04-27");
    // King's Day is moved from a Sunday.
    expect(isHoliday("NL", "2025-04-26")).toBe(true);
    expect(isHoliday("NL", "2025-04-27")).toBe(false);
  });

  it("move with Easter, which is a Sunday between 22 March and 25 April", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2199 }), (year) => {
        const easter = new Date(`${easterSunday(year)}T12:00:00Z`);
        expect(easter.getUTCDay()).toBe(0);
        const month = easter.getUTCMonth() + 1;
        const day = easter.getUTCDate();
        expect(month === 3 ? day >= 22 : month === 4 && day <= 25).toBe(true);
      }),
      { seed: 1 },
    );
  });
});

describe("hours by country", () => {
  const sms = { channel: "sms", purpose: "marketing" } as const;
  const next = (country: string | undefined, zones: string[], now: string, message = sms) =>
    nextAllowedByAll(at(now), countryHours(message, country, zones));

  it("spare Germans on Sundays and holidays, and at night", () => {
    // 14 May 2026 is Ascension Day.
    expect(next("DE", ["Europe/Berlin"], "2026-05-13T20:30:00+02:00")).toEqual({
      at: at("2026-05-15T08:00:00+02:00"),
      rule: "country_hours_DE",
    });
    expect(next("DE", ["Europe/Berlin"], "2026-05-16T21:00:00+02:00")?.at).toBe(at("2026-05-18T08:00:00+02:00"));
    expect(next("DE", ["Europe/Berlin"], "2026-05-13T12:00:00+02:00")?.rule).toBeNull();
  });

  it("keep the TCPA's hours in every zone an American number may be in", () => {
    const zones = [...recipientZones({ phoneCountry: "US", orgZone: "Europe/Berlin" })];
    const allowed = next("US", zones, "2026-05-17T09:00:00-04:00");
    expect(allowed).toEqual({ at: at("2026-05-17T14:00:00-04:00"), rule: "country_hours_US" });
    expect(next("US", ["America/Chicago"], "2026-07-04T20:59:00-05:00")?.rule).toBeNull();
    expect(next("US", ["America/Chicago"], "2026-07-04T21:00:00-05:00")?.at).toBe(at("2026-07-05T08:00:00-05:00"));
  });

  it("fall back to courtesy hours, and mind only advertising that rings a phone", () => {
    expect(next(undefined, ["Europe/Paris"], "2026-05-17T12:00:00+02:00")?.at).toBe(at("2026-05-18T08:00:00+02:00"));
    expect(countryHours({ channel: "email", purpose: "marketing" }, "DE", ["Europe/Berlin"])).toEqual([]);
    expect(countryHours({ channel: "sms", purpose: "transactional" }, "US", ["America/Chicago"])).toEqual([]);
    expect(countryHours({ channel: "whatsapp", purpose: "review" }, "CH", ["Europe/Zurich"])).toHaveLength(1);
  });
});

describe("the recipient's clock", () => {
  it("is the person's, else the phone's, else the organisation's", () => {
    const known = { personZone: "Asia/Tokyo", phoneCountry: "CH", orgZone: "Europe/Berlin" };
    expect(recipientZones(known)).toEqual(["Asia/Tokyo"]);
    expect(recipientZones({ ...known, personZone: "Mars/Base" })).toEqual(["Europe/Zurich"]);
    expect(recipientZones({ orgZone: "Europe/Berlin", phoneCountry: "ZZ" })).toEqual(["Europe/Berlin"]);
    expect(recipientZones({ orgZone: "nowhere" })).toEqual(["UTC"]);
    for (const phoneCountry of ["US", "CA", "ES", "PT", "GB"]) {
      const zones = recipientZones({ phoneCountry, orgZone: "UTC" });
      expect(zones.every((zone) => isZone(zone))).toBe(true);
    }
    expect(countryOfZone("Europe/Vienna")).toBe("AT");
  });

  it("and the kind of number are read off the number itself", () => {
    expect(phoneFacts("+4915112345678")).toEqual({ country: "DE", isLandline: false });
    expect(phoneFacts("+493012345678")).toEqual({ country: "DE", isLandline: true });
    expect(phoneFacts("+41443643535")).toEqual({ country: "CH", isLandline: true });
    // North American numbers may be either.
    expect(phoneFacts("+12125550123").isLandline).toBe(false);
    expect(phoneFacts("CH.13491208655302741918")).toEqual({ country: undefined, isLandline: false });
  });
});

describe("spreading", () => {
  it("gives every message its slot, the same each time, all over the period", () => {
    const slots = Array.from({ length: 2_000 }, (_, i) => slotIn(60_000, `message${i}`));
    expect(slotIn(60_000, "message7")).toBe(slots[7]);
    expect(Math.min(...slots)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...slots)).toBeLessThan(60_000);
    for (let sixth = 0; sixth < 6; sixth++) {
      const within = slots.filter((slot) => Math.floor(slot / 10_000) === sixth).length;
      expect(within).toBeGreaterThan(250);
    }
    expect(slotIn(0, "x")).toBe(0);
  });
});
