import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// Putting a conversation off and getting it back (product.md A-60), in the seeded demo.

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ seed: true }), launchBrowser()]);
  ({ page, context, complaints } = await openPage(browser));
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

test("snoozes by keyboard, finds it under Snoozed with its return, and brings it back", async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("j");
  const button = page.getByTestId("snooze");
  await button.waitFor();
  const id = /\/inbox\/([a-z0-9]+)/.exec(page.url())?.[1] ?? "";
  const row = page.locator(`[data-testid="thread-row"][href*="${id}"]`);

  await page.keyboard.press("h");
  await page.getByRole("menu").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("menuitem", { name: "Tomorrow morning" }).click();
  await page.getByText("until then under “Snoozed”").first().waitFor();
  await row.waitFor({ state: "detached" });

  await page.getByRole("link", { name: "Snoozed" }).click();
  await row.click();
  await page.getByRole("button", { name: /Snooze: returns .*08:00/ }).waitFor();

  // A time that went by cannot be chosen.
  await page.keyboard.press("h");
  await page.getByRole("menuitem", { name: "Choose a time…" }).click();
  const field = page.getByLabel("Returns at");
  await field.fill("2020-01-01T08:00");
  await page.getByText("Choose a time to come.").waitFor();
  const words = page.getByLabel("In words");
  await words.fill("someday");
  await page.getByText("We do not understand this time, or it is past.").waitFor();
  await words.fill("tomorrow at 9am");
  await until("the words are in the field", async () => (await field.inputValue()).endsWith("T09:00"));
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });

  await page.keyboard.press("h");
  await page.getByRole("menuitem", { name: "Bring back now" }).click();
  await page.getByText("Back in the inbox.").waitFor();
  await row.waitFor({ state: "detached" });
  await page.goto(product.url);
  await row.waitFor();
  expect(complaints).toEqual([]);
});
