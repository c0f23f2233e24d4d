import type { Page } from "playwright-core";

/** Frames since they were last taken. */
export interface Frames {
  /** Milliseconds of work of the longest one, 0 when none took over 50 ms. */
  longest: number;
  /** How many took over 50 ms: what the browser calls long. */
  long: number;
}

type Recorded = Window & { recordedFrames?: number[] };

/** Lets the page write down long animation frames from now on. Throws Error where the browser does not know them. */
export async function observeFrames(page: Page): Promise<void> {
  const isKnown = await page.evaluate(() => {
    const frames: number[] = [];
    (window as Recorded).recordedFrames = frames;
    if (!PerformanceObserver.supportedEntryTypes.includes("long-animation-frame")) return false;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) frames.push(entry.duration);
    }).observe({ type: "long-animation-frame" });
    return true;
  });
  if (!isKnown) throw new Error("This browser does not tell of long animation frames");
}

/** What was written down, and forgets it. */
export async function takeFrames(page: Page): Promise<Frames> {
  const durations = await page.evaluate(async () => {
    // What is observed is told of a frame later.
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    return (window as Recorded).recordedFrames?.splice(0) ?? [];
  });
  return { longest: Math.max(0, ...durations), long: durations.length };
}

/**
 * Milliseconds from the click on row `position` of the list until the frame after the one in which its messages stand.
 */
export async function openedMs(page: Page, position: number): Promise<number> {
  return await page.evaluate(async (at) => {
    const link = document.querySelectorAll<HTMLAnchorElement>("[data-testid=thread-row]")[at];
    if (link === undefined) throw new Error("There is no such row");
    // Named functions would be wrapped by the compiler in a helper that the page does not have.
    const before = document.querySelector("[role=region] [data-testid=message]");
    let shown: Element | null = before;
    const startedMs = performance.now();
    link.click();
    while (shown === null || shown === before) {
      await new Promise(requestAnimationFrame);
      shown = document.querySelector("[role=region] [data-testid=message]");
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - startedMs;
  }, position);
}
