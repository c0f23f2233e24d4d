import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS } from "../../convex/lib/time.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";

// A lead shares the work of a team and everybody can see why a conversation is whose (product.md ).

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

test("a team is made, a rule gives it a conversation, and the conversation says why", async () => {
  await page.goto(`${product.url}/settings/assignment`);
  await page.getByRole("button", { name: "Add team" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Front desk");
  await dialog.getByText("Only to people who are online").click();
  await dialog.locator("fieldset label").first().click();
  const chosen = (await dialog.locator("fieldset label").first().textContent())?.trim() ?? "";
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("1 person · In turn").waitFor();

  // A name stands once: the field says so, nothing is lost.
  await page.getByRole("button", { name: "Add team" }).click();
  await dialog.getByLabel("Name").fill("front desk");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("There is a team").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Add rule" }).click();
  await dialog.getByLabel("Name").fill("Everything to the desk");
  await dialog.getByLabel("Needed skills").fill("sailing");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("→ Front desk (sailing)").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.goto(`${product.url}/inbox?view=unassigned`);
  await page.getByTestId("thread-row").first().click();
  await page.getByRole("button", { name: "Assignee: Nobody" }).click();
  await page.getByRole("menuitem", { name: "By the rules" }).click();
  await page.getByRole("button", { name: `Assignee: ${chosen}` }).waitFor();
  await page.getByRole("button", { name: "Why assigned?" }).click();
  await page.getByText("Rule “Everything to the desk”").waitFor();
  await page.getByText("Nobody of the team knows sailing").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  // The record of the conversation and of the person say the same.
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Audit trail" }).click();
  await page.getByText("assigned a conversation").first().waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.goto(`${product.url}/settings/audit`);
  await page.getByText("made an assignment rule").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("who is away says so in the account menu, and everybody sees it", async () => {
  await page.goto(`${product.url}/settings/assignment`);
  await page.getByRole("button", { name: /Account and settings/ }).click();
  await page.getByRole("menuitem", { name: "Away", exact: true }).click();
  await page.getByText("nothing new is given to you").first().waitFor();
  await page.getByRole("switch", { checked: false, name: /is available/ }).waitFor({ state: "attached" });
  await page.getByRole("button", { name: /Account and settings/ }).click();
  await page.getByRole("menuitem", { name: "Available", exact: true }).click();
  await page.getByText("You are available again.").first().waitFor();

  // With a return and words: the dialog refuses what is past.
  await page.getByRole("button", { name: /Account and settings/ }).click();
  await page.getByRole("menuitem", { name: "Away until …" }).click();
  const dialog = page.getByRole("dialog", { name: "Away" });
  await dialog.getByLabel("Back on").fill("2020-01-02T08:00");
  await dialog.getByRole("button", { name: "Go away" }).click();
  await dialog.getByText("Choose a return within the next 366 days.").waitFor();
  await dialog.getByLabel("Back on").fill(inDays(9));
  await dialog.getByLabel("Words for colleagues").fill("On holiday, ask Malte");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Go away" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText(/^Back .* · On holiday, ask Malte$/).waitFor();
  await page.getByRole("button", { name: /Account and settings/ }).click();
  await page.getByRole("menuitem", { name: "Available", exact: true }).click();
  await page.getByText(/^Back .* · On holiday/).waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});

/** Eight o'clock so many days from now, as a field for a time takes it. */
function inDays(days: number): string {
  return `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T08:00`;
}
