import type { Page } from "playwright-core";
import { until } from "./until.ts";

// Where the keyboard is, for those who have no mouse.

/** More than any screen needs. */
export const MOST_TABS = 60;

/** Onwards with Tab until what is called so has the keyboard. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if ((await focusedNames(page)).includes(name)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not come to “${name}”`);
}

/** What has the keyboard may be called any of these; nothing has it outside of what `within` selects. */
export const focusedNames = (page: Page, within = "body *") => page.evaluate(namesOfFocused, within);

/** Waits for what gets the keyboard by itself. */
export async function hasKeyboard(page: Page, name: string): Promise<void> {
  await until(`the keyboard on “${name}”`, async () => (await focusedNames(page)).includes(name));
}

// Runs in the page: everything by which somebody may call what has the keyboard.
function namesOfFocused(within: string): string[] {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element.closest(within) === null) return [];
  const labelledBy = element.getAttribute("aria-labelledby")?.split(" ") ?? [];
  const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
  const named = [...labelledBy.map((id) => document.getElementById(id)), ...labels, element];
  // A choice is called by its first line; what stands below explains it.
  const texts = named.flatMap((one) => [one?.textContent, one?.innerText.trim().split("\n")[0]]);
  return [element.getAttribute("aria-label"), ...texts].flatMap((name) =>
    name == null || name.trim() === "" ? [] : [name.trim()],
  );
}
