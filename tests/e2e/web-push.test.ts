import type { Browser, BrowserContext, Page, Worker } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { startStub, type Stub } from "../adapters/stub-server.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";
import { pushBrowser } from "../support/push-browser.ts";
import { until } from "../support/until.ts";

// A phone is pushed to while nobody looks. The browser's own push service is a stub on this machine, what arrives there is
// read as a browser reads it and handed to the real service worker.

const START = Date.parse("2026-10-01T08:00:00Z");
const MINUTE_MS = 60_000;

let product: Product;
let browser: Browser;
let stub: Stub;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [product, browser, stub] = await Promise.all([
    startProduct({ startMs: START, seed: true }),
    launchBrowser(),
    startStub(),
  ]);
  await product.client.setEnvironment({ WEBHOOKS_ALLOW_LOOPBACK: "true" });
  stub.answer({ status: 201 });
  ({ page, context } = await openPage(browser, { width: 390, height: 844 }));
  await context.grantPermissions(["notifications"], { origin: product.url });
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
  await stub.stop();
});

const shownBy = (worker: Worker) =>
  worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration };
    return (await registration.getNotifications()).map(({ title, body, data }) => ({
      title,
      body,
      data: data as unknown,
    }));
  });

test("a device is subscribed, pushed to while nobody looks, and leads to what happened", async () => {
  const { read, ...subscription } = pushBrowser(`${stub.url}/push/phone`);
  await page.addInitScript(({ endpoint, p256dh, auth }) => {
    // Headless Chromium has no push service.
    const own = {
      endpoint,
      options: {},
      toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
      unsubscribe: () => true,
    };
    const kept = () => (localStorage.getItem("subscribed") === null ? null : own);
    PushManager.prototype.getSubscription = () => Promise.resolve(kept() as unknown as PushSubscription | null);
    PushManager.prototype.subscribe = () => {
      localStorage.setItem("subscribed", "yes");
      return Promise.resolve(own as unknown as PushSubscription);
    };
  }, subscription);
  await page.goto(`${product.url}/settings/notifications`);
  await page.getByRole("button", { name: "Push to this device" }).click();
  await page.getByRole("list", { name: "My devices" }).getByText("(this device)").waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("switch", { name: "One of my tasks is due: On my devices" }).press("Space");
  const { client, orgId, memberId } = await demoMember(product);
  const chosen = async () => (await client.query(api.notifications.queries.settings, { orgId })).choices;
  await until("it is kept", async () => (await chosen()).some(({ kind }) => kind === "task_due"));
  stub.answer({ status: 201 });
  const dueAt = START + 5 * MINUTE_MS;
  const task = { title: "Call Mrs Jansen back", description: "", taskType: "callback", priority: "normal" } as const;
  await client.mutation(api.tasks.mutations.create, { orgId, ...task, assigneeId: memberId, dueAt });
  let now = dueAt + 2 * MINUTE_MS;
  await product.advanceTo(now);
  const pushed = () => stub.requests.map(({ body }) => read(body)).find(({ title }) => title === "Task due");
  await until("the push service has it", async () => {
    await product.advanceTo((now += 1_000));
    return pushed() !== undefined;
  });
  expect(pushed()).toMatchObject({ body: "Call Mrs Jansen back", path: "/tasks?status=open", orgId });
  // Nobody looks: the tab is behind another one.
  const other = await context.newPage();
  await other.bringToFront();
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  await worker.evaluate(async (data) => {
    const { WindowClient } = globalThis as unknown as { WindowClient: { prototype: object } };
    Object.defineProperty(WindowClient.prototype, "focused", { get: () => false });
    const waited: Promise<unknown>[] = [];
    const waitUntil = (done: Promise<unknown>) => void waited.push(done);
    globalThis.dispatchEvent(Object.assign(new Event("push"), { data: { json: () => data }, waitUntil }));
    // Waited for as the browser waits. Chromium forgets a notification whose list is asked for before it is on the screen.
    await Promise.all(waited);
  }, pushed());
  expect((await shownBy(worker)).map(({ title }) => title)).toContain("Task due");
  await worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration };
    const [notification] = (await registration.getNotifications()).filter(({ title }) => title === "Task due");
    // Only a person's press may focus a tab; which one is asked to open what is seen all the same.
    const event = Object.assign(new Event("notificationclick"), { notification, waitUntil: () => undefined });
    globalThis.dispatchEvent(event);
  });
  await page.waitForURL("**/tasks?status=open");
  expect((await shownBy(worker)).some(({ title }) => title === "Task due")).toBe(false);
  await page.goto(`${product.url}/settings/notifications`);
  await page.getByRole("button", { name: /^Remove / }).click();
  await page.getByRole("button", { name: "Push to this device" }).waitFor();
});
