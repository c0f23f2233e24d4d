import type { Id } from "../_generated/dataModel";

// Words of journeys that server and browser share.

export const SEQUENCE_STATUSES = ["draft", "active", "paused", "archived"] as const;

/** Anchor points of product.md 4.2 rule 1. */
export const ANCHORS = ["start", "end", "created", "checked_in", "completed", "cancelled", "no_show"] as const;

/** S4: Vorher, Während, Nachher. */
export const PHASES = ["before", "during", "after"] as const;

/** The steps of a journey (product.md 4.1), in the order in which they are offered. */
export const NODE_KINDS = [
  "message",
  "wait",
  "wait_for",
  "branch",
  "split",
  "limit",
  "deed",
  "goal",
  "jump",
  "exit",
] as const;

/** The three ways into a journey, as `Flow` names them. */
export const ENTRANCES = ["first", "onCancelled", "onNoShow"] as const;

/** What a message of the journey can come to; instants are kept for each (product.md B-31). */
export const OUTCOMES = ["sent", "delivered", "opened", "clicked", "replied", "failed", "skipped"] as const;

/** In drafts, where none is chosen yet; never in what is published (`problemsOf`). */
export const NO_TEMPLATE = "" as Id<"templates">;
export const NO_SEQUENCE = "" as Id<"sequences">;
export const NO_SEGMENT = "" as Id<"segments">;
