import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// A member is told of what concerns them: in the title, behind the bell, and on the desktop while nobody looks.

const START = Date.parse("2026-10-01T08:00:00Z");
const MINUTE_MS = 60_000;

let product: Product;
let browser: Browser;
let client: ConvexHttpClient;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let mine: { orgId: Id<"organisations">; memberId: Id<"members"> };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START, seed: true }), launchBrowser()]);
  ({ client, ...mine } = await demoMember(product));
  // The demo's own deadlines would be told of too.
  const { orgId } = mine;
  const others = ["assigned", "new_message", "deadline", "reply_failed", "alert"] as const;
  const settings = await client.query(api.notifications.queries.settings, { orgId });
  const choices = others.map((kind) => ({ kind, channels: [] }));
  await client.mutation(api.notifications.mutations.saveMySettings, { orgId, ...settings, choices });
  await client.mutation(api.notifications.mutations.markAll, { orgId });
  ({ page, context, complaints } = await openPage(browser, { motion: true }));
  // Playwright's pages are always in the foreground: the test says when nobody looks, and what the desktop shows.
  await page.addInitScript(() => {
    const desk = { isAway: false, shown: [] as string[] };
    Object.assign(window, { desk });
    Object.defineProperty(document, "hidden", { get: () => desk.isAway });
    class Shown extends EventTarget {
      static readonly permission = "granted";
      constructor(title: string, { body }: { body: string }) {
        super();
        desk.shown.push(`${title}: ${body}`);
      }
    }
    Object.assign(window, { Notification: Shown });
    ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
      desk.shown.push(`${title}: ${options?.body}`);
      return Promise.resolve();
    };
  });
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

async function taskDueIn(minutes: number, title: string): Promise<void> {
  const now = START + minutes * MINUTE_MS;
  await client.mutation(api.tasks.mutations.create, {
    orgId: mine.orgId,
    title,
    description: "",
    taskType: "callback",
    priority: "normal",
    assigneeId: mine.memberId,
    dueAt: now,
  });
  await product.advanceTo(now + MINUTE_MS);
}

const shown = () => page.evaluate(() => (window as unknown as { desk: { shown: string[] } }).desk.shown);

test("news are counted in the title, listed behind the bell, and lead to what they are about", async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await taskDueIn(5, "Call Mrs Jansen back");
  await until("the title counts it", async () => (await page.title()).startsWith("(1) "));
  expect(await shown()).toEqual([]);
  await page.getByRole("button", { name: "Notifications: 1" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  const list = page.getByRole("dialog", { name: "Notifications" });
  await list.getByText("Call Mrs Jansen back").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await list.getByRole("button", { name: "Mark as read", exact: true }).click();
  await until("nothing is unread", async () => !(await page.title()).startsWith("("));
  // The newest stands first.
  await list.getByRole("button", { name: "Mark as unread" }).first().click();
  await until("it is unread again", async () => (await page.title()).startsWith("(1) "));
  await list.getByText("Call Mrs Jansen back").click();
  await page.waitForURL("**/tasks?status=open");
  await until("opening it read it", async () => !(await page.title()).startsWith("("));
});

test("the desktop tells while nobody looks, unless it was switched off", async () => {
  const setAway = (isAway: boolean) =>
    page.evaluate((value) => {
      Object.assign((window as unknown as { desk: object }).desk, { isAway: value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isAway);
  await setAway(true);
  await taskDueIn(10, "Order the sails");
  await until("the desktop shows it", async () => (await shown()).length === 1);
  expect(await shown()).toEqual(["Task due: Order the sails"]);
  await setAway(false);
  await page.goto(`${product.url}/settings/notifications`);
  await page.getByText("One of my tasks is due").waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  const chosen = async () => (await settings()).choices.find(({ kind }) => kind === "task_due");
  await page.getByRole("switch", { name: "One of my tasks is due: On the desktop" }).press("Space");
  const settings = () => client.query(api.notifications.queries.settings, { orgId: mine.orgId });
  await until("it is kept", async () => (await chosen()) !== undefined);
  await page.getByRole("switch", { name: "Morning mail" }).press("Space");
  await until("the mail is wanted", async () => (await settings()).hasDigest);
  expect(await chosen()).toEqual({ kind: "task_due", channels: ["app"] });
  await setAway(true);
  await taskDueIn(20, "Wash the boats");
  await until("the title counts it", async () => (await page.title()).startsWith("(2) "));
  expect(await shown()).toEqual([]);
  expect(complaints).toEqual([]);
});
