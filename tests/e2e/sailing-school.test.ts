import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConvexHttpClient } from "convex/browser";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { flowOf } from "../../convex/sequences/readyMade/build.ts";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { beginByKeyboard, buildByKeyboard } from "../support/journeys/by-keyboard.ts";
import { beginByMouse, buildByMouse } from "../support/journeys/by-mouse.ts";
import { readableFlow } from "../support/journeys/readable-flow.ts";
import { SAILING_STEPS } from "../support/journeys/sailing-school.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { calcomBooking, createWorkspace, CUSTOMER, postCalcom, startProduct } from "../support/product.ts";
import type { Product, TestWorkspace } from "../support/product.ts";
import { until } from "../support/until.ts";

// A journey's whole life (product.md B-06, B-15, 4.3): built from an empty canvas, rehearsed, switched on, received on a
// phone, changed with people inside, and asked why a message was left out; then built again by keyboard alone.

const START = Date.parse("2026-10-01T08:00:00Z");
/** Seven days before the booking that comes in once it is live. */
const WEEK_BEFORE = Date.parse("2026-10-13T07:00:00Z");
const HOUR_MS = 3_600_000;
const NAME = "Sailing course";
const READY_MADE = readableFlow(flowOf("sailing_school", "en", new Map()), { withTemplates: false });
/** Some forty fields, each gone to: many times what it takes on an idle machine. */
const BUILDING_TIMEOUT_MS = 180_000;

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let page: Page;
let context: BrowserContext;
let complaints: string[];
let journey: string;
let byMouse: ReturnType<typeof readableFlow>;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "sailing");
  const [admin] = workspace.members;
  client = await signInOverHttp(product.url, admin!);
  ({ orgId } = (await client.query(api.orgs.queries.me, {}))!.memberships[0]!);
  // The journey that every workspace of these tests has would write to the same phone.
  for (const { id: sequenceId } of await client.query(api.sequences.queries.list, { orgId })) {
    await client.mutation(api.sequences.running.mutations.archive, { orgId, sequenceId, people: "stop" });
  }
  ({ page, context, complaints } = await openPage(browser));
  // What moves takes longer to press.
  await page.emulateMedia({ reducedMotion: "reduce" });
  // The page's clock is the product's: what lies ahead of one lies ahead of the other.
  await page.clock.setFixedTime(START);
  await signIn(page, product, admin!);
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

const step = (name: string) => page.getByTestId("step").filter({ hasText: name });
const saved = () => page.getByText(/Draft saved/).waitFor();

async function book(bookedAt: string, day: string): Promise<void> {
  const [startTime, endTime] = [`${day}T07:00:00Z`, `${day}T14:00:00Z`];
  const body = calcomBooking("BOOKING_CREATED", bookedAt, { startTime, endTime });
  expect((await postCalcom(product, workspace, body)).status).toBe(202);
}

/** Sleeps until shortly before, lives through the rest; the page's clock goes along. */
async function moveClock(to: number): Promise<void> {
  await product.jumpTo(to - 60_000);
  await product.advanceTo(to + 5_000);
  await page.clock.setFixedTime(to + 5_000);
}

/** The draft of the journey the page is on, as readable as `readableFlow` makes it. */
async function draftOf(sequencePage: Page, options = {}) {
  const sequenceId = new URL(sequencePage.url()).pathname.split("/").at(-1) as Id<"sequences">;
  const { flow } = await client.query(api.sequences.drafts.queries.get, { orgId, sequenceId });
  return readableFlow(flow, options);
}

test(
  "is built from nothing, rehearsed over the bookings to come, and switched on",
  { timeout: BUILDING_TIMEOUT_MS },
  async () => {
    await book("2026-10-01T08:00:00Z", "2026-10-24");
    await page.goto(`${product.url}/sequences`);
    await beginByMouse(page, NAME);
    await buildByMouse(page, SAILING_STEPS);
    await saved();
    // By hand it becomes what is offered ready-made.
    await expect.poll(async () => await draftOf(page, { withTemplates: false })).toEqual(READY_MADE);
    byMouse = await draftOf(page);
    journey = page.url();
    await page.getByRole("link", { name: "Rehearse" }).click();
    await until("rehearsed messages", async () => (await page.getByText(CUSTOMER.name).count()) >= 2);
    await page.goBack();
    await page.getByRole("button", { name: "Switch on" }).click();
    const switching = page.getByRole("dialog", { name: `Switch on “${NAME}”` });
    await switching.getByRole("button", { name: "Switch on" }).click();
    await switching.waitFor({ state: "detached" });
    await page.getByText("Version 1 · Everything is live").waitFor();
  },
);

test("sends its message when its moment comes, and takes the people inside along into a new version", async () => {
  const wall = await context.newPage();
  await wall.goto(`${product.url}/phones`);
  await book("2026-10-01T08:10:00Z", "2026-10-20");
  await page.getByRole("button", { name: "1 Under way: show the people" }).waitFor();
  await moveClock(WEEK_BEFORE);
  await until("the message on the phone", async () => (await wall.getByTestId("device-message").count()) === 1);
  await wall.close();
  await page.goto(journey);
  await step("The day before: last hints").click();
  const form = page.getByRole("region", { name: "Message", exact: true });
  await form.getByLabel("Name").fill("Last hints");
  await step("Last hints").waitFor();
  await saved();
  await page.getByRole("button", { name: "Publish changes" }).click();
  const publishing = page.getByRole("dialog", { name: `Publish changes of “${NAME}”` });
  await publishing.getByText("1 person stands here").first().waitFor();
  await publishing.getByRole("button", { name: "Publish changes" }).click();
  await publishing.waitFor({ state: "detached" });
  await page.getByText("Version 2 · Everything is live").waitFor();
});

test("says why a message was left out, and replays the booking", async () => {
  await moveClock(WEEK_BEFORE + HOUR_MS);
  await page.goto(journey);
  await book("2026-10-13T07:30:00Z", "2026-10-16");
  await page.getByRole("button", { name: "2 Under way: show the people" }).waitFor();
  await step("A week before: what to pack").click();
  const form = page.getByRole("region", { name: "Message", exact: true });
  await form.getByRole("button", { name: "1 Skipped: show the people" }).click();
  const people = page.getByRole("dialog", { name: "Skipped: A week before: what to pack" });
  await people.getByText("its time had already passed when the booking came in").waitFor();
  await people.getByRole("link", { name: "Jollen-Grundkurs" }).click();
  await page.getByRole("button", { name: `Replay ${NAME} for ${CUSTOMER.name}` }).click();
  const replay = page.getByRole("dialog", { name: `Replay for ${CUSTOMER.name}` });
  await replay.getByText("Nothing would differ.").waitFor();
  await replay.getByText("not sent").first().waitFor();
  expect(complaints).toEqual([]);
});

test("is built again with the keyboard alone, and is the same journey", { timeout: BUILDING_TIMEOUT_MS }, async () => {
  // Meanwhile the token of the first has ended.
  client = await signInOverHttp(product.url, workspace.members[0]!);
  await page.goto(`${product.url}/sequences`);
  await page.getByRole("list", { name: "Sequences" }).waitFor();
  await beginByKeyboard(page, "By keyboard");
  await buildByKeyboard(page, SAILING_STEPS);
  await saved();
  await expect.poll(async () => await draftOf(page)).toEqual(byMouse);
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
