/** Frames in which something may appear, and in which it must keep the keyboard: a closing menu gives it back late. */
const MOST_FRAMES = 60;
const KEPT_FRAMES = 3;

/** Gives the keyboard to what `find` finds as soon as it is there, also when something else gives it away meanwhile. */
export function focusSoon(find: () => HTMLElement | null): void {
  let frames = 0;
  let kept = 0;
  const look = () => {
    const element = find();
    if (element !== null && document.activeElement === element) kept += 1;
    else if (element !== null) {
      element.focus({ preventScroll: true });
      kept = 0;
    }
    frames += 1;
    if (frames < MOST_FRAMES && kept < KEPT_FRAMES) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
