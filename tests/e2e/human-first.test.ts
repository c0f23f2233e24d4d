import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
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

// People come first (product.md O-4): while somebody of the team talks with a customer, what the journey would ask of
// them waits, the conversation says so, and a member lets it go.

/** When the journey of a course on 24 October asks how it was. */
const ASKED_AT = Date.parse("2026-10-25T09:00:00Z");
const MINUTE_MS = 60_000;
/** The thanks of this workspace's journey are a service; by default only advertising and reviews wait. */
const HUMAN_FIRST = {
  isEnabled: true,
  purposes: ["service" as const],
  quietMinutes: 30,
  holdsOnComplaints: true,
  dropsAfterHours: 72,
};

let product: Product;
let clock: SteppedClock;
let browser: Browser;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let anna: ConvexHttpClient;
let opened: { page: Page; context: BrowserContext; complaints: string[] };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: CLOCK_START }), launchBrowser()]);
  clock = new SteppedClock(product);
  workspace = await createWorkspace(product, "first");
  orgId = workspace.orgId as Id<"organisations">;
  const [member] = workspace.members;
  // Before the booking: an answer to the journey would end it.
  const said = { orgId, address: CUSTOMER.email, channel: "email", text: "Mein Sohn vermisst seine Jacke." } as const;
  anna = await signInOverHttp(product.url, member!);
  await anna.mutation(api.sandbox.mutations.reply, said);
  await anna.mutation(api.delivery.settings.mutations.update, { orgId, change: { humanFirst: HUMAN_FIRST } });
  await clock.pass(1_000);
  const course = { startTime: "2026-10-24T07:00:00Z", endTime: "2026-10-24T14:00:00Z" };
  await postCalcom(product, workspace, calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", course));
  await clock.pass(5_000);
  await clock.sleepUntil(ASKED_AT - 10 * MINUTE_MS);
  anna = await signInOverHttp(product.url, member!);
  opened = await openPage(browser);
  await clock.show(opened.context);
  await signIn(opened.page, product, member!);
});
afterAll(async () => {
  await opened.context.close();
  await browser.close();
  await product.stop();
});

async function received(): Promise<string[]> {
  return (await anna.query(api.sandbox.queries.device, { orgId, address: CUSTOMER.email }))
    .filter(({ direction }) => direction === "to_customer")
    .map(({ text }) => text);
}

test("what is planned waits while an agent writes, the conversation says so, and “Send anyway” lets it go", async () => {
  const { page, complaints } = opened;
  await page.getByTestId("thread-row").filter({ hasText: "Jacke" }).click();
  const field = page.getByRole("textbox", { name: "Reply text" });
  await field.waitFor();
  const bar = page.getByTestId("waiting-bar");
  expect(await bar.count()).toBe(0);

  await field.fill("Wir schauen nach");
  await bar.getByText("1 automatic message waits").waitFor();
  await bar.getByText(`while you talk with ${CUSTOMER.name}.`).waitFor();
  const before = await received();
  await clock.sleepUntil(ASKED_AT);
  await clock.pass(5_000);
  expect(await received()).toEqual(before);

  await bar.getByRole("button", { name: "Show" }).click();
  const dialog = page.getByRole("dialog", { name: "1 automatic message waits" });
  await dialog.getByText("Should have left").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Send anyway" }).click();
  await page.getByText("1 message goes at its time.").waitFor();
  await bar.waitFor({ state: "detached" });
  await expect.poll(clock.later(received)).toHaveLength(before.length + 1);
  expect(complaints).toEqual([]);
});
