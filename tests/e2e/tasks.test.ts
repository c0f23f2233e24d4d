import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";

// Tasks without a conversation: made, described, changed, finished, found again.

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const startMs = Date.parse("2026-10-01T08:00:00Z");
  [product, browser] = await Promise.all([startProduct({ startMs }), launchBrowser()]);
  const workspace = await createWorkspace(product, "haff");
  ({ page, context, complaints } = await openPage(browser));
  await signIn(page, product, workspace.members[0]!);
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

async function expectAccessible(): Promise<void> {
  await atRest(page);
  expect.soft(await accessibilityProblems(page)).toEqual([]);
}

test("a task is made by hand, described, finished and found among the done ones", async () => {
  await page.goto(`${product.url}/tasks`);
  await page.getByText("No tasks here").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What is to be done").fill("Measure the cellar");
  await dialog.getByLabel("Conversation (number)").fill("#4711");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Add the task" }).click();
  await dialog.getByText("There is no conversation with this number.").waitFor();
  await dialog.getByLabel("Conversation (number)").fill("");
  await dialog.getByRole("button", { name: "Add the task" }).click();
  const task = page.getByTestId("task").filter({ hasText: "Measure the cellar" });
  await task.waitFor();
  await expectAccessible();

  await task.getByRole("button", { name: "Edit “Measure the cellar”" }).click();
  await dialog.getByLabel("Description").fill("Left of the stairs");
  await dialog.getByRole("button", { name: "Save" }).click();
  await task.getByText("Left of the stairs").waitFor();
  await page.getByRole("tab", { name: "Overdue" }).click();
  await page.getByText("No tasks here").waitFor();
  await page.getByRole("tab", { name: "All open" }).click();
  await task.getByRole("button", { name: "Take over" }).click();
  await page.getByRole("tab", { name: "Mine" }).click();
  await task.getByRole("button", { name: "Done" }).click();
  await task.waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Done" }).click();
  await task.waitFor();
  await expectAccessible();
  expect(complaints).toEqual([]);
});

test("a task without a time is due by its priority, within the hours that were chosen for it", async () => {
  await page.goto(`${product.url}/settings/work`);
  await page.getByText("Tasks without a time").waitFor();
  const urgent = page.getByRole("button", { name: /Urgent$/ });
  await urgent.getByText("4 hours").waitFor();
  await urgent.click();
  await page.getByRole("option", { name: "2 hours", exact: true }).click();
  await page.getByText("Due times saved").waitFor();
  await urgent.getByText("2 hours").waitFor();
  await expectAccessible();

  await page.goto(`${product.url}/tasks`);
  await page.getByRole("button", { name: "New task" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What is to be done").fill("Call the yard");
  await dialog.getByRole("button", { name: /Priority$/ }).click();
  await page.getByRole("option", { name: "Urgent", exact: true }).click();
  await dialog.getByRole("button", { name: "Add the task" }).click();
  const task = page.getByTestId("task").filter({ hasText: "Call the yard" });
  const due = await task.locator("span", { hasText: /^Due/ }).locator("time").getAttribute("datetime");
  expect(due).toMatch(/^2026-10-01T10:0/);
  expect(complaints).toEqual([]);
});
