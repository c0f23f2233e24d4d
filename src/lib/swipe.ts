// Swiping on the rows of the list: which way a finger went, and what the member chose for it (product.md 3.2 "Mobile").

/** `left`: the finger moves to the left. */
export type SwipeSide = "left" | "right";

/** What a swipe can do; each has its way back, and each can be had without swiping too. */
export const SWIPE_CHOICES = ["close", "snooze", "unread", "star", "none"] as const;
export type SwipeChoice = (typeof SWIPE_CHOICES)[number];

export const SWIPE_DEFAULTS: Record<SwipeSide, SwipeChoice> = { right: "close", left: "snooze" };

/** Under this a finger may still be about to scroll or to tap, in CSS pixels. */
const START_PX = 12;
/** From here on letting go does it: about a quarter of a phone's width. */
const DONE_PX = 96;

/** Whether the finger moves along the row rather than down the list. */
export function isSideways(dx: number, dy: number): boolean {
  return Math.abs(dx) >= START_PX && Math.abs(dx) > 1.5 * Math.abs(dy);
}

/** To which side the row goes. */
export function sideOf(dx: number): SwipeSide {
  return dx < 0 ? "left" : "right";
}

/** Whether letting go here does it. */
export function isFarEnough(dx: number): boolean {
  return Math.abs(dx) >= DONE_PX;
}

/** A remembered choice; what is not known (any more) counts as the default. */
export function choiceOf(stored: string, side: SwipeSide): SwipeChoice {
  return SWIPE_CHOICES.find((choice) => choice === stored) ?? SWIPE_DEFAULTS[side];
}
