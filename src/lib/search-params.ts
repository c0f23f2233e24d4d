import { RANGE_NAMES, type Range } from "../../convex/analytics/grains";
import { PERIOD_NAMES, type Period } from "../../convex/analytics/team/periods";
import { BOOKING_STATUSES, type BookingStatus } from "../../convex/bookings/statuses";
import type { Id } from "../../convex/_generated/dataModel";
import { ACCOUNT_KINDS, type AccountKind } from "../../convex/contacts/accounts/kinds";
import {
  NARROWINGS,
  ordersIn,
  THREAD_VIEWS,
  type ListOrderName,
  type Narrowing,
  type ThreadFilter,
} from "../../convex/inbox/filters";
import {
  TICKET_SOURCES,
  TICKET_STATUSES,
  URGENCIES,
  type TicketSource,
  type Urgency,
} from "../../convex/inbox/tickets/sets";
import { INTERNAL_CHANNELS, PRIORITIES, THREAD_STATUSES, THREAD_TYPES } from "../../convex/lib/closedSets";
import type { SearchSchemaInput } from "@tanstack/react-router";

// What lies behind the question mark: the filter state of each screen, shareable and safe against nonsense.

/** Channels of customers. */
export const INBOX_CHANNELS = ["email", "sms", "whatsapp"] as const;
/** The same, and the conversations of the team alone. */
const LISTED_CHANNELS = [...INBOX_CHANNELS, ...INTERNAL_CHANNELS] as const;
/** The views of conversations; beside them the tasks (product.md A-38), planned answers and deleted conversations. */
const INBOX_VIEWS = [...THREAD_VIEWS, "tasks", "planned", "deleted"] as const;
type InboxView = (typeof INBOX_VIEWS)[number];
export type InboxSearch = { view: InboxView; channel?: (typeof LISTED_CHANNELS)[number]; order?: ListOrderName } & Omit<
  Narrowing,
  "channel"
>;

export const BOOKING_VIEWS = ["upcoming", "past", "cancelled", "calendar", "imports"] as const;
export const CALENDAR_SPANS = ["month", "week", "day"] as const;
export type CalendarSpan = (typeof CALENDAR_SPANS)[number];
/** `status` narrows lists, `q` looks for a title or a person; `span` and `on` ("2026-11-21") are of the calendar. */
export type BookingSearch = {
  view: (typeof BOOKING_VIEWS)[number];
  status?: BookingStatus;
  q?: string;
  span?: CalendarSpan;
  on?: string;
};
/** Groups of the queue, and the dead letters among the failed ones with a view of their own. */
export const QUEUE_VIEWS = ["waiting", "sending", "sent", "failed", "dead", "stopped", "all"] as const;
export type QueueView = (typeof QUEUE_VIEWS)[number];
const QUEUE_LANES = ["critical", "transactional", "marketing"] as const;
export type QueueLane = (typeof QUEUE_LANES)[number];
/** `reason` and `connection` (empty: none) narrow the dead letters, `lane` the other groups. */
export type QueueSearch = {
  group: QueueView;
  message?: string;
  lane?: QueueLane;
  reason?: string;
  connection?: string;
};
/** What a search finds: the best of everything, or all of one kind. */
export const SEARCH_KINDS = ["all", "conversations", "messages", "files", "contacts", "accounts", "tasks"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];
/** What is looked for, as typed. */
export type TextSearch = { q?: string; in?: SearchKind };
/** Which organisations are shown: of one kind, with words of `q` in their name. */
export type AccountSearch = { kind?: AccountKind; q?: string };
const CONTACT_TABS = ["contacts", "segments", "imports"] as const;
export type ContactTab = (typeof CONTACT_TABS)[number];
/** `account`: only people of one customer or partner organisation. */
export type ContactSearch = { account?: string; tab?: ContactTab };
export type DrillSearch = { drill?: string };
/** All that wait, the reader's own, those past their time; done or dropped ones. */
export const TASK_VIEWS = ["open", "mine", "overdue", "completed", "cancelled"] as const;
export type TaskView = (typeof TASK_VIEWS)[number];
export type TaskSearch = { status: TaskView };
/** Tickets to be done, done ones, or those of one status of the flow; `mine`: only those the reader has. */
export const TICKET_VIEWS = ["open", "done", ...TICKET_STATUSES] as const;
export type TicketSearch = {
  view: (typeof TICKET_VIEWS)[number];
  source?: TicketSource;
  urgency?: Urgency;
  mine?: true;
};
export type PhoneSearch = { device?: string };
export const CONSENT_TABS = ["suppressions", "imports", "blocked", "topics", "wordings", "forms", "privacy"] as const;
export type ConsentTab = (typeof CONSENT_TABS)[number];
export type ConsentSearch = { tab: ConsentTab };
/** The sections of the settings as the menu groups them. */
export const SETTINGS_MENU = [
  { id: "me", sections: ["profile", "notifications", "signature"] },
  {
    id: "workspace",
    sections: ["general", "members", "assignment", "modules", "fields", "sla", "answering", "work", "surveys"],
  },
  { id: "reach", sections: ["connections", "channels", "sources", "templates", "brands", "macros"] },
  { id: "sending", sections: ["delivery", "pauses", "emergencies"] },
  { id: "systems", sections: ["api", "webhooks", "audit"] },
] as const;
export type SettingsSection = (typeof SETTINGS_MENU)[number]["sections"][number];
export const SETTINGS_SECTIONS: readonly SettingsSection[] = SETTINGS_MENU.flatMap(({ sections }) => [...sections]);
/** The settings tree of requirement S0. */
export const DELIVERY_PARTS = ["channelSettings", "routingRules", "deliverySettings", "trackingSettings"] as const;
export type DeliveryPart = (typeof DELIVERY_PARTS)[number];
export type SettingsSearch = { part?: DeliveryPart };

