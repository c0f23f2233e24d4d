import { keyOf } from "../../lib/orderNumbers";
import {
  PRIORITIES,
  THREAD_CHANNELS,
  THREAD_STATUSES,
  THREAD_TYPES,
  type Priority,
  type ThreadChannel,
  type ThreadStatus,
  type ThreadType,
} from "../../lib/closedSets";

// What somebody types into the search field: words, "phrases", -without, #number, and operators (product.md A, finding).

/** What `is:` may say of a conversation. */
export const SEARCH_STATES = ["open", "closed", "unread", "overdue", "snoozed"] as const;
export type SearchState = (typeof SEARCH_STATES)[number];

/** What Convex' search takes of a query; more terms are looked for in the hits. */
export const MAX_TERMS = 16;

const OPERATORS = [
  "from",
  "to",
  "subject",
  "tag",
  "status",
  "assignee",
  "channel",
  "priority",
  "type",
  "team",
  "mailbox",
  "account",
  "has",
  "before",
  "after",
  "is",
  "order",
  "ref",
];

export type ParsedSearch = {
  /** Lower case; each has to be there. */
  words: string[];
  /** Lower case, with their blanks; each has to be there as it is. */
  phrases: string[];
  /** Words and phrases that must not be there. */
  without: string[];
  /** #12: the conversation of that number. */
  number: number | null;
  from: string[];
  to: string[];
  subject: string[];
  tags: string[];
  statuses: ThreadStatus[];
  /** "me", "nobody" or (a part of) a name. */
  assignees: string[];
  channels: ThreadChannel[];
  priorities: Priority[];
  threadTypes: ThreadType[];
  /** "none", or (a part of) the name of a team. */
  teams: string[];
  /** (A part of) the name or address of a mailbox or number, and of the name of an organisation. */
  mailboxes: string[];
  accounts: string[];
  hasAttachment: boolean;
  /** Local days, "2026-11-21": before the beginning of one, from the beginning of the other. */
  before: string | null;
  after: string | null;
  states: SearchState[];
  /** `order:` and `ref:`, whole, as they are looked for (lib/orderNumbers.ts). */
  orders: string[];
  references: string[];
  /** Operators whose value means nothing, as typed. */
  problems: string[];
};

/** Other names of operators. */
const ALIASES: Readonly<Record<string, string>> = { in: "mailbox", org: "account" };

type Token = { isNot: boolean; operator: string | null; value: string; isQuoted: boolean; typed: string };

// -op:"some words", -op:word, -"some words", word; an open quotation mark ends with the text.
const TOKEN = /(-?)(?:([a-z]+):)?(?:"([^"]*)(?:"|$)|([^\s"]+))/gi;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const NUMBER = /^#(\d{1,9})$/;

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].flatMap(([typed, minus, name, quoted, word]) => {
    const typedName = name?.toLowerCase() ?? null;
    const operator = typedName === null ? null : (ALIASES[typedName] ?? typedName);
    const isKnown = operator !== null && OPERATORS.includes(operator);
    const value = quoted ?? word ?? "";
    const isQuoted = quoted !== undefined;
    // "https://…" and "12:30" are words.
    const token: Token = isKnown
      ? { isNot: minus === "-", operator, value, isQuoted, typed }
      : {
          isNot: minus === "-",
          operator: null,
          value: name === undefined ? value : `${name}:${value}`,
          isQuoted,
          typed,
        };
    return token.value.trim() === "" ? [] : [{ ...token, value: token.value.trim() }];
  });
}

/** Reads a search. Whatever is typed means something: what is no operator is a word. */
export function parseSearch(text: string): ParsedSearch {
  const parsed: ParsedSearch = {
    words: [],
    phrases: [],
    without: [],
    number: null,
    from: [],
    to: [],
    subject: [],
    tags: [],
    statuses: [],
    assignees: [],
    channels: [],
    priorities: [],
    threadTypes: [],
    teams: [],
    mailboxes: [],
    accounts: [],
    hasAttachment: false,
    before: null,
    after: null,
    states: [],
    orders: [],
    references: [],
    problems: [],
  };
  for (const token of tokensOf(text)) {
    if (token.operator === null) addWord(parsed, token);
    else if (token.isNot || !addCondition(parsed, token.operator, token.value)) parsed.problems.push(token.typed);
  }
  return parsed;
}

