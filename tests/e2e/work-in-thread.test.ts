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

test("begins a discussion and a ticket of the team's, and gives the ticket its customer", async () => {
  await page.goto(`${product.url}/inbox`);
  await page.getByTestId("thread-row").first().waitFor();
  await page.getByRole("button", { name: "New …" }).click();
  await page.getByRole("menuitem", { name: "New team discussion" }).click();
  const discussion = page.getByRole("dialog", { name: "New team discussion" });
  await discussion.getByLabel("What is it about?").fill("Order Z-900 is late");
  await discussion.getByRole("button", { name: "Begin discussion" }).click();
  await discussion.getByText(/Write a note/).waitFor();
  await discussion.getByLabel("First note").fill("Who calls the yard?");
  await discussion.getByLabel("Orders").fill("Z-900");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await discussion.getByRole("button", { name: "Begin discussion" }).click();
  await page.getByTestId("message").filter({ hasText: "Who calls the yard?" }).waitFor();
  await page.getByRole("heading", { name: "Team discussion" }).waitFor();
  await page.getByRole("tab", { name: "Note" }).waitFor();
  expect(await page.getByRole("tab", { name: "Reply" }).count()).toBe(0);
  const row = page.getByTestId("thread-row").filter({ hasText: "Order Z-900 is late" });
  await row.getByText("Who calls the yard?").waitFor();

  await page.locator("body").press("Shift+I");
  const ticket = page.getByRole("dialog", { name: "New internal ticket" });
  await ticket.getByLabel("What is it about?").fill("Boat hook broken");
  await ticket.getByLabel("Description").fill("At pier 3.");
  await ticket.getByLabel("Orders").fill("Z-900");
  await ticket.getByRole("button", { name: "Open ticket" }).click();
  await page.getByTestId("message").filter({ hasText: "At pier 3." }).waitFor();
  await page.getByRole("link", { name: "Discussion of order Z-900" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.getByRole("button", { name: "Link a customer" }).click();
  const link = page.getByRole("dialog", { name: "Link a customer" });
  const customer = link.getByRole("combobox", { name: "Customer" });
  await customer.fill("Anna");
  const offered = page.getByRole("option");
  await expect
    .poll(async () => {
      await customer.press("ArrowDown");
      return await offered.count();
    })
    .toBeGreaterThan(0);
  await offered.first().click();
  await link.getByRole("button", { name: "Link" }).click();
  await page.getByRole("tab", { name: "Reply" }).waitFor();
  await page.getByRole("button", { name: "Link a customer" }).waitFor({ state: "detached" });

  // The same order of the customer's offers the discussion no second time.
  for (const number of ["Z-900", "Z-901"]) {
    await page.getByRole("button", { name: "Add an order" }).click();
    const order = page.getByRole("dialog", { name: "Add an order" });
    await order.getByLabel("Order number").fill(number);
    await order.getByLabel("Order number").press("Enter");
    await page.getByTestId("contact-order").filter({ hasText: number }).waitFor();
  }
  await page.getByRole("button", { name: "Discuss order Z-901" }).waitFor();
  expect(await page.getByRole("link", { name: "Discussion of order Z-900" }).count()).toBe(1);
  expect(complaints).toEqual([]);
});