/** Links may leave everything out; whatever the address says, a screen gets a complete state. */
type Raw<T> = Partial<T> & SearchSchemaInput;

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

/** The ways in which something lies unread, as the server lists them. */
const UNREAD_GROUPS = ["failed", "rejected", "received", "discarded"] as const;
type IntakeSearch = { group: (typeof UNREAD_GROUPS)[number] };

export function intakeSearch(raw: Raw<IntakeSearch>): IntakeSearch {
  return { group: oneOf(UNREAD_GROUPS, raw.group) ?? "failed" };
}

export type MonitoringSearch = { range: Range };

export function monitoringSearch(raw: Raw<MonitoringSearch>): MonitoringSearch {
  return { range: oneOf(RANGE_NAMES, raw.range) ?? "day" };
}

export type ReportSearch = { period: Period; channel?: (typeof INBOX_CHANNELS)[number]; teamId?: Id<"teams"> };

export function reportSearch(raw: Raw<ReportSearch>): ReportSearch {
  return {
    period: oneOf(PERIOD_NAMES, raw.period) ?? "month",
    ...known({
      channel: oneOf(INBOX_CHANNELS, raw.channel),
      teamId: typeof raw.teamId === "string" ? (raw.teamId as Id<"teams">) : undefined,
    }),
  };
}

/** The orders a list can be put in; none for tasks and planned answers. */
export function inboxOrders(view: InboxView): readonly ListOrderName[] {
  const of = oneOf(THREAD_VIEWS, view);
  return of === undefined ? [] : ordersIn(of);
}

export function inboxSearch(raw: Raw<InboxSearch>): InboxSearch {
  const view = oneOf(INBOX_VIEWS, raw.view) ?? "all";
  return {
    view,
    ...known({
      order: oneOf(inboxOrders(view), raw.order),
      channel: oneOf(LISTED_CHANNELS, raw.channel),
      channelId: typeof raw.channelId === "string" ? (raw.channelId as Id<"channels">) : undefined,
      accountId: typeof raw.accountId === "string" ? (raw.accountId as Id<"accounts">) : undefined,
      status: oneOf(THREAD_STATUSES, raw.status),
      priority: oneOf(PRIORITIES, raw.priority),
      threadType: oneOf(THREAD_TYPES, raw.threadType),
      // A tag of figures comes out of the address as a number.
      tag: typeof raw.tag === "string" || typeof raw.tag === "number" ? String(raw.tag) : undefined,
      assigneeId: typeof raw.assigneeId === "string" ? (raw.assigneeId as Id<"members">) : undefined,
      teamId: typeof raw.teamId === "string" ? (raw.teamId as Id<"teams">) : undefined,
      isUnread: raw.isUnread === true ? (true as const) : undefined,
    }),
  };
}

