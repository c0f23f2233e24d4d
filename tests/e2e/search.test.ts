import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";

// Finding what was written, by mouse, keys and address (product.md A-38), in the seeded demo.

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

const field = () => page.getByRole("searchbox", { name: "What to look for" });
const hit = () => page.locator("[data-hit]");

test("finds while one types, and goes through what it found by arrow keys", async () => {
  await page.goto(`${product.url}/search`);
  await page.getByText("What are you looking for?").waitFor();
  await field().fill("kurs");
  await hit().nth(1).waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("kurs");

  await expect.poll(() => field().evaluate(isFocused)).toBe(true);
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => hit().first().evaluate(isFocused)).toBe(true);
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => hit().nth(1).evaluate(isFocused)).toBe(true);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => field().evaluate(isFocused)).toBe(true);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await expect.poll(() => field().evaluate(isFocused)).toBe(true);
  await page.keyboard.press("ArrowDown");
  const href = await hit().first().getAttribute("href");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${product.url}${href}`);
  await page.goBack();
  await expect.poll(() => field().inputValue()).toBe("kurs");
  await hit().first().waitFor();
});

test("finds organisations and tasks by their words, beside what was written and alone", async () => {
  const { client, orgId } = await demoMember(product);
  await client.mutation(api.contacts.accounts.mutations.ensure, { orgId, name: "Takelwerk Greif", kind: "partner" });
  await page.goto(`${product.url}/search?q=takelwerk`);
  await page.getByTestId("search-account").getByText("Greif").waitFor();
  // While one looks.
  const task = { title: "Takelwerk anrufen", description: "Wanten", taskType: "callback", priority: "normal" } as const;
  await client.mutation(api.tasks.mutations.create, { orgId, ...task });
  await page.getByTestId("search-task").getByText("anrufen").waitFor();
  await field().press("ArrowDown");
  await expect.poll(() => hit().first().evaluate(isFocused)).toBe(true);
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("tab", { name: "Tasks" }).click();
  await page.waitForURL(/in=tasks/);
  await page.getByTestId("search-task").waitFor();
  await field().fill("takelwerk gibtesnicht");
  await page.getByText("Nothing found").waitFor();
  await field().fill("status:open");
  await page.getByText("Operators are about conversations").waitFor();
  await page.getByRole("tab", { name: "Organisations" }).click();
  await field().fill("greif");
  await page.getByTestId("search-account").click();
  await page.waitForURL(/\/accounts\//);
  expect(complaints).toEqual([]);
});

test("narrows by operators and kinds, says what it did not understand, and that it found nothing", async () => {
  await page.goto(`${product.url}/search?q=kurs`);
  await hit().first().waitFor();
  await page.getByRole("tab", { name: "Messages" }).click();
  await page.waitForURL(/in=messages/);
  await hit().first().waitFor();
  await field().fill("kurs channel:sms");
  await page.waitForURL(/channel%3Asms|channel:sms/);
  await page.getByRole("tab", { name: "Best" }).click();
  await field().fill("kurs before:yesterdayish");
  await page.getByText("Not understood: before:yesterdayish").waitFor();
  await field().fill("xyzzyplugh");
  await page.getByText("Nothing found").first().waitFor();
  expect(complaints).toEqual([]);
});

test("finds what was written by words and operators, from the palette on", async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("Firmenausflug");
  await page.getByRole("menuitem", { name: "Search everything for “Firmenausflug”" }).click();
  await page.waitForURL(/\/search\?q=Firmenausflug/);
  const hit = page.getByTestId("search-hit");
  await hit.first().waitFor();
  expect(await hit.count()).toBe(1);
  expect(await hit.locator("mark").first().innerText()).toBe("Firmenausflug");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("searchbox").fill("Firmenausflug is:closed has:wings");
  await page.getByText("Not understood: has:wings").waitFor();
  await page.getByText("Nothing found").waitFor();
  await page.goBack();
  await hit.first().click();
  await page.waitForURL(/\/inbox\//);
  expect(complaints).toEqual([]);
});

const everything = expect.stringContaining("Search everything") as string;

test("Enter in the palette takes its first entry, also when what it pointed at is found no more", async () => {
  const { client, orgId } = await demoMember(product);
  const fields = { email: "quast@example.com", phone: "", locale: "de", tags: [] };
  const created = await client.mutation(api.contacts.edits.mutations.create, {
    orgId,
    name: "Quastenflosser",
    ...fields,
  });
  if (created.kind !== "created") throw new Error("Somebody has that address");
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("menuitem").first().waitFor();
  await page.keyboard.type("Quastenfl");
  const entries = page.getByRole("dialog").getByRole("menuitem");
  await expect.poll(() => entries.allTextContents()).toEqual([expect.stringContaining("Quastenflosser"), everything]);
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-activedescendant") != null);
  await client.mutation(api.contacts.edits.mutations.change, {
    orgId,
    contactId: created.contactId,
    name: "Hering",
  });
  await expect.poll(() => entries.allTextContents()).toEqual([everything]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=Quastenfl/);
  expect(complaints).toEqual([]);
});

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}
