import type { Doc } from "../../_generated/dataModel";
import type { ListOrder } from "../access/merge";
import type { RangedView } from "../filters";

// In which order the lists of conversations stand, and what stands in them. Pure.

/** What the order goes by: a conversation, or the row of one of its tags. */
export type Listed = Pick<Doc<"threads">, "_creationTime" | "lastMessageAt" | "responseDueAt" | "snoozedUntil">;

const BY_ACTIVITY: ListOrder<Listed> = {
  keyOf: ({ lastMessageAt, _creationTime }) => [lastMessageAt, _creationTime],
  isDescending: true,
};
const BY_DEADLINE: ListOrder<Listed> = {
  keyOf: ({ responseDueAt = 0, _creationTime }) => [responseDueAt, _creationTime],
  isDescending: false,
};
const BY_WAKING: ListOrder<Listed> = {
  keyOf: ({ snoozedUntil = null, lastMessageAt, _creationTime }) => [snoozedUntil, lastMessageAt, _creationTime],
  isDescending: false,
};

/** The order of a view: as its index ranges have it. */
export function orderOf(view: RangedView): ListOrder<Listed> {
  if (view === "overdue") return BY_DEADLINE;
  return view === "snoozed" ? BY_WAKING : BY_ACTIVITY;
}

/** Whether a conversation of the member's own stands in a view, as the index ranges have it. */
export function isInView({ isOpen, isOverdue, snoozedUntil, isSpam }: Doc<"threads">, view: RangedView): boolean {
  switch (view) {
    case "overdue":
      return isOpen && isOverdue === true;
    case "snoozed":
      return snoozedUntil !== undefined;
    case "spam":
      return isSpam === true;
    case "closed":
      return !isOpen;
    default:
      return isOpen && snoozedUntil === undefined;
  }
}
