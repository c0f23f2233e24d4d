import type { Channel, Purpose } from "../lib/closedSets";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../lib/time";
import { openRanges, type BusinessCalendar } from "../orgs/calendars/hours";
import type { Lane, SourceAnswer, SourceKind } from "./schema";
import type { Settings } from "./settings/schema";
import { countryHours } from "./time/rulePacks";
import { dailyIntervals, nextAllowedByAll, type Allowed, type Hours } from "./time/windows";

const WEEK_MS = 7 * DAY_MS;

/** Why a message is not sent any more. `reason` is what sources and screens switch on, `detail` is for people. */
export type Objection = {
  kind: "skip";
  rule: "source" | "expired" | "held_too_long" | "too_old" | "frequency_cap";
  reason: string;
  detail: string;
};

/** What is known of a due message before anybody looks at its recipient. */
export type MessageFacts = {
  now: number;
  lane: Lane;
  purpose: Purpose;
  isEmergency: boolean;
  sourceAnswer: SourceAnswer;
  /** When it was due at first. */
  plannedAt: number;
  /** How long it waited for people since then: not part of its age. */
  heldMs: number;
  /** It waited for people until it says nothing any more (product.md O-4). */
  waitedTooLong: boolean;
  expiresAt?: number;
  /** Instants at which this person was sent something that counts for the cap, within the last week. */
  cappedSentAt: readonly number[];
};

/**
 * What speaks against sending at all (product.md 4.2 rule 7), most final first: the source took it back, it is worth
 * nothing any more, it waited too long for a talk to end, it is too old, the person has had enough (C-47). An emergency ignores the cap.
 */
export function objectionTo(facts: MessageFacts, settings: Settings["deliverySettings"]): Objection | null {
  const { sourceAnswer, now, lane } = facts;
  if (!sourceAnswer.wanted) {
    return { kind: "skip", rule: "source", reason: sourceAnswer.reason, detail: "the source took it back" };
  }
  if (facts.expiresAt !== undefined && now >= facts.expiresAt) {
    return { kind: "skip", rule: "expired", reason: "expired", detail: "its time to be useful is over" };
  }
  if (facts.waitedTooLong) {
    const detail = "somebody of the team talked with the recipient for too long";
    return { kind: "skip", rule: "held_too_long", reason: "held_too_long", detail };
  }
  const maxAgeHours = settings.timingRules.maxAgeHours[lane];
  if (now - facts.plannedAt - facts.heldMs > maxAgeHours * HOUR_MS) {
    return { kind: "skip", rule: "too_old", reason: "too_old", detail: `due for more than ${maxAgeHours} hours` };
  }
  return facts.isEmergency ? null : capObjection(facts, settings.rateLimits.frequencyCap);
}

function capObjection(
  { now, purpose, cappedSentAt }: MessageFacts,
  cap: Settings["deliverySettings"]["rateLimits"]["frequencyCap"],
): Objection | null {
  if (!cap.purposes.includes(purpose)) return null;
  const within = (ms: number) => cappedSentAt.filter((at) => at > now - ms).length;
  const [today, thisWeek] = [within(DAY_MS), within(WEEK_MS)];
  if (today < cap.perDay && thisWeek < cap.perWeek) return null;
  const detail = today >= cap.perDay ? `${today} messages within 24 hours` : `${thisWeek} messages within a week`;
  return { kind: "skip", rule: "frequency_cap", reason: "frequency_cap", detail };
}

/** What bears on the distance between a message and the one before it. */
export type GapFacts = Pick<MessageFacts, "now" | "lane" | "purpose" | "isEmergency" | "cappedSentAt"> & {
  /** Nobody pressed "Send": a journey, another system. */
  isAutomatic: boolean;
};

/**
 * When a message may go because of the one its recipient got before, whoever sent that (product.md O-3); null: now. Only
 * automatic messages of the capped purposes keep their distance; what is urgent and what members write never waits.
 */
export function gapEnd(facts: GapFacts, { rateLimits }: Settings["deliverySettings"]): number | null {
  const { purposes, minGapMinutes = 0 } = rateLimits.frequencyCap;
  const { now, lane, purpose, isEmergency, isAutomatic, cappedSentAt } = facts;
  if (minGapMinutes === 0 || !isAutomatic || isEmergency || lane === "critical" || !purposes.includes(purpose)) {
    return null;
  }
  const end = Math.max(-Infinity, ...cappedSentAt.filter((at) => at <= now)) + minGapMinutes * MINUTE_MS;
  return end > now ? end : null;
}

/** What bears on the hour of a message that has a route. */
export type HourFacts = {
  lane: Lane;
  purpose: Purpose;
  channel: Channel;
  sourceKind: SourceKind;
  isEmergency: boolean;
  /** Every zone the recipient may be in. */
  zones: readonly string[];
  /** ISO 3166. */
  country?: string;
  quietHours: { start: string; end: string };
  /** The hours the person likes best, on their clock. */
  preferredHours?: { start: string; end: string };
  calendar: BusinessCalendar | null;
};

/** What a member sends by hand. */
const AT_ONCE: readonly SourceKind[] = ["agent", "test"];

/** Purposes for which a person's favourite hours count: what they wait for is not held back. */
const ADAPTS_TO_PERSON: readonly Purpose[] = ["marketing", "review", "service"];

/**
 * The first instant at or after `now` at which the message may go (product.md C-14, C-31, C-35), and the rule that moved
 * it; null when it never may. Quiet hours hold for all but urgent messages and answers to a person who wrote; business
 * hours, the person's favourite hours and the country's rules where they apply.
 */
export function allowedAt(now: number, facts: HourFacts, settings: Settings): Allowed | null {
  if (facts.isEmergency) return { at: now, rule: null };
  return nextAllowedByAll(now, hoursFor(facts, settings));
}

function hoursFor(facts: HourFacts, { deliverySettings, routingRules }: Settings): Hours[] {
  const { timingRules } = deliverySettings;
  const hours: Hours[] = [];
  const isUrgent = facts.lane === "critical" || AT_ONCE.includes(facts.sourceKind);
  if (!isUrgent) hours.push(...quietRules(facts));
  if (timingRules.businessHoursFor.includes(facts.purpose) && facts.calendar !== null && !isUrgent) {
    hours.push(businessHours(facts.calendar));
  }
  if (timingRules.respectsCountryRules) hours.push(...countryHours(facts, facts.country, facts.zones));
  const adapts = routingRules.customerPreferences.respectsHours && ADAPTS_TO_PERSON.includes(facts.purpose);
  if (adapts && !isUrgent && facts.preferredHours !== undefined) {
    const open = dailyIntervals(facts.preferredHours.start, facts.preferredHours.end);
    hours.push({ rule: "preferred_hours", zone: facts.zones[0] ?? "UTC", on: () => open });
  }
  return hours;
}

// Open is what lies outside: from the end of the quiet hours to their start. Alike = never quiet.
function quietRules({ zones, quietHours }: HourFacts): Hours[] {
  if (quietHours.start === quietHours.end) return [];
  const open = dailyIntervals(quietHours.end, quietHours.start);
  return zones.map((zone) => ({ rule: "quiet_hours", zone, on: () => open }));
}

function businessHours({ timezone, intervals, holidays }: NonNullable<HourFacts["calendar"]>): Hours {
  return { rule: "business_hours", zone: timezone, on: (day) => openRanges({ intervals, holidays }, day) };
}
