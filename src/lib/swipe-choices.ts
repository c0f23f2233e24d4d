import { useStored } from "./stored";
import { choiceOf, SWIPE_DEFAULTS, type SwipeChoice, type SwipeSide } from "./swipe";

/** What swiping does on this device, to each side, and how to change them. */
export function useSwipeChoices(): Record<SwipeSide, { choice: SwipeChoice; choose: (choice: SwipeChoice) => void }> {
  const [left, setLeft] = useStored<string>("swipeLeft", SWIPE_DEFAULTS.left);
  const [right, setRight] = useStored<string>("swipeRight", SWIPE_DEFAULTS.right);
  return {
    left: { choice: choiceOf(left, "left"), choose: setLeft },
    right: { choice: choiceOf(right, "right"), choose: setRight },
  };
}
