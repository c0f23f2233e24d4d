import { isAdvertising } from "../../contacts/consentRules";
import type { Channel, Purpose } from "../../lib/closedSets";
import { isHoliday, type HolidayCountry } from "./holidays";
import { dailyIntervals, type Hours } from "./windows";

// At which hours a recipient's country allows advertising (providers.md 21.1; product.md C-31). Who may be written to at
// all, by the same countries' laws: contacts/consentRules.ts. Pure.

export const RULE_COUNTRIES = ["DE", "AT", "CH", "NL", "US"] as const;
type RuleCountry = (typeof RULE_COUNTRIES)[number];

type RulePack = {
  /** Hours for advertising that rings a phone, on the recipient's clock. */
  start: string;
  end: string;
  /** Not on Sundays and public holidays: courtesy in Europe, not asked for in the US. */
  sparesHolidays: boolean;
  holidays: HolidayCountry | null;
};

const COURTESY = { start: "08:00", end: "20:00", sparesHolidays: true } as const;

/** What is allowed in each country. */
export const RULE_PACKS: Readonly<Record<RuleCountry, RulePack>> = {
  DE: { ...COURTESY, holidays: "DE" },
  AT: { ...COURTESY, holidays: "AT" },
  CH: { ...COURTESY, holidays: "CH" },
  NL: { ...COURTESY, holidays: "NL" },
  // TCPA, 47 CFR 64.1200(c)(1): not before 8:00, not after 21:00 at the called party's location.
  US: { start: "08:00", end: "21:00", sparesHolidays: false, holidays: "US" },
};

/** What holds where we know no better: the courtesy hours of the EU. */
export const DEFAULT_PACK: RulePack = { ...COURTESY, holidays: null };

const RINGS: readonly Channel[] = ["sms", "whatsapp"];
const SUNDAY = 7;

/** The pack of a country (ISO 3166, upper case); the default one for countries without. */
function packOf(country: string | undefined): RulePack & { name: RuleCountry | "default" } {
  const name = RULE_COUNTRIES.find((candidate) => candidate === country);
  return name === undefined ? { ...DEFAULT_PACK, name: "default" } : { ...RULE_PACKS[name], name };
}

/**
 * The hours a country allows for a message, one rule for each zone its recipient may be in: it goes only when it is right
 * in all of them. None where the country does not mind.
 */
export function countryHours(
  message: { channel: Channel; purpose: Purpose },
  country: string | undefined,
  zones: readonly string[],
): Hours[] {
  if (!isAdvertising(message.purpose) || !RINGS.includes(message.channel)) return [];
  const { start, end, sparesHolidays, holidays, name } = packOf(country);
  const open = dailyIntervals(start, end);
  return zones.map((zone) => ({
    rule: `country_hours_${name}`,
    zone,
    on: ({ date, weekday }) => {
      const isSpared = sparesHolidays && (weekday === SUNDAY || (holidays !== null && isHoliday(holidays, date)));
      return isSpared ? [] : open;
    },
  }));
}
