import { overlayIsOpen } from "../../../lib/shortcuts";

/** Frames in which something may appear, and in which it must keep the keyboard: a closing menu gives it back late. */
const MOST_FRAMES = 60;
const KEPT_FRAMES = 3;

/** Counts the wishes: a newer one ends all before it. */
let newest = 0;

/**
 * Gives the keyboard to what `find` finds as soon as it is there, also when something else gives it away meanwhile: but not
 * to something below a menu or dialog, which has the keyboard while it is open; and no more once the person, whose keys
 * may be faster than the frames, has gone on from there.
 */
export function focusSoon(find: () => HTMLElement | null): void {
  newest += 1;
  const own = newest;
  let frames = 0;
  let kept = 0;
  const goOn = (event: Event) => {
    if (kept > 0 && goesElsewhere(event)) end();
  };
  const end = () => {
    frames = MOST_FRAMES;
    for (const type of LEAVING) document.removeEventListener(type, goOn, { capture: true });
  };
  const look = () => {
    if (own !== newest) frames = MOST_FRAMES;
    if (frames >= MOST_FRAMES || kept > KEPT_FRAMES) return end();
    const element = find();
    if (element !== null && document.activeElement === element) kept += 1;
    else if (element !== null && !isBelowOverlay(element)) {
      element.focus({ preventScroll: true });
      kept = 1;
    }
    frames += 1;
    requestAnimationFrame(look);
  };
  for (const type of LEAVING) document.addEventListener(type, goOn, { capture: true });
  requestAnimationFrame(look);
}

const LEAVING = ["keydown", "pointerdown"] as const;

/** Letters are typed where the keyboard is; Tab, Enter and the like, and the mouse, take it on. */
function goesElsewhere(event: Event): boolean {
  return !(event instanceof KeyboardEvent) || event.key.length > 1;
}

function isBelowOverlay(element: HTMLElement): boolean {
  return overlayIsOpen() && element.closest("[role=dialog], [role=menu], [role=listbox]") === null;
}
