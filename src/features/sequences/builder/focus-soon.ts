import { overlayIsOpen } from "../../../lib/shortcuts";

/** Frames in which something may appear, and in which it must keep the keyboard: a closing menu gives it back late. */
const MOST_FRAMES = 60;
const KEPT_FRAMES = 3;

/** Counts the wishes: a newer one ends all before it. */
let newest = 0;

/**
 * Gives the keyboard to what `find` finds as soon as it is there, also when something else gives it away meanwhile: but not
 * to something below a menu or dialog, which has the keyboard while it is open.
 */
export function focusSoon(find: () => HTMLElement | null): void {
  newest += 1;
  const own = newest;
  let frames = 0;
  let kept = 0;
  const look = () => {
    if (own !== newest) return;
    const element = find();
    if (element !== null && document.activeElement === element) kept += 1;
    else if (element !== null && !isBelowOverlay(element)) {
      element.focus({ preventScroll: true });
      kept = 0;
    }
    frames += 1;
    if (frames < MOST_FRAMES && kept < KEPT_FRAMES) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function isBelowOverlay(element: HTMLElement): boolean {
  return overlayIsOpen() && element.closest("[role=dialog], [role=menu], [role=listbox]") === null;
}
