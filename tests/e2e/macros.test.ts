import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";

// Several actions in one click, looked over before and taken back at once (product.md A-68), in the seeded demo.

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

test("a macro is written, looked over, run on one and on many by keyboard, and taken back", async () => {
  await page.goto(`${product.url}/settings/macros`);
  await page.getByText("Reklamation aufnehmen").waitFor();
  await page.getByRole("button", { name: "New macro", exact: true }).click();
  const form = page.getByRole("dialog", { name: "New macro" });
  await form.getByLabel("Name").fill("Storm");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("A macro does at least one thing.").waitFor();
  const add = async (action: string) => {
    await form.getByRole("button", { name: "Add action" }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  await add("Snooze");
  await add("Write a note");
  await form.getByRole("textbox", { name: "Write a note" }).fill("Storm: the course moves.");
  await add("Add a tag");
  await form.getByRole("textbox", { name: "Add a tag" }).fill("storm");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Note: Storm: the course moves. · Add the tag #storm · Snooze until tomorrow morning").waitFor();

  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("j");
  await page.getByTestId("snooze").waitFor();
  await page.keyboard.press("q");
  await page.getByRole("menuitem", { name: "Storm" }).waitFor();
  await page.keyboard.type("storm");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const preview = page.getByRole("dialog", { name: "Storm" });
  await preview.getByText("Add the tag #storm").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await preview.getByRole("button", { name: "Run macro" }).press("Enter");
  await page.getByText("“Storm” done on 1 conversation.").waitFor();
  const note = page.getByTestId("message").filter({ hasText: "Storm: the course moves." });
  await note.waitFor();
  await page.getByRole("button", { name: /^Snooze: / }).waitFor();
  await page.keyboard.press("z");
  await note.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Snooze: / }).waitFor({ state: "detached" });

  await page.goto(product.url);
  await page.getByTestId("thread-row").nth(1).waitFor();
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+J");
  await page.getByTestId("bulk-bar").getByText("2 chosen").waitFor();
  await page.keyboard.press("q");
  await page.getByRole("menuitem", { name: "Reklamation aufnehmen" }).click();
  const many = page.getByRole("dialog", { name: "Reklamation aufnehmen" });
  await many.getByText("2 conversations").waitFor();
  await many.getByRole("button", { name: "Run macro" }).click();
  await page.getByText("“Reklamation aufnehmen” done on 2 conversations.").waitFor();
  await page.keyboard.press("z");
  await page.getByText("Everything is put back as it was.").waitFor();
  expect(complaints).toEqual([]);
});
