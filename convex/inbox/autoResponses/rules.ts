import { OpeningHours, type BusinessCalendar } from "../../orgs/calendars/hours";
import { fillVariables } from "../../templates/variables";
import { clockTime, DAY_MS, HOUR_MS, localDay, MINUTE_MS } from "../../lib/time";
import type { AutoText } from "./schema";

/** A text that says more is no notice; three parts of SMS. */
export const MAX_TEXT_CHARS = 600;
/** One answer to a person and channel within so long (providers.md 7.5, product.md 2.3 no. 31). */
export const ONCE_PER_MS = DAY_MS;
/** Somebody of the team answered so lately: they are there, whatever the calendar says. */
export const TEAM_IS_THERE_MS = 30 * MINUTE_MS;
/** Mail that was under way for longer says nothing about now. */
const MAX_DELAY_MS = 6 * HOUR_MS;
/** Further ahead no opening is looked for. */
const LOOK_AHEAD_MS = 31 * DAY_MS;

/** Whether people work at an instant, and when they do next; null: not within a month. UTC ms. */
export function opening(calendar: BusinessCalendar, now: number): { isOpen: boolean; opensAt: number | null } {
  const [first] = new OpeningHours(calendar).spans(now, now + LOOK_AHEAD_MS);
  if (first === undefined) return { isOpen: false, opensAt: null };
  return { isOpen: first.from <= now, opensAt: first.from };
}

/** Why a message gets no automatic answer, or null: it does. */
export type NoAnswer = "open" | "team_is_there" | "answered_lately" | "delayed";

export type Arrival = {
  now: number;
  /** UTC ms by the sender's clock. */
  sentAt: number | null;
  isOpen: boolean;
  /** When a member last answered in the conversation; null: never. */
  memberAnsweredAt: number | null;
  /** When this person was last answered by this channel itself; null: never. */
  autoAnsweredAt: number | null;
};

/** Says whether a customer's message is answered automatically: the rules that do not depend on who wrote it. */
export function noAnswer({ now, sentAt, isOpen, memberAnsweredAt, autoAnsweredAt }: Arrival): NoAnswer | null {
  const isWithin = (at: number | null, ms: number) => at !== null && at > now - ms;
  if (isOpen) return "open";
  if (sentAt !== null && sentAt < now - MAX_DELAY_MS) return "delayed";
  if (isWithin(memberAnsweredAt, TEAM_IS_THERE_MS)) return "team_is_there";
  return isWithin(autoAnsweredAt, ONCE_PER_MS) ? "answered_lately" : null;
}

/** The text in the first of these languages there is one in ("de-AT" is "de"), else the first one written, or null. */
export function textFor(texts: readonly AutoText[], locales: readonly (string | undefined)[]): AutoText | null {
  for (const locale of locales) {
    const language = locale?.toLowerCase().split(/[-_]/)[0];
    const found = texts.find((text) => text.language === language && text.text.trim() !== "");
    if (found !== undefined) return found;
  }
  return texts.find(({ text }) => text.trim() !== "") ?? null;
}

/** What fills the places of a text: {{name}} and {{opens}}, the next opening in the words of its language. */
export type TextValues = { name: string; opensAt: number | null; timezone: string };

/** The text as the customer reads it. */
export function filledText({ language, text }: AutoText, { name, opensAt, timezone }: TextValues): string {
  const opens = opensAt === null ? "" : `${dayName(opensAt, timezone, language)}, ${clockTime(opensAt, timezone)}`;
  return fillVariables(text, { name, opens }, []).trim();
}

function dayName(at: number, timezone: string, language: AutoText["language"]): string {
  const { date } = localDay(at, timezone);
  const options = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language, options).format(new Date(`${date}T12:00:00Z`));
}
