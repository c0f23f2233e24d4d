import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

// An agent's browser loses the network for half a minute while both sides go on working. The wire is a proxy that is
// cut; the browser is told as well, as an operating system would; the half minute passes on the page's own clock.

const START = Date.parse("2026-10-01T08:00:00Z");
const OFFLINE_S = 30;
/** From the network's return until the screen is the server's state, by the page's clock: nothing waits longer to try again. */
const RECOVERY_MS = 2_000;
const STEP_MS = 100;
const PHONE = "+4915112345678";
const paginationOpts = { numItems: 50, cursor: null };

let product: Product;
let browser: Browser;
let proxy: TcpProxy;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let ben: ConvexHttpClient;
let threadId: Id<"threads">;
let page: Page;
let context: BrowserContext;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  proxy = await startTcpProxy(product.url);
  workspace = await createWorkspace(product, "offline");
  orgId = workspace.orgId as Id<"organisations">;
  ben = await signInOverHttp(product.url, member(1));
  await customerWrites("Darf ich meinen Hund mitbringen?");
  threadId = await until("the customer's thread", async () => (await listThreads())[0]?.id);
  ({ page, context } = await openPage(browser));
  await page.clock.install({ time: START });
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await proxy.close();
  await product.stop();
});

function member(index: number): TestWorkspace["members"][number] {
  const found = workspace.members[index];
  if (found === undefined) throw new Error("no such member");
  return found;
}

async function customerWrites(text: string): Promise<void> {
  await ben.mutation(api.sandbox.mutations.reply, { orgId, address: PHONE, channel: "sms", text });
}

const listThreads = async () =>
  (await ben.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts })).page;
const getThread = () => ben.query(api.inbox.queries.getThread, { orgId, threadId });
/** Oldest first. */
const listTexts = async () =>
  (await ben.query(api.inbox.queries.listMessages, { orgId, threadId, paginationOpts })).page
    .map(({ text }) => text)
    .toReversed();

async function writeNote(text: string): Promise<void> {
  await page.keyboard.press("n");
  await page.getByRole("textbox", { name: "Note text" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press("Control+Enter");
  await page.getByTestId("message").filter({ hasText: text }).waitFor();
  await page.keyboard.press("Escape");
}

/** Where the screen differs from what the server says; empty when it does not. */
async function differences(): Promise<string[]> {
  const [thread, texts, [row]] = await Promise.all([getThread(), listTexts(), listThreads()]);
  const shown = await page.getByTestId("message").allTextContents();
  const found = texts.flatMap((text, index) => (shown[index]?.includes(text) ? [] : [`message ${index}: ${text}`]));
  if (shown.length !== texts.length) found.push(`${shown.length} messages instead of ${texts.length}`);
  const assignee = `Assignee: ${thread.assignee?.name ?? "Nobody"}`;
  if ((await page.getByRole("button", { name: assignee, exact: true }).count()) !== 1) found.push(assignee);
  const status = `Status: ${thread.status === "open" ? "Open" : "Waiting for customer"}`;
  if ((await page.getByRole("button", { name: status, exact: true }).count()) !== 1) found.push(status);
  const listed = (await page.getByTestId("thread-row").first().textContent()) ?? "";
  if (!listed.includes(row?.lastMessagePreview ?? "?")) found.push(`listed as ${listed}`);
  return found;
}

test("after half a minute without network the screen is the server's state, with nothing lost or doubled", async () => {
  await signIn(page, { ...product, url: proxy.url }, member(0));
  await page.getByTestId("thread-row").first().click();
  await page.getByTestId("message").first().waitFor();
  await until("screen and server agree", async () => (await differences()).length === 0);
  const offlineBar = page.getByText("You are offline.");
  expect(await offlineBar.count()).toBe(0);

  // One note reaches the server, but the network breaks before the answer is back: sent again, it must not be doubled.
  proxy.holdAnswers();
  await writeNote("Unterwegs verloren: Hund ist klein");
  await until("the first note is on the server", async () => (await listTexts()).length === 2);
  proxy.goDown();
  await context.setOffline(true);
  await page.clock.runFor(2_000);
  await offlineBar.waitFor();

  // Both sides go on: what the agent does is on her screen at once, what others do is not.
  await writeNote("Offline geschrieben: Leine mitbringen");
  await page.keyboard.press("i");
  await page.getByRole("button", { name: "Assignee: Anna Admin" }).waitFor();
  await writeNote("Und noch eine: Napf steht bereit");
  await product.advanceTo(START + 10_000);
  await customerWrites("Er heißt Bruno.");
  await until("the customer's message is on the server", async () => (await listTexts()).includes("Er heißt Bruno."));
  await ben.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status: "waiting_customer" });
  for (let second = 2; second < OFFLINE_S; second++) await page.clock.runFor(1_000);
  expect(await getThread()).toMatchObject({ assignee: null, status: "waiting_customer" });
  expect(await listTexts()).toHaveLength(3);
  expect(await page.getByTestId("message").filter({ hasText: "Bruno" }).count()).toBe(0);
  expect(await offlineBar.count()).toBe(1);

  await product.advanceTo(START + OFFLINE_S * 1_000);
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + STEP_MS);
  proxy.comeBack();
  await context.setOffline(false);
  for (let passedMs = 0; passedMs < RECOVERY_MS; passedMs += STEP_MS) {
    // However slow the machine is, what is under way may arrive before more of the page's time passes.
    const isBack = offlineBar.waitFor({ state: "detached", timeout: 2 * STEP_MS });
    await isBack.catch(() => undefined);
    await page.clock.runFor(STEP_MS);
  }
  await until(
    "screen and server agree",
    async () => (await listTexts()).length === 5 && (await differences()).length === 0,
  );
  expect(await offlineBar.count()).toBe(0);

  expect(await getThread()).toMatchObject({ assignee: { name: "Anna Admin" }, status: "waiting_customer" });
  expect((await listTexts()).toSorted()).toEqual(
    [
      "Darf ich meinen Hund mitbringen?",
      "Unterwegs verloren: Hund ist klein",
      "Offline geschrieben: Leine mitbringen",
      "Und noch eine: Napf steht bereit",
      "Er heißt Bruno.",
    ].toSorted(),
  );
  const adminKey = readFileSync(join(product.dataDir, "admin-key"), "utf8").trim();
  const audit = await tableRows({ cloudUrl: product.url, adminKey }, "auditEntries");
  expect(audit.filter(({ action }) => action === "thread.assigned")).toHaveLength(1);
});
