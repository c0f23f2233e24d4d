// Phones lay their keyboard over the page: what stands at its foot (the composer) would lie beneath it.

/** Less than this is a toolbar of the browser that comes and goes, not a keyboard. In CSS pixels. */
const LEAST_KEYBOARD_PX = 120;

type Sight = { height: number; scale: number };

/** How much of the page's height the keyboard takes, in CSS pixels. A page that was zoomed in has none of its own. */
export function keyboardHeight(pageHeight: number, { height, scale }: Sight): number {
  const covered = Math.round(pageHeight - height);
  return scale <= 1.01 && covered >= LEAST_KEYBOARD_PX ? covered : 0;
}

/** Keeps `--keyboard` (its height) and `data-keyboard` (it is there) on the page's root for as long as the page lives. */
export function followOnScreenKeyboard(): void {
  const sight = window.visualViewport;
  if (sight === null) return;
  const root = document.documentElement;
  const follow = () => {
    const height = keyboardHeight(window.innerHeight, sight);
    root.toggleAttribute("data-keyboard", height > 0);
    root.style.setProperty("--keyboard", `${height}px`);
    // Safari moves the whole page up for the field: it already stands above the keyboard.
    if (height > 0 && window.scrollY > 0) window.scrollTo(0, 0);
  };
  sight.addEventListener("resize", follow);
  sight.addEventListener("scroll", follow);
  follow();
}
