import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";

type VirtualListProps<T> = {
  label: string;
  rows: readonly T[];
  idOf: (row: T) => string;
  rowHeight: number;
  renderRow: (row: T) => ReactNode;
  /** Called when the end comes near. */
  onEnd?: () => void;
  header?: ReactNode;
  footer?: ReactNode;
  scrollRef?: RefObject<HTMLDivElement | null>;
  onScrolledChange?: (isScrolled: boolean) => void;
  /** The row that was just chosen: scrolled into sight when it changes, never because the list did. */
  chosenId?: string | null;
};

/** How many rows before the end the next page is asked for. */
const END_MARGIN_ROWS = 8;

/** A long list of rows of one height: only what is on the screen is in the page. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { rows, idOf, rowHeight, onEnd, chosenId = null } = props;
  const own = useRef<HTMLDivElement>(null);
  const scroller = props.scrollRef ?? own;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : idOf(row);
    },
    overscan: 8,
  });
  const latest = useRef({ rows, idOf, rowHeight, virtual });
  useEffect(() => {
    latest.current = { rows, idOf, rowHeight, virtual };
  });
  useEffect(() => {
    const list = latest.current;
    const index = list.rows.findIndex((row) => list.idOf(row) === chosenId);
    if (index === -1 || isInSight(list.virtual, index * list.rowHeight, list.rowHeight)) return;
    list.virtual.scrollToIndex(index, { align: "auto" });
  }, [chosenId]);
  const items = virtual.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && lastIndex >= rows.length - END_MARGIN_ROWS;
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, rows.length, onEnd]);
  return (
    <div
      ref={scroller}
      className="relative min-h-0 grow overflow-y-auto"
      onScroll={(event) => props.onScrolledChange?.(event.currentTarget.scrollTop > 8)}
    >
      {props.header}
      <ul aria-label={props.label} className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={item.key}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="absolute top-0 left-0 w-full"
              style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
            >
              {props.renderRow(row)}
            </li>
          );
        })}
      </ul>
      {props.footer}
    </div>
  );
}

/** From what is known already: to ask the page would make it lay out everything at once. */
function isInSight(
  { scrollOffset, scrollRect }: { scrollOffset: number | null; scrollRect: { height: number } | null },
  startPx: number,
  heightPx: number,
): boolean {
  if (scrollOffset === null || scrollRect === null) return false;
  return startPx >= scrollOffset && startPx + heightPx <= scrollOffset + scrollRect.height;
}