function addWord(parsed: ParsedSearch, { isNot, value, isQuoted }: Token): void {
  const lower = value.toLowerCase();
  const number = NUMBER.exec(value)?.[1];
  if (isNot) parsed.without.push(lower);
  else if (isQuoted) parsed.phrases.push(lower);
  else if (number !== undefined) parsed.number = Number(number);
  else parsed.words.push(lower);
}

/** False when the operator knows no such value. */
function addCondition(parsed: ParsedSearch, operator: string, value: string): boolean {
  const lower = value.toLowerCase();
  switch (operator) {
    case "from":
      return push(parsed.from, lower);
    case "to":
      return push(parsed.to, lower);
    case "subject":
      return push(parsed.subject, lower);
    case "tag":
      return push(parsed.tags, value);
    case "assignee":
      return push(parsed.assignees, lower);
    case "order":
      return push(parsed.orders, keyOf(value));
    case "ref":
      return push(parsed.references, keyOf(value));
    case "status":
      return push(parsed.statuses, knownOf(THREAD_STATUSES, lower));
    case "channel":
      return push(parsed.channels, knownOf(THREAD_CHANNELS, lower));
    case "priority":
      return push(parsed.priorities, knownOf(PRIORITIES, lower));
    case "type":
      return push(parsed.threadTypes, knownOf(THREAD_TYPES, lower));
    case "team":
      return push(parsed.teams, lower);
    case "mailbox":
      return push(parsed.mailboxes, lower);
    case "account":
      return push(parsed.accounts, lower);
    case "is":
      return push(parsed.states, knownOf(SEARCH_STATES, lower));
    case "has":
      if (lower !== "attachment") return false;
      parsed.hasAttachment = true;
      return true;
    case "before":
    case "after":
      if (!isDay(value)) return false;
      parsed[operator] = value;
      return true;
    default:
      return false;
  }
}

function push<T>(list: T[], value: T | undefined): boolean {
  if (value === undefined) return false;
  list.push(value);
  return true;
}

function knownOf<T extends string>(values: readonly T[], text: string): T | undefined {
  return values.find((known) => known === text);
}

function isDay(text: string): boolean {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/** Terms for a full-text index, at most `limit`, the rarest-looking (longest) first; the last typed word stays last. */
export function indexTerms({ words, phrases }: ParsedSearch, limit: number): string[] {
  const all = [...new Set([...phrases.flatMap((phrase) => phrase.split(/\s+/)), ...words])].filter(
    (term) => term !== "",
  );
  if (all.length <= limit) return all;
  const last = all.at(-1) ?? "";
  const longest = all.slice(0, -1).sort((a, b) => b.length - a.length);
  return [...longest.slice(0, limit - 1), last];
}

/** True when a text has every word and phrase and none of what must not be there. */
export function saysAll({ words, phrases, without }: ParsedSearch, text: string): boolean {
  const lower = text.toLowerCase();
  return [...words, ...phrases].every((part) => lower.includes(part)) && !without.some((part) => lower.includes(part));
}

/** Characters of a text shown with a hit, and of them those before the first word that was found. */
const SNIPPET_CHARS = 180;
const LEAD_CHARS = 40;

/** The part of a text that says what was looked for, on one line; its beginning when it does not. */
export function snippetOf({ words, phrases }: ParsedSearch, text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const lower = line.toLowerCase();
  const places = [...phrases, ...words].map((part) => lower.indexOf(part)).filter((place) => place !== -1);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const wanted = Math.max(0, first - LEAD_CHARS);
  // Not in the middle of a word.
  const start = wanted === 0 ? 0 : line.indexOf(" ", wanted) + 1;
  const end = start + SNIPPET_CHARS;
  return `${start > 0 ? "… " : ""}${line.slice(start, end)}${end < line.length ? " …" : ""}`;
}
