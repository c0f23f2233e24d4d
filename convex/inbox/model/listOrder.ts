import type { Doc } from "../../_generated/dataModel";
import type { Key, ListOrder } from "../access/merge";
import type { ListOrderName, RangedView } from "../filters";

// In which order the lists of conversations stand, and what stands in them. Pure.

/** What the order goes by: a conversation, or the row of one of its tags. */
export type Listed = Pick<Doc<"threads">, "_creationTime" | "lastMessageAt" | "responseDueAt" | "snoozedUntil">;

const BY_ACTIVITY: ListOrder<Listed> = {
  keyOf: ({ lastMessageAt, _creationTime }) => [lastMessageAt, _creationTime],
  isDescending: true,
};
const BY_AGE: ListOrder<Listed> = { ...BY_ACTIVITY, isDescending: false };
const BY_DEADLINE: ListOrder<Listed> = {
  keyOf: ({ responseDueAt = 0, _creationTime }) => [responseDueAt, _creationTime],
  isDescending: false,
};
const BY_WAKING: ListOrder<Listed> = {
  keyOf: ({ snoozedUntil = null, lastMessageAt, _creationTime }) => [snoozedUntil, lastMessageAt, _creationTime],
  isDescending: false,
};

/** Behind every deadline. */
export const NO_DEADLINE = Number.MAX_SAFE_INTEGER;

/** The next deadline first; behind them what has none, the newest first. */
const BY_NEXT_DEADLINE: ListOrder<Listed> = {
  keyOf: ({ responseDueAt, _creationTime }) =>
    responseDueAt === undefined ? [NO_DEADLINE, -_creationTime] : [responseDueAt, _creationTime],
  isDescending: false,
};

/** The order of a view, or the one it is put in (filters.ts `orderIn`): as its index ranges have it. */
export function orderOf(view: RangedView, order?: ListOrderName): ListOrder<Listed> {
  if (view === "overdue") return BY_DEADLINE;
  if (view === "snoozed") return BY_WAKING;
  if (order === "deadline") return BY_NEXT_DEADLINE;
  return order === "oldest" ? BY_AGE : BY_ACTIVITY;
}

/** The way an index by activity is read. */
export function directionOf(order: ListOrderName | undefined): "asc" | "desc" {
  return order === "oldest" ? "asc" : "desc";
}

/** What of an index by activity lies behind a place, that place with it. */
export function spanAfter(order: ListOrderName | undefined, after: Key | null): { from: number; upTo: number } {
  const at = after?.[0] ?? null;
  if (at === null) return { from: -Infinity, upTo: Infinity };
  return order === "oldest" ? { from: at, upTo: Infinity } : { from: -Infinity, upTo: at };
}

/** Whether a conversation of the member's own stands in a view, as the index ranges have it. */
export function isInView({ isOpen, isOverdue, snoozedUntil, isSpam }: Doc<"threads">, view: RangedView): boolean {
  switch (view) {
    case "overdue":
      return isOpen === true && isOverdue === true;
    case "snoozed":
      return snoozedUntil !== undefined;
    case "spam":
      return isSpam === true;
    case "closed":
      return isOpen === false;
    default:
      return isOpen === true && snoozedUntil === undefined;
  }
}
