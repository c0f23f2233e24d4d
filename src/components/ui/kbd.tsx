import { isApplePlatform, keyCaps } from "../../lib/keyboard";
import { cx } from "./classes";

/** Key caps of a shortcut. Hidden from screen readers: the name of the control is enough there. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span aria-hidden className={cx("inline-flex items-center gap-0.5", className)}>
      {keyCaps(keys, isApplePlatform()).map((cap, index) => (
        <kbd
          key={index}
          className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-strong/60 bg-sunken px-1 font-sans text-2xs text-muted"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
