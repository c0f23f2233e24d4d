import type { BusinessEntity, ThreadChannel, ThreadType } from "../../lib/closedSets";
import { DAY_MS } from "../../lib/time";
import { isInState } from "../../templates/orderStates";
import type { TemplateCategory, TemplateChannelType } from "../../templates/schema";

// Which texts are offered where, and in which order (product.md A-35). Pure.

export type OfferedText = {
  name: string;
  category: TemplateCategory;
  channelType: TemplateChannelType;
  businessEntity: BusinessEntity;
  locale: string;
  isActive: boolean;
  usageCount: number;
  lastUsedAt?: number | undefined;
  threadTypes: readonly ThreadType[];
  /** States of orders it was made for, in the words of where they come from. */
  orderStates: readonly string[];
};

export type Situation = {
  /** "note": only the team reads it. */
  channel: ThreadChannel | "note";
  threadType: ThreadType;
  /** The states of the orders the conversation is about. */
  orderStates: readonly string[];
  /** BCP 47: the person's, else the organisation's. */
  locale: string;
  /** Whose name the conversation is held in; "all": nobody's in particular. */
  brand: BusinessEntity;
  now: number;
};

const CHANNEL_TYPES: Partial<Record<Situation["channel"], TemplateChannelType>> = {
  email: "email_outlook",
  sms: "sms",
  whatsapp: "whatsapp_business",
  note: "internal_comment",
};

/** Written by machines, or for the team's own notifications: nobody answers a customer with them. */
const NOT_FOR_ANSWERS: readonly TemplateCategory[] = ["auto_response", "internal_notification"];

/** What was used within this time is at hand. */
const RECENT_MS = 7 * DAY_MS;

/** How much each fact weighs: what a text was made for counts most, then the person's language, then habit. */
const WEIGHTS = { orderState: 16, threadType: 8, language: 4, channel: 2, brand: 2, recent: 1 } as const;

/** True when a text may be used there at all. */
export function fits(text: OfferedText, { channel, brand }: Situation): boolean {
  const isChannel = text.channelType === "any" || text.channelType === CHANNEL_TYPES[channel];
  const isBrand = text.businessEntity === "all" || text.businessEntity === brand;
  return text.isActive && isChannel && isBrand && (channel === "note" || !NOT_FOR_ANSWERS.includes(text.category));
}

/** True when a text was made for such conversations, or for orders in such a state. */
export function isMadeFor(
  { threadTypes, orderStates }: Pick<OfferedText, "threadTypes" | "orderStates">,
  situation: Pick<Situation, "threadType" | "orderStates">,
): boolean {
  return threadTypes.includes(situation.threadType) || isInState(orderStates, situation.orderStates);
}

/** How well a text suits the situation; made for other orders or conversations or in another language: below 0. */
function suitability(text: OfferedText, situation: Situation): number {
  const { channel, threadType, locale, brand, now } = situation;
  const { threadTypes, orderStates, lastUsedAt } = text;
  const byOrder = madeFor(orderStates.length > 0, isInState(orderStates, situation.orderStates)) * WEIGHTS.orderState;
  const byType = madeFor(threadTypes.length > 0, threadTypes.includes(threadType)) * WEIGHTS.threadType;
  const byLanguage = languageOf(text.locale) === languageOf(locale) ? WEIGHTS.language : -WEIGHTS.language;
  const byChannel = text.channelType === CHANNEL_TYPES[channel] ? WEIGHTS.channel : 0;
  const byBrand = text.businessEntity !== "all" && text.businessEntity === brand ? WEIGHTS.brand : 0;
  const byHabit = lastUsedAt !== undefined && now - lastUsedAt < RECENT_MS ? WEIGHTS.recent : 0;
  return byOrder + byType + byLanguage + byChannel + byBrand + byHabit;
}

/** 1 for what was made for this, -1 for what was made for something else. */
function madeFor(isForSome: boolean, isForThis: boolean): number {
  return isForThis ? 1 : isForSome ? -1 : 0;
}

/** The texts that fit, the most suitable first; of equals the one used last, then more often, then by name. */
export function suggested<T extends OfferedText>(texts: readonly T[], situation: Situation): T[] {
  return texts
    .filter((text) => fits(text, situation))
    .map((text) => ({ text, score: suitability(text, situation) }))
    .sort(
      (a, b) =>
        b.score - a.score ||
        (b.text.lastUsedAt ?? 0) - (a.text.lastUsedAt ?? 0) ||
        b.text.usageCount - a.text.usageCount ||
        a.text.name.localeCompare(b.text.name),
    )
    .map(({ text }) => text);
}

function languageOf(locale: string): string {
  return locale.split(/[-_]/)[0]?.toLowerCase() ?? "";
}
