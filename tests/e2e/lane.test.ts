import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { DEFAULT_SETTINGS } from "../../convex/delivery/settings/defaults.ts";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import {
  calcomBooking,
  createWorkspace,
  CUSTOMER,
  postCalcom,
  startProduct,
  type Product,
  type TestWorkspace,
} from "../support/product.ts";
import { CLOCK_START, SteppedClock } from "../support/stepped-clock.ts";

// One future per person (product.md O-3), in two windows: what another source adds pushes the journey's step before
// everybody's eyes, and what one member drags, holds or cancels the other one sees.

type Window = { page: Page; context: BrowserContext; complaints: string[] };

let product: Product;
let clock: SteppedClock;
let browser: Browser;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let anna: ConvexHttpClient;
let windows: [Window, Window];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: CLOCK_START }), launchBrowser()]);
  clock = new SteppedClock(product);
  workspace = await createWorkspace(product, "lane");
  orgId = workspace.orgId as Id<"organisations">;
  const [member] = workspace.members;
  anna = await signInOverHttp(product.url, member!);
  const { deliverySettings } = DEFAULT_SETTINGS;
  const purposes = ["transactional" as const, "service" as const];
  const frequencyCap = { purposes, perDay: 20, perWeek: 50, minGapMinutes: 30 };
  const rateLimits = { ...deliverySettings.rateLimits, frequencyCap };
  const change = { deliverySettings: { ...deliverySettings, rateLimits } };
  await anna.mutation(api.delivery.settings.mutations.update, { orgId, change });
  const course = { startTime: "2026-10-24T07:00:00Z", endTime: "2026-10-24T14:00:00Z" };
  await postCalcom(product, workspace, calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", course));
  await clock.pass(5_000);
  windows = [await openPage(browser), await openPage(browser)];
  for (const { page, context } of windows) {
    await clock.show(context);
    await signIn(page, product, member!);
    await page.goto(`${product.url}/contacts/${await contactId()}`);
    await page.getByTestId("lane-message").first().waitFor();
  }
});
afterAll(async () => {
  for (const { context } of windows) await context.close();
  await browser.close();
  await product.stop();
});

async function contactId(): Promise<Id<"contacts">> {
  return (await firstStep()).contact.id;
}

async function firstStep() {
  const paginationOpts = { numItems: 50, cursor: null };
  const { page } = await anna.query(api.delivery.queries.listQueue, { orgId, group: "waiting", paginationOpts });
  return page.find(({ sourceKind }) => sourceKind === "sequence")!;
}

/** Another system orders a message just before the step. */
async function addBefore(dueAt: number): Promise<void> {
  const scopes = ["messages.send" as const];
  const { key } = await anna.mutation(api.api.mutations.createKey, { orgId, name: "Shop", scopes });
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const message = {
    to: { email: CUSTOMER.email },
    channel: "email",
    purpose: "transactional",
    content: { subject: "Your invoice", text: "Attached." },
    scheduledAt: new Date(dueAt).toISOString(),
  };
  const answer = await fetch(`${product.siteUrl}/api/v1/messages`, {
    method: "POST",
    headers,
    body: JSON.stringify(message),
  });
  expect([answer.status, await answer.text()]).toEqual([202, expect.any(String)]);
}

test("what is added at 10:00 pushes the step of 10:05; a drag, a hold and a cancel are seen by everybody at once", async () => {
  const [mine, theirs] = windows.map(({ page }) => page) as [Page, Page];
  const cards = (page: Page) => page.getByTestId("lane-message");
  const step = await firstStep();
  const steps = await cards(mine).count();
  expect(
    await cards(mine)
      .first()
      .getByText(/Pushed/)
      .count(),
  ).toBe(0);

  await addBefore(step.dueAt - 5 * 60_000);
  await clock.pass(1_000);
  for (const page of [mine, theirs]) {
    await expect.poll(async () => await cards(page).count()).toBe(steps + 1);
    await cards(page).first().getByText("Your invoice").waitFor();
    await cards(page)
      .nth(1)
      .getByText(/Pushed to .*too soon after “Your invoice”/)
      .waitFor();
  }

  // Dragged to noon of its day, the invoice leaves the step alone.
  const marker = mine.getByTestId("lane-marker").and(mine.getByTitle(/Your invoice$/));
  await marker.scrollIntoViewIfNeeded();
  const place = (await marker.boundingBox())!;
  const band = (await mine.locator("[data-lane-day]").filter({ hasText: "Your invoice" }).boundingBox())!;
  await mine.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
  await mine.mouse.down();
  await mine.mouse.move(band.x + band.width * 0.6, place.y + place.height / 2, { steps: 4 });
  await mine.mouse.move(band.x + band.width * 0.75, place.y + place.height / 2, { steps: 4 });
  await mine.mouse.up();
  await mine.getByText(/^Moved to .*18:00/).waitFor();
  await theirs.getByText(/Moved by hand, planned for/).waitFor();
  await expect.poll(async () => await theirs.getByText(/Pushed to/).count()).toBe(0);

  // By keyboard: two quarters of an hour later.
  const time = mine.getByRole("button", { name: /^Your invoice, .*move$/ });
  await time.press("ArrowRight");
  await time.press("ArrowRight");
  await mine.getByText(/^Moved to .*18:30/).waitFor();
  await theirs.getByRole("button", { name: /^Your invoice, .*18:30: move$/ }).waitFor();

  const menu = async (deed: string) => {
    await mine.getByRole("button", { name: "What to do with Your invoice" }).click();
    await mine.getByRole("menuitem", { name: deed }).click();
  };
  await menu("Hold");
  await theirs.getByText(/^Held by /).waitFor();
  await menu("Let go");
  await theirs.getByText(/^Held by /).waitFor({ state: "detached" });
  await atRest(mine);
  expect(await accessibilityProblems(mine)).toEqual([]);
  await menu("Do not send");
  await mine.getByRole("dialog").getByRole("button", { name: "Do not send" }).click();
  await expect.poll(async () => await cards(theirs).count()).toBe(steps);
  expect(windows.flatMap(({ complaints }) => complaints)).toEqual([]);
});
