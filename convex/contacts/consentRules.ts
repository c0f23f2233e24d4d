import type { Channel, Purpose } from "../lib/closedSets";
import type { LegalBasis } from "./consents/schema";

// Who may be written to without, with, and in spite of what is on record, by country (providers.md 21.1; product.md
// C-31). An engineering summary, no legal advice.

const DAY_MS = 24 * 60 * 60 * 1000;

/** What advertising by one channel needs: a yes on record, or only that nobody objected. */
type ChannelRule = {
  needs: "yes" | "no_objection";
  /** A sale to an existing customer stands in for the yes (§ 7(3) UWG): own similar offers, way out in every message. */
  existingCustomer: boolean;
};

type RulePack = {
  id: RulePackId;
  /** The rule it comes from, as lawyers write it. */
  law: string;
  advertising: Record<"email" | "sms" | "whatsapp", ChannelRule>;
  /** Pixels and tracked links (ePrivacy, TDDDG § 25). */
  tracking: "yes" | "no_objection";
  /** Advertising e-mail must name the sender's postal address. */
  needsPostalAddress: boolean;
  /** How long a sale counts as existing relation, days; absent: until somebody objects. */
  existingCustomerDays?: number;
};

export const RULE_PACKS = ["DE", "AT", "CH", "NL", "GB", "EU", "US", "CA", "default"] as const;
export type RulePackId = (typeof RULE_PACKS)[number];

const YES: ChannelRule = { needs: "yes", existingCustomer: false };
const YES_OR_SALE: ChannelRule = { needs: "yes", existingCustomer: true };
const NO_OBJECTION: ChannelRule = { needs: "no_objection", existingCustomer: true };

/** Electronic mail in the sense of the directive is e-mail and SMS; Meta's own policy wants an opt-in on WhatsApp. */
const DIRECTIVE_13 = { email: YES_OR_SALE, sms: YES_OR_SALE, whatsapp: YES };
const EUROPEAN = { advertising: DIRECTIVE_13, tracking: "yes", needsPostalAddress: false } as const;

const PACKS: Record<RulePackId, RulePack> = {
  DE: { id: "DE", law: "§ 7 UWG", ...EUROPEAN },
  AT: { id: "AT", law: "§ 174 TKG 2021", ...EUROPEAN },
  CH: { id: "CH", law: "Art. 3 Abs. 1 lit. o UWG", ...EUROPEAN },
  NL: { id: "NL", law: "art. 11.7 Tw", ...EUROPEAN },
  GB: { id: "GB", law: "PECR reg. 22", ...EUROPEAN },
  EU: { id: "EU", law: "Directive 2002/58/EC Art. 13", ...EUROPEAN },
  US: {
    id: "US",
    law: "CAN-SPAM, TCPA",
    advertising: { email: NO_OBJECTION, sms: YES, whatsapp: YES },
    tracking: "no_objection",
    needsPostalAddress: true,
  },
  CA: {
    id: "CA",
    law: "CASL",
    advertising: { email: YES_OR_SALE, sms: YES_OR_SALE, whatsapp: YES },
    tracking: "no_objection",
    needsPostalAddress: true,
    existingCustomerDays: 730, // CASL s. 10(10): two years from the purchase.
  },
  // Nothing is known about the country: the strictest of all.
  default: {
    id: "default",
    law: "strictest rule",
    advertising: { email: YES, sms: YES, whatsapp: YES },
    tracking: "yes",
    needsPostalAddress: true,
  },
};

/** EEA members without a pack of their own. */
const DIRECTIVE_COUNTRIES = new Set(
  "BE,BG,CY,CZ,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NO,PL,PT,RO,SE,SI,SK".split(","),
);

/** The rules for a country, ISO 3166 in capitals. */
export function rulePackOf(country: string): RulePack {
  const own = RULE_PACKS.find((id) => id === country && id !== "EU" && id !== "default");
  return PACKS[own ?? (DIRECTIVE_COUNTRIES.has(country) ? "EU" : "default")];
}

/** The newest deciding statement on record. */
export type ConsentStatement = {
  id: string;
  state: "granted" | "withdrawn" | "denied";
  basis: LegalBasis;
  /** UTC ms. */
  at: number;
};

/** Everything that bears on writing to one person by one channel for one purpose. */
export type ConsentFacts = {
  /** UTC ms. */
  now: number;
  channel: Channel;
  purpose: Purpose;
  /** Where sender and recipient may be, ISO 3166; every one of their rules must allow it. */
  countries: readonly string[];
  statement: ConsentStatement | null;
  /** A yes to any kind of message by this channel is on record: what WhatsApp calls the opt-in. */
  hasChannelOptIn: boolean;
  /** The person wrote by this channel a day ago or less. */
  hasOpenWindow: boolean;
  /** A colleague answers this person. */
  isAnswer: boolean;
  /** The organisation's mails name its postal address. */
  hasPostalAddress: boolean;
  /** The person asked to be left alone until then, UTC ms. */
  pausedUntil: number | null;
  /** The person wants at most one such message in so many days. */
  everyDays: number | null;
  /** When the last such message went, UTC ms. */
  lastSuchAt: number | null;
};

/** Stable names of the reasons; the interface has a sentence for each. */
export type ConsentBlock =
  | "withdrawn"
  | "denied"
  | "none_on_record"
  | "existing_customer_not_enough"
  | "existing_customer_expired"
  | "no_whatsapp_opt_in"
  | "no_postal_address"
  | "paused"
  | "frequency_wish";

export type ConsentGround =
  "granted" | "existing_customer" | "no_objection" | "answer" | "open_window" | "channel_opt_in";

