import axe, { type ElementContext, type RunOnly, type RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { untilAnswered } from "./answers.ts";

const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** The rules whose answer depends on the theme. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** The rest is not even gathered: most of the work. */
const ONLY_VIOLATIONS: RunOptions = { resultTypes: ["violations"] };

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** What React Aria has just said to screen readers: for seconds, and by the name of things that may be gone by now. */
const ANNOUNCEMENTS = "[data-live-announcer]";

/**
 * What axe finds against WCAG 2.2 AA on the page as it stands: one line a place, with the rule and the measured cause.
 * The content of e-mails is foreign: its frames are not looked into, and run no script anyway. A tooltip describes its
 * element, wherever in the document it stands: the landmarks need not hold it.
 */
export async function accessibilityProblems(page: Page, { onlyColours = false } = {}): Promise<string[]> {
  await untilLoaded(page);
  await untilAnswered(page);
  await page.evaluate(untilShown);
  // Half a megabyte of script: once a document, however often it is asked.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const runOnly: RunOnly = onlyColours ? { type: "rule", values: COLOUR_RULES } : { type: "tag", values: WCAG_22_AA };
  const context = { exclude: [["iframe"], [ANNOUNCEMENTS]] };
  const found = await page.evaluate(runAxe, { context, options: { runOnly, iframes: false, ...ONLY_VIOLATIONS } });
  return found.map(({ rule, place, cause }) => `${rule} at ${place}: ${cause.replace(/\s+/g, " ")}`);
}

// Every page must have both anyway: one that is still loading has neither, and a test that only went there did not wait.
async function untilLoaded(page: Page): Promise<void> {
  await page.waitForSelector("main, [role=main]", { state: "attached" });
  await page.waitForSelector("h1, [role=heading][aria-level='1']", { state: "attached" });
}

// Runs in the page: what fades in has its colours only at the end.
async function untilShown(): Promise<void> {
  const ends = (animation: Animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime);
  const running = document.getAnimations().filter((each) => each.playState === "running" && ends(each));
  await Promise.allSettled(running.map(({ finished }) => finished));
}

// Runs in the page.
async function runAxe({ context, options }: { context: ElementContext; options: RunOptions }) {
  const { violations } = await window.axe.run(context, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.flatMap(({ target, failureSummary = "" }) => {
      const place = target.join(" ");
      const element = id === "region" ? document.querySelector(place) : null;
      // The tooltip, something in it, or what holds it and nothing else.
      const held = [...(element?.querySelectorAll("[role=tooltip]") ?? [])];
      const isTooltip =
        element?.closest("[role=tooltip]") != null ||
        held.some(({ textContent }) => textContent === element?.textContent);
      return isTooltip ? [] : [{ rule: id, place, cause: failureSummary }];
    }),
  );
}

/** Waits until nothing on the page fades or moves any more, so that colours are measured and not their transitions. */
export async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
}