/** Two addresses with the same key list the same. */
export function searchKey(search: Partial<Record<"view" | "order" | keyof Narrowing, unknown>>): string {
  return JSON.stringify([search.view, search.order ?? null, ...NARROWINGS.map((name) => search[name] ?? null)]);
}

/** The address of a filter that was kept. */
export function searchOf({ channel, ...rest }: ThreadFilter): InboxSearch {
  const shown = oneOf(LISTED_CHANNELS, channel);
  return shown === undefined ? rest : { ...rest, channel: shown };
}

/** The entries that hold something. */
function known<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export function bookingSearch(raw: Raw<BookingSearch>): BookingSearch {
  return {
    view: oneOf(BOOKING_VIEWS, raw.view) ?? "upcoming",
    ...known({
      status: oneOf(BOOKING_STATUSES, raw.status),
      q: textSearch(raw).q,
      span: oneOf(CALENDAR_SPANS, raw.span),
      on: typeof raw.on === "string" && DATE.test(raw.on) ? raw.on : undefined,
    }),
  };
}

export function queueSearch(raw: Raw<QueueSearch>): QueueSearch {
  const lane = oneOf(QUEUE_LANES, raw.lane);
  return {
    group: oneOf(QUEUE_VIEWS, raw.group) ?? "waiting",
    ...(lane === undefined ? {} : { lane }),
    ...texts(raw, ["message", "reason", "connection"]),
  };
}

/** Those of the named values that are text. */
function texts<K extends string>(raw: Partial<Record<K, unknown>>, names: readonly K[]): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = raw[name];
    if (typeof value === "string") found[name] = value;
  }
  return found;
}

/** A number or a yes that was typed is text all the same. */
export function textSearch(raw: Raw<TextSearch>): TextSearch {
  const { q } = raw;
  const isText = ["string", "number", "boolean"].includes(typeof q);
  const kind = oneOf(SEARCH_KINDS, raw.in);
  return {
    ...(isText && String(q) !== "" ? { q: String(q) } : {}),
    ...(kind === undefined || kind === "all" ? {} : { in: kind }),
  };
}

export function contactSearch(raw: Raw<ContactSearch>): ContactSearch {
  return { ...texts(raw, ["account"]), ...known({ tab: oneOf(CONTACT_TABS, raw.tab) }) };
}

export function accountSearch(raw: Raw<AccountSearch>): AccountSearch {
  return known({ kind: oneOf(ACCOUNT_KINDS, raw.kind), q: textSearch(raw).q });
}

export function drillSearch(raw: Raw<DrillSearch>): DrillSearch {
  return texts(raw, ["drill"]);
}

export function taskSearch(raw: Raw<TaskSearch>): TaskSearch {
  return { status: oneOf(TASK_VIEWS, raw.status) ?? "open" };
}

export function ticketSearch(raw: Raw<TicketSearch>): TicketSearch {
  return {
    view: oneOf(TICKET_VIEWS, raw.view) ?? "open",
    ...known({
      source: oneOf(TICKET_SOURCES, raw.source),
      urgency: oneOf(URGENCIES, raw.urgency),
      mine: raw.mine === true ? (true as const) : undefined,
    }),
  };
}

export function consentSearch(raw: Raw<ConsentSearch>): ConsentSearch {
  return { tab: oneOf(CONSENT_TABS, raw.tab) ?? "suppressions" };
}

export function settingsSearch(raw: Raw<SettingsSearch>): SettingsSearch {
  const part = oneOf(DELIVERY_PARTS, raw.part);
  return part === undefined ? {} : { part };
}

export function phoneSearch(raw: Raw<PhoneSearch>): PhoneSearch {
  return typeof raw.device === "string" ? { device: raw.device } : {};
}
