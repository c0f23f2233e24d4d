import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";
import { CLOCK_START, SteppedClock } from "../support/stepped-clock.ts";

// A channel answers by itself while nobody works (product.md A-53): set up once, said once a day, and open hours are quiet.

/** 22:00 of a Thursday in Berlin. */
const EVENING = Date.parse("2026-10-01T20:00:00Z");
/** 10:00 of the Friday after it. */
const MORNING = Date.parse("2026-10-02T08:00:00Z");
const ANSWER = "Nobody is here right now.";

let product: Product;
let clock: SteppedClock;
let browser: Browser;
let orgId: Id<"organisations">;
let anna: ConvexHttpClient;
let member: { name: string; email: string; password: string };
let opened: { page: Page; context: BrowserContext; complaints: string[] };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: CLOCK_START }), launchBrowser()]);
  clock = new SteppedClock(product);
  const workspace = await createWorkspace(product, "hours");
  orgId = workspace.orgId as Id<"organisations">;
  member = workspace.members[0]!;
  await clock.sleepUntil(EVENING);
  anna = await signInOverHttp(product.url, member);
  opened = await openPage(browser);
  await clock.show(opened.context);
  await signIn(opened.page, product, member);
});
afterAll(async () => {
  await opened.context.close();
  await browser.close();
  await product.stop();
});

async function customerWrites(address: string, text: string): Promise<void> {
  await anna.mutation(api.sandbox.mutations.reply, { orgId, address, channel: "email", text });
  await clock.pass(1_000);
}

async function answersTo(address: string): Promise<string[]> {
  return (await anna.query(api.sandbox.queries.device, { orgId, address }))
    .filter(({ direction }) => direction === "to_customer")
    .map(({ text }) => text);
}

test("who writes in the evening is answered once, who writes in opening hours is not", async () => {
  const { page, complaints } = opened;
  await page.goto(`${product.url}/settings/channels`);
  await page
    .getByRole("button", { name: /^Out of hours, .*Silent$/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog", { name: /^Out of hours:/ });
  await dialog.getByText("Closed at the moment, opens").waitFor();
  await dialog.getByText("Answer by itself out of hours").click();
  await dialog.getByRole("tab", { name: "English" }).click();
  await dialog.getByRole("textbox", { name: "Text" }).fill(`Hello {{name}}. ${ANSWER} We are back on {{opens}}.`);
  await dialog.getByRole("tab", { name: "Deutsch" }).click();
  await dialog.getByRole("textbox", { name: "Text" }).fill("");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: /^Out of hours, .*Answers$/ }).waitFor();

  await customerWrites("eva@example.org", "Ist morgen noch Platz?");
  await expect.poll(clock.later(() => answersTo("eva@example.org"))).toHaveLength(1);
  expect((await answersTo("eva@example.org"))[0]).toContain(`${ANSWER} We are back on Friday, October 2, 09:00.`);
  await customerWrites("eva@example.org", "Und übermorgen?");
  await clock.pass(10_000);
  expect(await answersTo("eva@example.org")).toHaveLength(1);

  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Und übermorgen?" }).click();
  await page.getByTestId("message").filter({ hasText: ANSWER }).getByText("Delivered").waitFor();
  // It is no answer of the team: the conversation still waits for one.
  await page.getByTestId("thread-row").filter({ hasText: "Und übermorgen?" }).waitFor();

  await clock.sleepUntil(MORNING);
  anna = await signInOverHttp(product.url, member);
  await customerWrites("max@example.org", "Wann öffnen Sie?");
  await clock.pass(10_000);
  expect(await answersTo("max@example.org")).toEqual([]);
  expect(complaints).toEqual([]);
});
