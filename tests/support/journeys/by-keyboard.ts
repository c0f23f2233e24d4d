import type { Page } from "playwright-core";
import { focusedNames, hasKeyboard, MOST_TABS, tabTo } from "../keys.ts";
import type { Field, PlannedStep } from "./sailing-school.ts";

// A journey built by somebody who has no mouse: whatever happens here happens through keys. Everything else only looks.

/** Makes an empty journey on the list of journeys and opens its canvas. */
export async function beginByKeyboard(page: Page, name: string): Promise<void> {
  await tabTo(page, "New sequence");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Empty sequence" }).waitFor();
  await tabTo(page, "Empty sequence");
  await page.keyboard.press("Enter");
  await hasKeyboard(page, "Name");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Booking comes in", exact: true }).waitFor();
  await tabTo(page, "Booking comes in");
}

/** Puts the steps on the open canvas; the keyboard is on its entrance, and ends on the last step. */
export async function buildByKeyboard(page: Page, steps: readonly PlannedStep[]): Promise<void> {
  const { keyboard } = page;
  for (const { after, kind, name, fields } of steps) {
    await walkTo(page, after);
    await keyboard.press("+");
    await page.locator("[role=menu]:focus, [role=menu] :focus").waitFor();
    await choose(page, kind);
    await page.getByRole("menu").waitFor({ state: "detached" });
    await stepHasKeyboard(page, kind);
    await keyboard.press("Enter");
    await hasKeyboard(page, "Name");
    await replaceText(page, name);
    for (const field of fields) await setField(page, field);
    await keyboard.press("Escape");
    await stepHasKeyboard(page, name);
  }
}

/** The first way down: the other ways lie beside it. */
async function walkTo(page: Page, name: string): Promise<void> {
  if ((await focusedNames(page)).some((known) => known.startsWith(name))) return;
  await page.keyboard.press("ArrowDown");
  await hasKeyboard(page, name);
}

async function setField(page: Page, field: Field): Promise<void> {
  const { keyboard } = page;
  await tabToField(page, field.label);
  if ("press" in field) await keyboard.press("Enter");
  else if ("tick" in field) await keyboard.press("Space");
  else if ("type" in field) await replaceText(page, field.type);
  else {
    await keyboard.press("Enter");
    await page.locator("[role=listbox] :focus").waitFor();
    await choose(page, field.choose);
    await page.getByRole("listbox").waitFor({ state: "detached" });
    await hasKeyboard(page, field.label);
  }
}

/** What the tests' keyboard has keys for: anything else would be put in without a press. */
const KEYS_FOR = /^[ -~]+/;

/** Types until the open list stands on it, then takes it. */
async function choose(page: Page, name: string): Promise<void> {
  await page.keyboard.type(KEYS_FOR.exec(name)?.[0] ?? "");
  await hasKeyboard(page, name);
  await page.keyboard.press("Enter");
}

const TIME = /^(\d\d):(\d\d)$/;

async function replaceText(page: Page, text: string): Promise<void> {
  const time = TIME.exec(text);
  if (time !== null) return await typeTime(page, text, Number(time[1]), time[2]!);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

/** A field for a time asks for a half of the day or not, as the browser's own language has it. */
async function typeTime(page: Page, text: string, hours: number, minutes: string): Promise<void> {
  await page.keyboard.type(text.replace(":", ""));
  if ((await page.evaluate(valueOfFocused)) === text) return;
  for (let part = 0; part < 2; part++) await page.keyboard.press("ArrowLeft");
  const half = hours < 12 ? "A" : "P";
  await page.keyboard.type(`${String(hours % 12 || 12).padStart(2, "0")}${minutes}${half}`);
}

/** Onwards in the form, then back: what a press has added may lie before its button. */
async function tabToField(page: Page, label: string): Promise<void> {
  let key = "Tab";
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press(key);
    const names = await focusedNames(page, "[data-panel] *");
    if (names.includes(label)) return;
    // Everything in the form has a name.
    if (names.length === 0) key = "Shift+Tab";
  }
  throw new Error(`Tab does not come to the field “${label}”; the keyboard is on ${String(await focusedNames(page))}`);
}

const stepHasKeyboard = (page: Page, name: string) =>
  page.getByTestId("step").filter({ hasText: name }).and(page.locator(":focus")).waitFor();

// Runs in the page.
function valueOfFocused(): string | null {
  return document.activeElement instanceof HTMLInputElement ? document.activeElement.value : null;
}
