import { createContext, use } from "react";
import type { Id } from "../../../convex/_generated/dataModel";

export type InboxPlace = {
  /** Moves to the row after (or before) the open one; false when there is none. */
  step: (by: 1 | -1) => boolean;
  /** The open conversation, or the one on the way to which the screen is: keys are faster than it. */
  target: () => Id<"threads"> | null;
  /** The conversation after the open one, or null: to be asked for before the open one leaves the list. */
  next: () => Id<"threads"> | null;
  /** Goes where the member wants to be when they are done with a conversation: on, back to the list, or nowhere. */
  moveOn: () => void;
  /** Opens a conversation, in the list or not; `replace`: in the place of the one that is open. */
  open: (threadId: Id<"threads">, options?: { replace: boolean }) => void;
  /** Back to the list alone. */
  leave: () => void;
  /** True when list and conversation are separate pages. */
  isSingle: boolean;
  /** True when a context panel fits beside the conversation. */
  hasContextRoom: boolean;
};

export const InboxContext = createContext<InboxPlace | null>(null);

export function useInboxPlace(): InboxPlace {
  const value = use(InboxContext);
  if (value === null) throw new Error("useInboxPlace is used outside of the inbox");
  return value;
}

/** The id beside `current` in the list's order, or null at its ends. */
export function neighbour(
  order: readonly Id<"threads">[],
  current: Id<"threads"> | null,
  by: 1 | -1,
): Id<"threads"> | null {
  if (current === null) return (by === 1 ? order[0] : order.at(-1)) ?? null;
  const index = order.indexOf(current);
  if (index === -1) return null;
  return order[index + by] ?? null;
}
