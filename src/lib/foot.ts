import { type RefObject, useEffect, useSyncExternalStore } from "react";

// How tall what stands at the page's foot is, for what has to stay above it. A property of the page's root would say it
// too, and make the browser style every element anew each time: with each conversation that is opened.

let heightPx = 0;
const followers = new Set<() => void>();

function say(px: number): void {
  if (px === heightPx) return;
  heightPx = px;
  for (const follow of followers) follow();
}

function subscribe(follow: () => void): () => void {
  followers.add(follow);
  return () => followers.delete(follow);
}

/** Says how tall `foot` is for as long as it is there. */
export function useFoot(foot: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = foot.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => say(element.offsetHeight));
    observer.observe(element);
    return () => {
      observer.disconnect();
      say(0);
    };
  }, [foot]);
}

/** The height in CSS pixels of what stands at the page's foot; 0 where nothing does. */
export function useFootHeight(): number {
  return useSyncExternalStore(subscribe, () => heightPx);
}
