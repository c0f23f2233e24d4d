import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";

// A manager looks at how the team works, narrows it, follows a figure to its conversations and takes the table along
// (product.md ), in the seeded demo.

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

const table = (name: string) => page.getByRole("table").filter({ has: page.getByRole("columnheader", { name }) });

test("shows the figures beside their targets, narrows them, leads to the conversations and exports the table", async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.getByRole("heading", { name: "Reports", level: 1 }).waitFor();
  expect(new URL(page.url()).search).toBe("?period=month");
  // Met or missed is said in words too.
  const kept = page.getByRole("link", { name: /Deadlines kept.*Target over 95%/ });
  await kept.getByText(/Target over 95% · (met|missed)/).waitFor();
  await page.getByRole("listitem").filter({ hasText: "NPS" }).waitFor();
  expect(await table("Chosen by customers").getByRole("row").count()).toBe(4);
  await page.getByRole("figure").filter({ hasText: "Messages by channel" }).locator("svg").first().waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export" }).click(),
  ]);
  const csv = readFileSync(await download.path(), "utf8");
  expect(csv).toContain("solved at first contact (%)");
  expect(csv).toContain("member,Malte Brandt");

  await page.getByRole("button", { name: /Channel/ }).click();
  await page.getByRole("option", { name: "WhatsApp" }).click();
  await table("Chosen by customers").getByRole("row").nth(2).waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.get("channel")).toBe("whatsapp");

  const malte = table("First answer").getByRole("link", { name: "Malte Brandt" });
  await malte.click();
  await page.waitForURL(/\/inbox/);
  const search = new URL(page.url()).searchParams;
  expect([search.get("channel"), search.get("assigneeId") !== null]).toEqual(["whatsapp", true]);
  await page.goBack();
  await page.getByRole("heading", { name: "Reports", level: 1 }).waitFor();
  expect(complaints).toEqual([]);
});
