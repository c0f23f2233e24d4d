import type { ConvexHttpClient } from "convex/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { fillInbox } from "../../scripts/bench/inbox/fill.ts";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// A conversation of hundreds of messages: opened at its end, read back to its beginning, while others write in it.

const MESSAGES = 300;
/** What is in the page of a long conversation, whatever its length. */
const MOST_IN_PAGE = 60;
/** A place that stays may move by parts of a pixel. */
const TOLERANCE_PX = 2;

let product: Product;
let browser: Browser;
let page: Page;
let complaints: string[];
let orgId: Id<"organisations">;
let colleague: ConvexHttpClient;
let members: TestWorkspace["members"];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  const workspace = await createWorkspace(product, "long");
  orgId = workspace.orgId as Id<"organisations">;
  members = workspace.members;
  await fillInbox({ backend: product, orgId }, 60, { longThreadMessages: MESSAGES, areAllOpen: true });
  colleague = await signInOverHttp(product.url, workspace.members[0]!);
  ({ page, complaints } = await openPage(browser));
  await signIn(page, product, workspace.members[1]!);
  await page.getByTestId("thread-row").first().click();
  await items().first().waitFor();
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

const items = () => page.locator("li[data-key]");
const timeline = () => page.getByRole("region", { name: "Messages" });

async function note(text: string): Promise<void> {
  const threadId = new URL(page.url()).pathname.split("/").at(-1) as Id<"threads">;
  await colleague.mutation(api.inbox.mutations.addNote, { orgId, threadId, text, clientId: crypto.randomUUID() });
}

/** The item in the middle of what is seen, and where it stands. */
async function middle(): Promise<{ key: string; top: number }> {
  return await timeline().evaluate((region) => {
    const { top, height } = region.getBoundingClientRect();
    const seen = [...region.querySelectorAll<HTMLElement>("li[data-key]")].find(
      (item) => item.getBoundingClientRect().bottom > top + height / 2,
    );
    if (seen === undefined) throw new Error("Nothing is seen");
    return { key: seen.dataset["key"] ?? "", top: seen.getBoundingClientRect().top };
  });
}

async function topOf(key: string): Promise<number> {
  return await page.locator(`li[data-key="${key}"]`).evaluate((item) => item.getBoundingClientRect().top);
}

/** Two frames: what was scrolled or came has been measured and drawn. */
async function drawn(): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

const fromEnd = () => timeline().evaluate((region) => region.scrollHeight - region.clientHeight - region.scrollTop);

test("ends at its end once the field for the answer has come, on a smaller screen too", async () => {
  const small = await openPage(browser, { width: 1024, height: 700 });
  await signIn(small.page, product, members[1]!);
  await small.page.getByTestId("thread-row").first().click();
  await small.page.getByRole("textbox", { name: "Reply text" }).waitFor();
  const region = small.page.getByRole("region", { name: "Messages" });
  const left = () => region.evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
  await expect.poll(left).toBeLessThan(TOLERANCE_PX);
  expect(small.complaints).toEqual([]);
  await small.context.close();
});

test("opens at its end, with only what is seen in the page, and follows what arrives there", async () => {
  await expect.poll(fromEnd).toBeLessThan(TOLERANCE_PX);
  expect(await items().count()).toBeLessThan(MOST_IN_PAGE);
  // The composer grows in the same frame as something scrolls.
  await timeline().evaluate((region) => {
    region.scrollTop -= 1;
    region.style.maxHeight = `${region.clientHeight - 100}px`;
  });
  await expect.poll(fromEnd).toBeLessThan(TOLERANCE_PX);
  await timeline().evaluate((region) => region.style.removeProperty("max-height"));
  await expect.poll(fromEnd).toBeLessThan(TOLERANCE_PX);
  await note("Notiz am Ende");
  await items().filter({ hasText: "Notiz am Ende" }).waitFor();
  await expect.poll(fromEnd).toBeLessThan(TOLERANCE_PX);
  await page.getByRole("status").filter({ hasText: "Notiz am Ende" }).waitFor({ state: "attached" });
});

test("is read back to its first message without a jump, and keeps the place while somebody writes", async () => {
  await timeline().hover();
  let first = await middle();
  for (let i = 0; i < 200; i++) {
    const before = await middle();
    await page.mouse.wheel(0, -250);
    await drawn();
    if ((await timeline().evaluate((region) => region.scrollTop)) <= 0) break;
    expect(Math.abs((await topOf(before.key)) - before.top - 250), `step ${i}`).toBeLessThanOrEqual(TOLERANCE_PX);
    expect(await items().count()).toBeLessThan(MOST_IN_PAGE);
    if (i === 5) {
      first = await middle();
      await note("Notiz weit unten");
      await page.getByRole("button", { name: "New message below" }).waitFor();
      await drawn();
      expect(Math.abs((await topOf(first.key)) - first.top)).toBeLessThanOrEqual(TOLERANCE_PX);
    }
  }
  await timeline().evaluate((region) => region.scrollTo({ top: 0 }));
  await page.getByRole("button", { name: "Load earlier messages" }).waitFor({ state: "detached" });
  await page.locator(`li[aria-posinset="1"][aria-setsize="${MESSAGES + 3}"]`).waitFor();
  expect(complaints).toEqual([]);
});

test("keeps what has the focus or is selected, and the browser's search finds all of it", async () => {
  const top = items().first();
  const key = await top.getAttribute("data-key");
  await top.locator("article").selectText();
  await page.getByRole("button", { name: "New message below" }).click();
  await items().filter({ hasText: "Notiz weit unten" }).waitFor();
  expect(await page.locator(`li[data-key="${key}"]`).count()).toBe(1);
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await page.keyboard.press("Control+f");
  await expect.poll(() => items().count()).toBe(MESSAGES + 3);
  await expect.poll(fromEnd).toBeLessThan(TOLERANCE_PX);
});
