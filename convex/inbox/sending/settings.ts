import type { Doc } from "../../_generated/dataModel";

// How long answers can be undone. Pure; the browser uses it too.

export type AnswerSettings = Required<
  Pick<Doc<"answerSettings">, "undoSeconds" | "cancelIfAnswered" | "quotesEarlier">
>;

/** product.md 2.7 no. 77: ten seconds unless the organisation says otherwise. */
export const DEFAULT_ANSWER_SETTINGS: AnswerSettings = { undoSeconds: 10, cancelIfAnswered: true, quotesEarlier: true };

export const UNDO_SECONDS = [0, 5, 10, 20, 30] as const;

const SECOND_MS = 1_000;
/** The server waits a little longer than the toast, so that a late press still counts. */
const GRACE_MS = 2_000;

/** One text to many is worked on in batches, and looked over once more: held at least that long, whatever is set. */
const BULK_HOLD_MS = 20_000;

/** How long the server keeps answers to many back, ms. */
export function bulkHoldMs(settings: Pick<AnswerSettings, "undoSeconds">): number {
  return Math.max(BULK_HOLD_MS, holdMs(settings));
}

/** How long the server keeps an answer back, ms; 0: not at all. */
export function holdMs({ undoSeconds }: Pick<AnswerSettings, "undoSeconds">): number {
  return undoSeconds === 0 ? 0 : undoSeconds * SECOND_MS + GRACE_MS;
}

/** Until when the toast of an answer that leaves at `heldUntil` offers "Undo", UTC ms. */
export function toastEndsAt(heldUntil: number): number {
  return heldUntil - GRACE_MS;
}
