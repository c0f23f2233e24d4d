import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStored } from "../../lib/stored";
import { cx } from "./classes";

type Widths = { initial: number; min: number; max: number };

type ResizablePaneProps = {
  as: "section" | "aside";
  label: string;
  /** The side towards what it shares the room with. */
  edge: "left" | "right";
  /** Under which name this browser keeps the width. */
  storedAs: string;
  /** In CSS pixels. It never takes more than about half of the room, however wide it once was made. */
  widths: Widths;
  className?: string;
  children: ReactNode;
};

const KEY_STEP_PX = 16;

/** A pane whose inner edge is moved by mouse, thumb or arrow keys; a double click puts it back. */
export function ResizablePane({ as: Tag, label, edge, storedAs, widths, className, children }: ResizablePaneProps) {
  const { initial } = widths;
  const [kept, keep] = useStored<number>(storedAs, initial);
  const [moved, setMoved] = useState<number | null>(null);
  const pane = useRef<HTMLElement>(null);
  const width = moved ?? within(widths, kept);
  return (
    <Tag
      ref={pane}
      aria-label={label}
      className={cx("relative shrink-0", className)}
      style={{ width, maxWidth: `max(${initial}px, 45%)` }}
    >
      {children}
      <PaneEdge
        label={label}
        edge={edge}
        widths={widths}
        width={width}
        shownWidth={() => pane.current?.getBoundingClientRect().width ?? width}
        onMove={setMoved}
        onMoved={(to) => {
          setMoved(null);
          keep(to);
        }}
      />
    </Tag>
  );
}

function within({ min, max }: Widths, width: number): number {
  return Math.round(Math.min(Math.max(width, min), max));
}

type PaneEdgeProps = Pick<ResizablePaneProps, "label" | "edge" | "widths"> & {
  width: number;
  /** What there was room for. */
  shownWidth: () => number;
  onMove: (width: number) => void;
  onMoved: (width: number) => void;
};

/** WAI-ARIA's window splitter. */
function PaneEdge({ label, edge, widths, width, shownWidth, onMove, onMoved }: PaneEdgeProps) {
  const { t } = useTranslation();
  const from = useRef({ x: 0, width: 0 });
  const outwards = edge === "right" ? 1 : -1;
  const at = ({ clientX }: PointerEvent) => within(widths, from.current.width + (clientX - from.current.x) * outwards);
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    // The pointer stays its own on the way over a mail, which is a document by itself.
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width: shownWidth() };
  };
  const isHeld = (event: PointerEvent<HTMLElement>) => event.currentTarget.hasPointerCapture(event.pointerId);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -KEY_STEP_PX, ArrowRight: KEY_STEP_PX }[event.key];
    if (step !== undefined) onMoved(within(widths, shownWidth() + step * outwards));
    else if (event.key === "Home") onMoved(widths.min);
    else if (event.key === "End") onMoved(widths.max);
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("common.widthOf", { name: label })}
      aria-valuenow={width}
      aria-valuemin={widths.min}
      aria-valuemax={widths.max}
      onPointerDown={begin}
      onPointerMove={(event) => isHeld(event) && onMove(at(event))}
      onPointerUp={(event) => isHeld(event) && onMoved(at(event))}
      onPointerCancel={() => onMoved(width)}
      onDoubleClick={() => onMoved(widths.initial)}
      onKeyDown={press}
      className={cx(
        "absolute inset-y-0 z-10 w-2 cursor-col-resize touch-none outline-none after:absolute after:inset-y-0 after:left-1/2 after:w-0.5 after:-translate-x-1/2 after:bg-accent after:opacity-0 after:transition-opacity hover:after:opacity-60 focus-visible:after:opacity-100 active:after:opacity-100",
        edge === "right" ? "-right-1" : "-left-1",
      )}
    />
  );
}
