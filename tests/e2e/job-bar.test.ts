import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// A technician on the way (product.md A-41), by thumb on a phone: says how far the job is and shows a photo of it.

const START = Date.parse("2026-10-01T08:00:00Z");
/** The smallest picture there is: one transparent point. */
const PHOTO = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START, seed: true }), launchBrowser()]);
  ({ page, context, complaints } = await openPage(browser, { width: 390, height: 844 }));
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

test("one tap says how far a job is, and a photo goes into a note", async () => {
  const { client, orgId, memberId } = await demoMember(product);
  const { listThreads, getThread } = api.inbox.queries;
  const paginationOpts = { cursor: null, numItems: 20 };
  const { page: rows } = await client.query(listThreads, { orgId, view: "all", paginationOpts });
  const row = rows.find(({ channel, status }) => channel !== "email" && status === "open") ?? rows[0];
  if (row === undefined) throw new Error("No conversation.");
  const threadId = row.id;
  await client.mutation(api.inbox.mutations.assign, { orgId, threadId, assigneeId: memberId });
  await page.goto(`${product.url}/inbox/${threadId}?view=all`);
  const bar = page.getByRole("group", { name: "How far the job is" });
  const step = bar.getByRole("button", { name: "On my way" });
  await step.waitFor();
  const boxes = await Promise.all((await bar.locator("button, a").all()).map((key) => key.boundingBox()));
  for (const box of boxes) expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  await step.click();
  // Unlike a mouse, a thumb does not rest on the notice that appears there, which would hold it.
  await page.mouse.move(0, 0);
  const status = async () => (await client.query(getThread, { orgId, threadId })).status;
  await until("it is on its way", async () => (await status()) === "in_progress");
  await page.getByRole("tab", { name: "Note", selected: true }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByLabel("Take a photo").and(page.locator("input")).setInputFiles({
    name: "meter.gif",
    mimeType: "image/gif",
    buffer: PHOTO,
  });
  const add = page.getByRole("button", { name: "Add note" });
  await until("the photo is uploaded", async () => await add.isEnabled());
  await add.click();
  await page.getByRole("list", { name: "Attachments" }).getByRole("button", { name: "Open meter.gif" }).waitFor();
  await bar.getByRole("button", { name: "Job" }).click();
  await page.getByRole("dialog").getByText("Tasks").first().waitFor();
  await page.keyboard.press("Escape");
  await bar.getByRole("button", { name: "Done" }).click();
  await until("it is done", async () => (await status()) === "resolved");
  await page.getByRole("button", { name: "Undo" }).first().click();
  await until("and taken back", async () => (await status()) === "in_progress");
  expect(complaints).toEqual([]);
});
