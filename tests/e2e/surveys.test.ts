import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { until } from "../support/until.ts";

// A customer is asked after the conversation was closed, answers on a page without script, and the team sees it in the
// conversation and in the figures.

const START = Date.parse("2026-10-01T08:00:00Z");

let product: Product;
let browser: Browser;
let page: Page;
let orgId: Id<"organisations">;
let threadId: Id<"threads">;
let client: Awaited<ReturnType<typeof signInOverHttp>>;
let now = START;
const open: BrowserContext[] = [];
const complaints: string[][] = [];

async function rowsOf(table: string) {
  const adminKey = readFileSync(join(product.dataDir, "admin-key"), "utf8").trim();
  return await tableRows({ cloudUrl: product.url, adminKey }, table);
}

async function openBrowser(): Promise<Page> {
  const opened = await openPage(browser);
  open.push(opened.context);
  complaints.push(opened.complaints);
  return opened.page;
}

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  const workspace = await createWorkspace(product, "haff");
  const [member] = workspace.members;
  if (member === undefined) throw new Error("A workspace without members.");
  orgId = workspace.orgId as Id<"organisations">;
  client = await signInOverHttp(product.url, member);
  const scopes = ["threads.write" as const];
  const { key } = await client.mutation(api.api.mutations.createKey, { orgId, name: "Test", scopes });
  const response = await fetch(`${product.siteUrl}/api/v1/threads`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify({
      contact: { email: "petra@example.org", name: "Petra Paul" },
      channel: "email",
      subject: "Segelkurs",
      message: { type: "incoming", text: "Gibt es noch Plätze?" },
    }),
  });
  threadId = ((await response.json()) as { id: Id<"threads"> }).id;
  page = await openBrowser();
  await signIn(page, product, member);
});
afterAll(async () => {
  for (const context of open) await context.close();
  await browser.close();
  await product.stop();
});

test("customers are asked after closing, answer without script, and the team sees it", async () => {
  await page.goto(`${product.url}/settings/surveys`);
  await page.getByRole("checkbox", { name: "Ask customers after closing" }).check({ force: true });
  await page.getByLabel("Minutes after closing").fill("soon");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("From 0 minutes to a week").waitFor();
  await page.getByLabel("Minutes after closing").fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("It counts for what is closed from now on").waitFor();

  await client.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Ja!", close: true, clientId: "1" });
  const link = await until("the message with the link", async () => {
    await product.advanceTo((now += 30_000));
    const texts = (await rowsOf("sandboxMessages")).map(({ text }) => (typeof text === "string" ? text : ""));
    return texts.map((text) => /https?:\/\/\S+\/s\/[\w-]+/.exec(text)?.[0]).findLast((url) => url !== undefined);
  });
  // A mail scanner comes first: it fetches the link and answers nothing.
  expect((await fetch(link)).status).toBe(200);
  const looked = await openBrowser();
  await looked.goto(link);
  for (const colorScheme of ["light", "dark"] as const) {
    await looked.emulateMedia({ colorScheme });
    expect.soft(await accessibilityProblems(looked, { onlyColours: colorScheme === "dark" })).toEqual([]);
  }
  await looked.setViewportSize({ width: 390, height: 844 });
  expect(await looked.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  const context = await browser.newContext({ javaScriptEnabled: false });
  open.push(context);
  const customer = await context.newPage();
  await customer.goto(`${link}?lang=en`);
  await customer.getByRole("button", { name: "Send" }).click();
  await customer.getByRole("alert").getByText("at least one question").waitFor();
  await customer
    .getByRole("group", { name: /recommend us/ })
    .getByRole("radio", { name: "3", exact: true })
    .check();
  await customer
    .getByRole("group", { name: /solution/ })
    .getByRole("radio", { name: "2", exact: true })
    .check();
  await customer.getByLabel("Is there anything else").fill("Schade, nur noch nachts");
  await customer.getByRole("button", { name: "Send" }).click();
  await customer.getByText("your answer has arrived").waitFor();

  await page.goto(`${product.url}/inbox/${threadId}`);
  await page.getByText(/3\/10/).waitFor();
  await page
    .getByText(/nur noch nachts/)
    .first()
    .waitFor();
  await page.goto(`${product.url}/monitoring`);
  const table = page.getByRole("group", { name: "Satisfaction" });
  await table.getByRole("row", { name: /All -100 0\s?%.*1 of 1/ }).waitFor();
  expect(complaints.flat()).toEqual([]);
});
