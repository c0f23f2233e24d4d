import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** The rules whose answer depends on the theme. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** What React Aria has just said to screen readers: for seconds, and by the name of things that may be gone by now. */
const ANNOUNCEMENTS = "[data-live-announcer]";

/** A tooltip describes its element, wherever in the document it stands: the landmarks need not hold it. */
const OUTSIDE_TOOLTIPS = ["region"];

/**
 * What axe finds against WCAG 2.2 AA on the page as it stands: one line a place, with the rule and the measured cause.
 * The content of e-mails is foreign: its frames are not looked into, and run no script anyway.
 */
export async function accessibilityProblems(page: Page, { onlyColours = false } = {}): Promise<string[]> {
  // The thorough mode opens a page of its own to merge what frames found: twice the time, for nothing where there are none.
  const axe = () =>
    new AxeBuilder({ page })
      .exclude("iframe")
      .exclude(ANNOUNCEMENTS)
      .setLegacyMode(page.frames().length === 1);
  const found = onlyColours
    ? (await axe().withRules(COLOUR_RULES).analyze()).violations
    : [
        ...(await axe().withTags(WCAG_22_AA).disableRules(OUTSIDE_TOOLTIPS).analyze()).violations,
        ...(await axe().withRules(OUTSIDE_TOOLTIPS).exclude("[role=tooltip]").analyze()).violations,
      ];
  return found.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = "" }) => `${id} at ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`,
    ),
  );
}

/** Waits until nothing on the page fades or moves any more, so that colours are measured and not their transitions. */
export async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
}
