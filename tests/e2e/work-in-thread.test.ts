import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";

// What is noted in a conversation beside its messages (product.md A-14), in the seeded demo.

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

test("notes a phone call by keyboard and changes it afterwards", async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("j");
  await page.getByTestId("snooze").waitFor();

  await page.keyboard.press("p");
  const dialog = page.getByRole("dialog", { name: "Note a phone call" });
  await dialog.waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  const length = dialog.getByLabel("Length");
  await length.fill("long");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Write minutes, or minutes:seconds.").waitFor();
  await length.fill("4:05");
  await dialog.getByLabel("What was said").fill("Comes on Friday at nine.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });

  const entry = page.getByTestId("message").filter({ hasText: "Comes on Friday at nine." });
  await entry.getByText("Talked · took 4:05").waitFor();
  await entry.getByText("Call to the customer").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await entry.getByRole("button", { name: "Change the call" }).click();
  const change = page.getByRole("dialog", { name: "Change the call" });
  await change.getByLabel("Length").fill("5");
  await change.getByRole("button", { name: "Save" }).click();
  await entry.getByText("Talked · took 5:00 · changed").waitFor();

  await page.goto(`${product.url}/settings/work`);
  await page.getByText("Reaching the customer by phone answers them").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
