import { type RefObject, useEffect } from "react";

/** Keeps `--foot` on the page's root: how tall what stands at the page's foot is, so that notices on phones stay above it. */
export function useFoot(foot: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = foot.current;
    if (element === null) return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => style.setProperty("--foot", `${element.offsetHeight}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty("--foot");
    };
  }, [foot]);
}
