import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
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
import { until } from "../support/until.ts";

// A journey rehearsed against the real bookings (product.md O-1), by somebody who looks at it while a booking comes and
// moves.

const DAY_MS = 24 * 60 * 60_000;

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "rehearsal");
  ({ page, context, complaints } = await openPage(browser));
  await signIn(page, product, workspace.members[0]!);
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

/** Somebody books, or moves what they booked, to a day at nine in the morning of Berlin's winter. */
async function book(change: string, uid: string, inDays: number, more: Record<string, string> = {}): Promise<void> {
  const at = Math.floor(Date.now() / DAY_MS) * DAY_MS + inDays * DAY_MS + 8 * 60 * 60_000;
  const times = { startTime: new Date(at).toISOString(), endTime: new Date(at + 4 * 60 * 60_000).toISOString() };
  const body = calcomBooking(change, new Date().toISOString(), { uid, ...times, ...more });
  expect((await postCalcom(product, workspace, body)).status).toBe(202);
}

const rows = () => page.getByRole("list", { name: "Messages" }).getByRole("button");

const sequenceIdOf = (url: string) => /sequences\/([^/]+)/.exec(url)![1] as Id<"sequences">;

/** A draft beside the live version: its last message is gone. */
async function withoutLastStep(sequenceId: Id<"sequences">): Promise<void> {
  const member = await signInOverHttp(product.url, workspace.members[0]!);
  const of = { orgId: workspace.orgId as Id<"organisations">, sequenceId };
  const { flow } = await member.query(api.sequences.drafts.queries.get, of);
  const last = flow.nodes.findLast(({ kind }) => kind === "message")!;
  const edits = [{ kind: "remove" as const, stepIds: [last.stepId] }];
  await member.mutation(api.sequences.drafts.mutations.edit, { ...of, edits });
}

async function choose(within: Page | Locator, version: string): Promise<void> {
  await within.getByRole("button", { name: /Version$/ }).click();
  await page.getByRole("option", { name: version }).click();
}

test("what would go is on a calendar and a list, says why, and follows the bookings", async () => {
  await page.goto(`${product.url}/sequences`);
  await page.getByRole("link", { name: /./ }).and(page.locator("main a[href^='/sequences/']")).first().click();
  await page.getByRole("link", { name: "Rehearse" }).click();
  await page.getByText("No upcoming bookings").waitFor();

  await book("BOOKING_CREATED", "first", 20);
  await until("five messages", async () => (await rows().count()) === 5);
  await page.getByText("1 upcoming booking").waitFor();
  await page.getByRole("region", { name: "Calendar of messages" }).waitFor();

  // Every message says why it goes as it does, and what it says to this person; all of it without a mouse.
  await rows().first().focus();
  await page.keyboard.press("Enter");
  const why = page.getByRole("dialog");
  await why.getByText(new RegExp(`${CUSTOMER.name} is in the journey already`)).waitFor();
  await why.getByText("What it says").waitFor();
  await page.locator("[role=dialog]:focus, [role=dialog] :focus").waitFor();
  await page.keyboard.press("Escape");
  await why.waitFor({ state: "detached" });

  // A day of the calendar is a filter of the list.
  const days = page.getByRole("region", { name: "Calendar of messages" }).locator("button[aria-pressed]:enabled");
  await days.first().click();
  await until("the messages of one day", async () => (await rows().count()) < 5);
  await page.getByRole("button", { name: "Show all days" }).click();

  // Another version than the draft: as it is live, with the step that the draft has lost.
  await withoutLastStep(sequenceIdOf(page.url()));
  await until("the draft without a step", async () => (await rows().count()) === 4);
  await choose(page, "Version 1 · live");
  await until("the live version", async () => (await rows().count()) === 5);
  await rows().last().click();
  await why.getByText("What it says").waitFor();
  await page.keyboard.press("Escape");
  await why.waitFor({ state: "detached" });
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await choose(page, "Draft");
  await until("the draft again", async () => (await rows().count()) === 4);

  // The booking moves: the first three would be too late.
  await book("BOOKING_RESCHEDULED", "second", 1, { rescheduleUid: "first" });
  await until("messages that fall away", async () => (await page.getByText("Skipped", { exact: true }).count()) > 1);
  expect(complaints).toEqual([]);
});

test("a booking is replayed through the draft and through the version that is chosen", async () => {
  await page.getByRole("list", { name: "Messages" }).getByRole("button").first().click();
  await page.getByRole("dialog").getByRole("link", { name: "Open the booking" }).click();
  await page.getByRole("button", { name: /^Replay / }).click();
  const replay = page.getByRole("dialog", { name: `Replay for ${CUSTOMER.name}` });
  await replay.getByText("falls away").first().waitFor();
  await choose(replay, "Version 1 · live");
  await replay.getByText("Nothing would differ.").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await choose(replay, "Draft");
  await replay.getByText("falls away").first().waitFor();
  expect(complaints).toEqual([]);
});
