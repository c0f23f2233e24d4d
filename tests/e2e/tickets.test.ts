import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";

// Conversations seen as tickets (product.md E-03 to E-06), in the seeded demo.

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

test("writes a ticket down, takes it through its flow, finds it in the list", async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("k");
  await page.getByTestId("ticket-row").first().waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.keyboard.press("Shift+T");
  const dialog = page.getByRole("dialog", { name: "New ticket" });
  await dialog.getByRole("button", { name: "Make ticket" }).click();
  await dialog.getByText("This is no e-mail address and no phone number.").waitFor();
  await dialog.getByLabel("For whom").fill("+49 171 5550009");
  await dialog.getByLabel("Name").fill("Toni Tropf");
  await dialog.getByLabel("Subject").fill("Dripping tap");
  await dialog.getByLabel("What is it about?").fill("It drips into the cellar.");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Make ticket" }).click();

  const ticket = page.getByTestId("ticket");
  await ticket.getByText("New").waitFor();
  await page.getByTestId("message").filter({ hasText: "It drips into the cellar." }).waitFor();
  await page.getByRole("button", { name: "Needs a callback" }).click();
  await ticket.getByText("Needs a callback").waitFor();
  await page.keyboard.press("t");
  const move = page.getByRole("dialog", { name: "Change the ticket's status" });
  await move.getByRole("button", { name: /Status/ }).click();
  await page.getByRole("option", { name: "Done" }).click();
  await move.getByRole("button", { name: "Save" }).click();
  await move.getByText("Say why.").waitFor();
  await move.getByLabel("Reason").fill("Fixed on the phone");
  await move.getByRole("button", { name: "Save" }).click();
  await ticket.getByText("Done").waitFor();
  await page.getByRole("button", { name: "How the ticket went" }).click();
  const history = page.getByRole("dialog", { name: "How the ticket went" });
  await history.getByText("Out of order: Fixed on the phone").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.goto(`${product.url}/tickets?view=done`);
  await page.getByTestId("ticket-row").filter({ hasText: "Dripping tap" }).waitFor();
  expect(complaints).toEqual([]);
});
