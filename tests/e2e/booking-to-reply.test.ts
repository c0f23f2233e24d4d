import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import {
  calcomBooking,
  createWorkspace,
  CUSTOMER,
  postCalcom,
  startProduct,
  type Product,
  type TestWorkspace,
} from "../support/product.ts";
import { until } from "../support/until.ts";

// One booking's whole life in front of two agents and the customer's phone. The course is on the Saturday before the
// clocks go back, so that the last message falls into winter time.
const START = Date.parse("2026-10-01T08:00:00Z");
const PLANNED = [
  "2026-10-17T07:00:00Z",
  "2026-10-21T07:00:00Z",
  "2026-10-23T07:00:00Z",
  "2026-10-24T10:00:00Z",
  "2026-10-25T09:00:00Z",
].map((instant) => Date.parse(instant));

let product: Product;
let workspace: TestWorkspace;
let browser: Browser;
const open: BrowserContext[] = [];

async function openAgent(index: number): Promise<{ page: Page; complaints: string[] }> {
  const member = workspace.members[index];
  if (member === undefined) throw new Error("no such member");
  const { page, context, complaints } = await openPage(browser, { motion: true });
  open.push(context);
  await signIn(page, product, member);
  return { page, complaints };
}

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "haff");
});
afterAll(async () => {
  for (const context of open) await context.close();
  await browser.close();
  await product.stop();
});

test("a booking becomes messages, the customer answers, both agents see it live, the answer is delivered", async () => {
  const anna = await openAgent(0);
  const ben = await openAgent(1);
  const wall = await anna.page.context().newPage();
  await wall.goto(`${product.url}/phones`);
  await anna.page.goto(`${product.url}/queue`);
  await ben.page.goto(`${product.url}/inbox`);

  // cal.com's signed delivery arrives over HTTP; without the clock moving, the queue on screen shows five messages.
  const body = calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", {
    startTime: "2026-10-24T07:00:00Z",
    endTime: "2026-10-24T14:00:00Z",
  });
  expect((await postCalcom(product, workspace, body)).status).toBe(202);
  await until("five planned messages on screen", async () => (await anna.page.getByTestId("queue-row").count()) === 5);
  const shown = await anna.page
    .getByTestId("queue-row")
    .evaluateAll((rows) => rows.map((row) => Date.parse(row.querySelector("time")?.dateTime ?? "")));
  expect(shown.toSorted((a, b) => a - b)).toEqual(PLANNED);

  // Each is on the customer's device when its instant comes, and not before.
  await wall.getByTestId("device").first().waitFor({ state: "hidden" });
  for (const [index, dueAt] of PLANNED.entries()) {
    await product.jumpTo(dueAt - 60_000);
    expect(await wall.getByTestId("device-message").count()).toBe(index);
    await product.advanceTo(dueAt + 5_000);
    await until(`message ${index + 1} on the device`, async () => {
      return (await wall.getByTestId("device-message").count()) === index + 1;
    });
    // The newest mail opens by itself; the list shows them all as they come.
    if (index === 0) await wall.getByTestId("device").getByRole("button", { name: "Mail" }).click();
  }

  // The customer answers on the device; both agents see the thread without reloading.
  await wall.getByTestId("device-message").first().click();
  await wall.getByRole("textbox", { name: /answer/i }).fill("Vielen Dank, es war wunderbar!");
  await wall.getByRole("button", { name: "Send as customer" }).click();
  await wall.getByTestId("device").getByRole("button", { name: "Mail" }).click();
  await anna.page.goto(`${product.url}/inbox`);
  await product.advanceTo(Date.parse("2026-10-25T09:05:00Z"));
  for (const { page } of [anna, ben]) {
    const row = page.getByTestId("thread-row").filter({ hasText: CUSTOMER.name });
    await row.filter({ hasText: "wunderbar" }).waitFor();
  }

  // Both open it and see each other; one answers, the device shows it, both read "Delivered".
  for (const { page } of [anna, ben]) await page.getByTestId("thread-row").first().click();
  await ben.page.getByText("Also looking: Anna Admin").waitFor({ state: "attached" });
  await anna.page.getByText("Also looking: Ben Agent").waitFor({ state: "attached" });
  const editor = anna.page.getByRole("textbox", { name: /reply/i });
  await editor.click();
  await editor.pressSequentially("Das freut uns sehr. Bis zum nächsten Mal!");
  await anna.page.keyboard.press("Control+Enter");
  await ben.page.getByTestId("message").filter({ hasText: "Bis zum nächsten Mal" }).waitFor();
  await product.advanceTo(Date.parse("2026-10-25T09:06:00Z"));
  await wall.getByTestId("device-message").filter({ hasText: "Bis zum nächsten Mal" }).waitFor();
  for (const { page } of [anna, ben]) {
    await page.getByTestId("message").filter({ hasText: "Bis zum nächsten Mal" }).getByText("Delivered").waitFor();
  }
  expect([...anna.complaints, ...ben.complaints]).toEqual([]);
});
