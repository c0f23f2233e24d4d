import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vChannel, vPriority, vThreadStatus, vThreadType } from "../lib/closedSets";

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

/** Conditions beside the view, as arguments of the functions that list, count and change many. */
export const narrowingArgs = {
  channel: v.optional(vChannel),
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

export const vThreadFilter = v.object({ view: literals(...THREAD_VIEWS), ...narrowingArgs });
export type ThreadFilter = Infer<typeof vThreadFilter>;
export type Narrowing = Omit<ThreadFilter, "view">;

/** The conditions of a filter beside its view, by name. */
export const NARROWINGS = [
  "channel",
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
  assigneeId?: string;
  teamId?: string;
};

/** True when a row meets every condition of the filter that lies in the row itself: all but view and unread. */
export function meetsNarrowing(row: Row, filter: Narrowing): boolean {
  return (
    isWanted(filter.channel, row.channel) &&
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
