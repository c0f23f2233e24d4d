import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { guessedHeight, type TimelineItem } from "./timeline-items";

/** This near to its end, a conversation follows what arrives. */
const AT_END_PX = 60;
/** Room above the first message, for the button that loads earlier ones. */
const ABOVE_PX = 52;
const BELOW_PX = 24;
/** Items in the page beyond what is seen, on either side. */
const BEYOND = 6;

type Virtual = ReturnType<typeof useVirtualizer<HTMLDivElement, HTMLLIElement>>;

/**
 * Which items of a conversation are in the page and where: what is seen, and what somebody has touched or selected text
 * in, so that focus, unfolded quotes and selections outlive scrolling. The end stays in sight while messages arrive, sizes
 * change or the room gets smaller; further up the place stays while earlier ones load or pictures come.
 */
export function useTimelineRows(scroller: RefObject<HTMLDivElement | null>, items: readonly TimelineItem[]) {
  const kept = useKept(scroller, items);
  const lostDay = useLostDays(items);
  const virtual: Virtual = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const item = items[index];
      return item === undefined ? 0 : guessedHeight(item);
    },
    getItemKey: (index) => items[index]?.key ?? index,
    paddingStart: ABOVE_PX,
    paddingEnd: BELOW_PX,
    overscan: BEYOND,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    rangeExtractor: kept.extract,
  });
  useLayoutEffect(() => {
    // Where it stands above what is seen the place is kept; that of a day's name too, which goes when it begins earlier.
    virtual.shouldAdjustScrollPositionOnItemSizeChange = ({ key, start, end }, _delta, instance) => {
      const seenFrom = instance.scrollOffset ?? 0;
      // One that changes may be what the reader looks at: only those above move nothing that is seen.
      if (instance.itemSizeCache.has(key)) return lostDay.current.has(key) || end <= seenFrom;
      // Until now it was a guess. Who reads back looks at what is below it.
      return instance.scrollDirection === "backward" || start < seenFrom;
    };
  }, [virtual, lostDay]);
  useEnd(scroller, virtual, items.at(-1)?.key);
  return virtual;
}

/**
 * Opens at the end, and stays there while something arrives or the room for it changes (the composer grows, a keyboard
 * comes).
 */
function useEnd(scroller: RefObject<HTMLDivElement | null>, virtual: Virtual, newest: string | undefined): void {
  const wasAtEnd = useRef(true);
  useLayoutEffect(() => {
    // What arrives in the frame in which the room changes is not followed by itself: the new room is not measured yet.
    if (wasAtEnd.current) virtual.scrollToEnd();
  }, [virtual, newest]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let room = element.clientHeight;
    const look = () => {
      // A scroll from before the room changed is told after it: whether that was at the end can no longer be seen.
      // Asked of the element: the virtualizer may hear of this scroll only after this.
      const { scrollHeight, scrollTop, clientHeight } = element;
      if (clientHeight === room) wasAtEnd.current = scrollHeight - scrollTop - clientHeight <= AT_END_PX;
    };
    const observer = new ResizeObserver(() => {
      room = element.clientHeight;
      if (wasAtEnd.current) virtual.scrollToEnd();
    });
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller, virtual]);
}

/** Items that were the first of their day until earlier ones were loaded. */
function useLostDays(items: readonly TimelineItem[]): RefObject<ReadonlySet<unknown>> {
  const lost = useRef<ReadonlySet<unknown>>(new Set());
  const first = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (items[0]?.key === first.current) return;
    const before = items.find(({ key }) => key === first.current);
    lost.current = new Set(before?.isNewDay === false ? [before.key] : []);
    first.current = items[0]?.key;
  }, [items]);
  return lost;
}

/** Items that stay in the page although they are not seen. */
function useKept(scroller: RefObject<HTMLDivElement | null>, items: readonly TimelineItem[]) {
  const [isWhole, setIsWhole] = useState(false);
  const touched = useRef(new Set<string>());
  useEffect(() => {
    const element = scroller.current;
    const touch = ({ target }: Event) => {
      const key = target instanceof Element ? target.closest("[data-key]")?.getAttribute("data-key") : null;
      if (typeof key === "string") touched.current.add(key);
    };
    // The browser's own search and its printing know only what is in the page.
    const whole = () => flushSync(() => setIsWhole(true));
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f") whole();
    };
    element?.addEventListener("click", touch);
    element?.addEventListener("focusin", touch);
    window.addEventListener("keydown", onKey);
    window.addEventListener("beforeprint", whole);
    return () => {
      element?.removeEventListener("click", touch);
      element?.removeEventListener("focusin", touch);
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("beforeprint", whole);
    };
  }, [scroller]);
  const extract = (range: Range): number[] => {
    if (isWhole) return items.map((_, index) => index);
    const shown = new Set(defaultRangeExtractor(range));
    for (let i = 0; touched.current.size > 0 && i < items.length; i++) {
      if (touched.current.has(items[i]?.key ?? "")) shown.add(i);
    }
    for (const index of selectedIndexes(scroller.current)) shown.add(index);
    return [...shown].filter((index) => index < items.length).sort((a, b) => a - b);
  };
  return { extract };
}

/** From where selected text begins to where it ends. */
function selectedIndexes(element: HTMLElement | null): number[] {
  const selection = document.getSelection();
  if (element === null || selection === null || selection.isCollapsed) return [];
  const [from, to] = [selection.anchorNode, selection.focusNode].map((node) => {
    const item = node instanceof Element ? node : node?.parentElement;
    return element.contains(item ?? null) ? item?.closest("[data-index]")?.getAttribute("data-index") : null;
  });
  if (typeof from !== "string" || typeof to !== "string") return [];
  const [first, last] = [Math.min(Number(from), Number(to)), Math.max(Number(from), Number(to))];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
