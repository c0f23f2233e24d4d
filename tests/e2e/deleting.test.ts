import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";

// Deleting conversations, getting them back, and removing them for good, in the seeded demo.

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

const row = () => page.getByTestId("thread-row");
const bar = () => page.getByTestId("bulk-bar");

/** Where links lead to, without what the list they stand in adds. */
async function pathsOf(links: Locator): Promise<(string | undefined)[]> {
  return await links.evaluateAll((found) => found.map((link) => link.getAttribute("href")?.split("?")[0]));
}

test("deletes conversations, shows who did at their address, restores them, and removes one for good", async () => {
  await page.goto(product.url);
  await row().first().waitFor();
  const [first, second] = await pathsOf(row());
  await row().first().click();
  // What one is writing is not lost with it.
  await page.getByRole("textbox", { name: "Reply text" }).fill("Bis morgen am Steg");
  const { client, orgId } = await demoMember(product);
  const draft = { orgId, threadId: first?.split("/").at(-1) as Id<"threads">, mode: "reply" as const };
  await expect.poll(async () => await client.query(api.inbox.queries.getDraft, draft)).not.toBeNull();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: /^Delete/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("#");
  await page.getByText("Deleted. It can be restored for 30 days.").waitFor();
  await page.goto(`${product.url}${first}`);
  await page.getByText(/deleted it\. It can be restored until/).waitFor();
  await page.getByRole("region", { name: "Your answer, not sent" }).getByText("Bis morgen am Steg").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await page.getByRole("textbox").first().waitFor();
  await page.goto(product.url);
  await row().first().waitFor();
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+J");
  await bar().getByText("2 chosen").waitFor();
  await page.keyboard.press("#");
  await page.getByText("2 conversations changed.").waitFor();
  await page.getByRole("link", { name: "Deleted", exact: true }).click();
  const deleted = page.getByTestId("deleted-row");
  const paths = async () => await pathsOf(deleted.getByRole("link"));
  await expect.poll(async () => new Set(await paths())).toEqual(new Set([first, second]));
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await deleted.getByRole("button", { name: "Restore" }).nth(0).click();
  await expect.poll(async () => await deleted.count()).toBe(1);
  const [gone] = await paths();
  await deleted.getByRole("button", { name: /for good$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
  await page.getByText("Nothing was deleted").waitFor();
  await page.goto(`${product.url}${gone}`);
  await page.getByText("You cannot see this conversation").waitFor();
  expect(complaints).toEqual([]);
});