/** May this message go, by which rule, and on which statement does that rest? */
export type ConsentVerdict =
  | { kind: "allowed"; ground: ConsentGround; pack: RulePackId; statement: ConsentStatement | null }
  | { kind: "blocked"; block: ConsentBlock; pack: RulePackId; statement: ConsentStatement | null };

/** Purposes that are advertising in the eyes of the law: a request for a review is one, too (BGH VI ZR 225/17). */
export function isAdvertising(purpose: Purpose): boolean {
  return purpose === "marketing" || purpose === "review";
}

/**
 * Decides about one channel (design rule 7). A no on record counts first, then the person's wishes, then the rules of
 * every country in question: the first that forbids it is named. Only a colleague's answer passes a no to service.
 */
export function consentVerdict(facts: ConsentFacts): ConsentVerdict {
  const packs = facts.countries.length === 0 ? [PACKS.default] : facts.countries.map(rulePackOf);
  const [first = PACKS.default] = packs;
  const { statement } = facts;
  const wish = blockByPerson(facts);
  if (wish !== null) return { kind: "blocked", block: wish, pack: first.id, statement };
  let allowed: ConsentVerdict | null = null;
  for (const pack of packs) {
    const answer = underPack(facts, pack);
    if (answer.kind === "blocked") return { ...answer, pack: pack.id, statement };
    allowed ??= { ...answer, pack: pack.id, statement };
  }
  return allowed ?? { kind: "blocked", block: "none_on_record", pack: first.id, statement };
}

function blockByPerson(facts: ConsentFacts) {
  const { now, purpose, statement, pausedUntil, everyDays, lastSuchAt } = facts;
  if (statement !== null && statement.state !== "granted" && !answersQuestion(facts)) return statement.state;
  if (!isAdvertising(purpose)) return null;
  if (pausedUntil !== null && pausedUntil > now) return "paused";
  if (everyDays !== null && lastSuchAt !== null && now - lastSuchAt < everyDays * DAY_MS) return "frequency_wish";
  return null;
}

// Whoever ends service messages and then asks something wants the answer to that.
function answersQuestion({ isAnswer, purpose }: ConsentFacts): boolean {
  return isAnswer && purpose === "service";
}

type PackAnswer = { kind: "allowed"; ground: ConsentGround } | { kind: "blocked"; block: ConsentBlock };

const allow = (ground: ConsentGround): PackAnswer => ({ kind: "allowed", ground });
const block = (reason: ConsentBlock): PackAnswer => ({ kind: "blocked", block: reason });

function underPack(facts: ConsentFacts, pack: RulePack): PackAnswer {
  if (isAdvertising(facts.purpose)) return advertisingUnder(facts, pack);
  if (facts.purpose === "tracking") {
    if (facts.statement !== null) return allow("granted");
    return pack.tracking === "no_objection" ? allow("no_objection") : block("none_on_record");
  }
  if (answersQuestion(facts)) return allow("answer");
  return facts.channel === "whatsapp" ? whatsAppOptIn(facts) : allow(facts.statement ? "granted" : "no_objection");
}

function advertisingUnder(facts: ConsentFacts, pack: RulePack): PackAnswer {
  const { channel, statement, now } = facts;
  if (channel === "email" && pack.needsPostalAddress && !facts.hasPostalAddress) return block("no_postal_address");
  const rule = channel === "webhook" ? YES : pack.advertising[channel];
  if (statement === null) return rule.needs === "no_objection" ? allow("no_objection") : block("none_on_record");
  if (statement.basis === "consent") return allow("granted");
  if (!rule.existingCustomer) return block("existing_customer_not_enough");
  const days = pack.existingCustomerDays;
  const isOver = days !== undefined && now - statement.at > days * DAY_MS;
  return isOver ? block("existing_customer_expired") : allow("existing_customer");
}

// Meta's business messaging policy (providers.md 13.7): nobody is written to who has neither agreed nor written first.
function whatsAppOptIn({ statement, hasOpenWindow, hasChannelOptIn }: ConsentFacts): PackAnswer {
  if (statement !== null) return allow("granted");
  if (hasOpenWindow) return allow("open_window");
  return hasChannelOptIn ? allow("channel_opt_in") : block("no_whatsapp_opt_in");
}

/** A newer and an older statement, one about a topic and one about its whole purpose, as one. */
export function combinedStatement(
  aboutTopic: ConsentStatement | null,
  aboutPurpose: ConsentStatement | null,
): ConsentStatement | null {
  if (aboutTopic === null || aboutPurpose === null) return aboutTopic ?? aboutPurpose;
  if (aboutTopic.at >= aboutPurpose.at) return aboutTopic;
  // A later yes to everything does not take back a no to this one thing; a later no to everything ends it.
  return aboutTopic.state === "granted" || aboutPurpose.state !== "granted" ? aboutPurpose : aboutTopic;
}

/** How a source calls the one confirmation that may follow an opt-out. */
export const OPT_OUT_CONFIRMATION = "opt_out_confirmation";

/** The one confirmation of an opt-out may go although the address is suppressed, within five minutes (47 CFR 64.1200). */
export const CONFIRMATION_WITHIN_MS = 5 * 60 * 1000;

/** True for the confirmation of the very opt-out that suppresses the address. */
export function mayConfirmOptOut(asked: {
  sourceName: string | null;
  suppression: { reason: string; at: number };
  now: number;
}): boolean {
  const { sourceName, suppression, now } = asked;
  const isOptOut = suppression.reason === "opt_out_word";
  return sourceName === OPT_OUT_CONFIRMATION && isOptOut && now - suppression.at <= CONFIRMATION_WITHIN_MS;
}
