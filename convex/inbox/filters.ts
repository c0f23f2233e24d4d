import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vThreadChannel, vPriority, vThreadStatus, vThreadType } from "../lib/closedSets";

// What the list of conversations can be narrowed to (product.md A-38). The browser keeps the same shape in the address.

/** What a conversation is to the asking member alone, open or not: each is a list of its own. */
export const PERSONAL_VIEWS = ["mentioned", "followed", "starred", "drafts"] as const;
export type PersonalView = (typeof PERSONAL_VIEWS)[number];

export const THREAD_VIEWS = [
  "all",
  "mine",
  "unassigned",
  "overdue",
  "snoozed",
  "closed",
  "spam",
  ...PERSONAL_VIEWS,
] as const;
export type ThreadView = (typeof THREAD_VIEWS)[number];
/** Views that are ranges of the conversations themselves. */
export type RangedView = Exclude<ThreadView, PersonalView>;

export function isPersonalView(view: ThreadView): view is PersonalView {
  return PERSONAL_VIEWS.some((known) => known === view);
}

/** Orders of a list beside the one it has by itself: what lies longest first, and the next deadline first. */
export const LIST_ORDERS = ["oldest", "deadline"] as const;
export type ListOrderName = (typeof LIST_ORDERS)[number];

/**
 * The orders a view can be put in, each the order of an index. Past their deadline and snoozed ones stand by the time that
 * makes them so; what is done has no deadline; spam and a member's own lists are read by what was last.
 */
export function ordersIn(view: ThreadView): readonly ListOrderName[] {
  if (view === "all" || view === "mine" || view === "unassigned") return LIST_ORDERS;
  return view === "closed" ? ["oldest"] : [];
}

/** The order of a filter; undefined: its view's own, also where the view cannot be put in the one that is asked for. */
export function orderIn({ view, order }: Pick<ThreadFilter, "view" | "order">): ListOrderName | undefined {
  return ordersIn(view).find((known) => known === order);
}

/** Conditions beside the view, as arguments of the functions that list, count and change many. */
export const narrowingArgs = {
  channel: v.optional(vThreadChannel),
  /** The mailbox or number it lies in. */
  channelId: v.optional(v.id("channels")),
  /** The customer or partner organisation it is about. */
  accountId: v.optional(v.id("accounts")),
  status: v.optional(vThreadStatus),
  priority: v.optional(vPriority),
  threadType: v.optional(vThreadType),
  /** Exactly this tag among others. */
  tag: v.optional(v.string()),
  assigneeId: v.optional(v.id("members")),
  teamId: v.optional(v.id("teams")),
  /** Only what the asking member has not read. */
  isUnread: v.optional(v.literal(true)),
};

export const vThreadFilter = v.object({
  view: literals(...THREAD_VIEWS),
  order: v.optional(literals(...LIST_ORDERS)),
  ...narrowingArgs,
});
export type ThreadFilter = Infer<typeof vThreadFilter>;
export type Narrowing = Omit<ThreadFilter, "view" | "order">;

/** The conditions of a filter beside its view, by name. */
export const NARROWINGS = [
  "channel",
  "channelId",
  "accountId",
  "status",
  "priority",
  "threadType",
  "tag",
  "assigneeId",
  "teamId",
  "isUnread",
] as const satisfies readonly (keyof Narrowing)[];

type Row = Required<Pick<Narrowing, "channel" | "status" | "priority" | "threadType">> & {
  tags: readonly string[];
  channelId?: string;
  assigneeId?: string;
  teamId?: string;
};

/** True when a row meets every condition of the filter that lies in the row itself: all but view, organisation and unread. */
export function meetsNarrowing(row: Row, filter: Narrowing): boolean {
  return (
    isWanted(filter.channel, row.channel) &&
    isWanted<string | undefined>(filter.channelId, row.channelId) &&
    isWanted(filter.status, row.status) &&
    isWanted(filter.priority, row.priority) &&
    isWanted(filter.threadType, row.threadType) &&
    isWanted<string | undefined>(filter.assigneeId, row.assigneeId) &&
    isWanted<string | undefined>(filter.teamId, row.teamId) &&
    (filter.tag === undefined || row.tags.includes(filter.tag))
  );
}

function isWanted<T>(wanted: T | undefined, value: T): boolean {
  return wanted === undefined || wanted === value;
}
