import { type MouseEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { cx } from "../../../components/ui/classes";
import type { ThreadRow } from "../../../lib/api-types";
import { isFarEnough, isSideways, sideOf } from "../../../lib/swipe";
import type { Swipes } from "./use-swipes";

type SwipeRowProps = { row: ThreadRow; swipes: Swipes; children: ReactNode };

/** A row that follows the finger sideways, shows what letting go will do, and does it from far enough. */
export function SwipeRow({ row, swipes, children }: SwipeRowProps) {
  const [dx, setDx] = useState(0);
  const start = useRef<{ id: number; x: number; y: number; isSwiping: boolean } | null>(null);
  // A tap that ends a swipe opens nothing.
  const hasSwiped = useRef(false);
  const swipe = dx === 0 ? null : swipes(row, sideOf(dx));
  const down = (event: PointerEvent) => {
    hasSwiped.current = false;
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    start.current = { id: event.pointerId, x: event.clientX, y: event.clientY, isSwiping: false };
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const from = start.current;
    if (from?.id !== event.pointerId) return;
    const way = event.clientX - from.x;
    if (!from.isSwiping) {
      if (!isSideways(way, event.clientY - from.y) || swipes(row, sideOf(way)) === null) return;
      from.isSwiping = true;
      hasSwiped.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
    }
    setDx(way);
  };
  const end = (isDone: boolean) => (event: PointerEvent) => {
    const from = start.current;
    if (from?.id !== event.pointerId) return;
    start.current = null;
    setDx(0);
    // From the finger itself: a quick one is gone before its last way is drawn.
    const way = event.clientX - from.x;
    if (isDone && from.isSwiping && isFarEnough(way)) swipes(row, sideOf(way))?.run();
  };
  const click = (event: MouseEvent) => {
    if (!hasSwiped.current) return;
    hasSwiped.current = false;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="relative h-full touch-pan-y overflow-hidden"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={end(true)}
      onPointerCancel={end(false)}
      onClickCapture={click}
    >
      {swipe !== null && (
        <div
          aria-hidden
          className={cx(
            "absolute inset-0 flex items-center gap-2 px-5 text-sm font-medium",
            sideOf(dx) === "left" && "justify-end",
            isFarEnough(dx) ? "bg-accent text-on-accent" : "bg-sunken text-muted",
          )}
        >
          {swipe.icon}
          {swipe.label}
        </div>
      )}
      <div
        className={cx("h-full bg-surface", dx === 0 && "transition-transform")}
        style={dx === 0 ? undefined : { transform: `translateX(${swipe === null ? 0 : dx}px)` }}
      >
        {children}
      </div>
    </div>
  );
}
