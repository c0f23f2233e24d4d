import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { hasKeyboard, tabTo } from "../support/keys.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { calcomBooking, createWorkspace, postCalcom, startProduct } from "../support/product.ts";
import type { Product, TestWorkspace } from "../support/product.ts";
import { until } from "../support/until.ts";

// The people in journeys (product.md 4.3): seen behind a figure, held and taken out one by one, and what becomes of them
// when a journey is archived, one way and the other. Before that, a journey begun from a ready-made one.

const START = Date.parse("2026-10-01T08:00:00Z");
const COURSE = { startTime: "2026-10-20T07:00:00Z", endTime: "2026-10-20T14:00:00Z" };
/** When the first message of the workspace's journey leaves. */
const WEEK_BEFORE = Date.parse("2026-10-13T07:00:00Z");
/** When the second one does. */
const THREE_DAYS_BEFORE = Date.parse("2026-10-17T07:00:00Z");
const PEOPLE = ["Anna Weber", "Bo Larsen", "Cleo Maas"] as const;
const [ANNA, BO, CLEO] = PEOPLE;
const COPY = "Second journey";

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;
let journey: { id: Id<"sequences">; name: string };
let copyId: Id<"sequences">;
let page: Page;
let context: BrowserContext;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "people");
  await signInAnew();
  const [first] = await client.query(api.sequences.queries.list, { orgId });
  if (first === undefined) throw new Error("The workspace has no journey.");
  journey = first;
  const names = { name: COPY, description: "" };
  copyId = await client.mutation(api.sequences.drafts.mutations.create, { orgId, ...names, copyOf: journey.id });
  const { revision } = await client.query(api.sequences.drafts.queries.get, { orgId, sequenceId: copyId });
  const publication = { orgId, sequenceId: copyId, revision, choices: [] };
  await client.mutation(api.sequences.drafts.mutations.publish, publication);
  for (const name of PEOPLE) await book(name);
  ({ page, context, complaints } = await openPage(browser));
  // The page's clock is the product's, and what moves takes longer to press.
  await page.clock.setFixedTime(START);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, product, workspace.members[0]!);
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

/** A token ends after an hour of the product's clock. */
async function signInAnew(): Promise<void> {
  client = await signInOverHttp(product.url, workspace.members[0]!);
  ({ orgId } = (await client.query(api.orgs.queries.me, {}))!.memberships[0]!);
}

async function book(name: string): Promise<void> {
  const email = `${name.split(" ")[0]!.toLowerCase()}@example.org`;
  const person = { name, email, timeZone: "Europe/Berlin", language: { locale: "de" }, utcOffset: 120 };
  const responses = { name: { value: name }, email: { value: email } };
  const body = calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", { ...COURSE, attendees: [person], responses });
  expect((await postCalcom(product, workspace, body)).status).toBe(202);
}

/** How many people a journey has in a state, and what its messages came to. */
async function figuresOf(sequenceId: Id<"sequences">) {
  const { total } = await client.query(api.sequences.figures.queries.get, { orgId, sequenceId });
  const { entered, active, passed, planned, sent } = total;
  return { entered, active, passed, planned, sent };
}

const rowOf = (dialog: Locator, name: string) => dialog.getByRole("listitem").filter({ hasText: name });

/** Opens the menu of somebody's row and a dialog from it; with keys alone once the row is reached. */
async function ask(row: Locator, name: string, item: string, title: string): Promise<Locator> {
  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: title });
  await dialog.waitFor();
  return dialog;
}

async function isAccessible(): Promise<void> {
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
}

test("begins a journey from a ready-made one, by keyboard, in the language chosen", async () => {
  await page.goto(`${product.url}/sequences`);
  await page.getByRole("list", { name: "Sequences" }).waitFor();
  await tabTo(page, "New sequence");
  await page.keyboard.press("Enter");
  const gallery = page.getByRole("dialog", { name: "New sequence" });
  await gallery.getByRole("list", { name: "Journeys to start from" }).waitFor();
  await isAccessible();
  await tabTo(page, "Language of the texts");
  await page.keyboard.press("Enter");
  await page.locator("[role=listbox] :focus").waitFor();
  await page.keyboard.type("English");
  await hasKeyboard(page, "English");
  await page.keyboard.press("Enter");
  const NAME = "Sailing school: before, during and after the course";
  await gallery.getByRole("button", { name: NAME }).waitFor();
  await tabTo(page, NAME);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: NAME }).waitFor();
  await gallery.waitFor({ state: "detached" });
  await expect.poll(() => page.getByTestId("step").count()).toBe(11);
  await page.getByRole("button", { name: "Switch on" }).waitFor();
  await isAccessible();
});

test("shows the people behind a figure, holds one and takes another out", async () => {
  await page.goto(`${product.url}/sequences/${journey.id}`);
  await page.getByRole("button", { name: "3 Under way: show the people" }).waitFor();
  await tabTo(page, "3 Under way: show the people");
  await page.keyboard.press("Enter");
  const people = page.getByRole("dialog", { name: `Under way: ${journey.name}` });
  await expect.poll(() => people.getByRole("listitem").count()).toBe(3);
  const anna = rowOf(people, ANNA);
  await anna.getByRole("link", { name: "Jollen-Grundkurs" }).waitFor();
  await anna.locator("time").waitFor();
  await isAccessible();

  const pausing = await ask(anna, ANNA, "Pause for this person", `Pause the sequence for ${ANNA}?`);
  await page.keyboard.press("Enter");
  await pausing.getByText(/Say why/).waitFor();
  await isAccessible();
  await page.keyboard.type("Is in hospital");
  await page.keyboard.press("Enter");
  await pausing.waitFor({ state: "detached" });
  await anna.getByText("Paused", { exact: true }).waitFor();

  const taking = await ask(rowOf(people, BO), BO, "Take out of the sequence", `Take ${BO} out of the sequence?`);
  await isAccessible();
  await taking.getByRole("button", { name: "Take out of the sequence" }).click();
  await taking.waitFor({ state: "detached" });
  await expect.poll(() => people.getByRole("listitem").count()).toBe(2);
  await page.keyboard.press("Escape");
  await people.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "1 Passed: show the people" }).click();
  const passed = page.getByRole("dialog", { name: `Passed: ${journey.name}` });
  await rowOf(passed, BO).getByText("somebody took them out").waitFor();
  // Over for him: nothing is left to be done.
  expect(await rowOf(passed, BO).getByRole("button").count()).toBe(0);
  expect(await figuresOf(journey.id)).toMatchObject({ active: 2, passed: 1, planned: 10 });
});

test("lets a journey go on from the booking, without what fell due meanwhile", async () => {
  await product.jumpTo(WEEK_BEFORE - 60_000);
  await product.advanceTo(WEEK_BEFORE + 60_000);
  await page.clock.setFixedTime(WEEK_BEFORE + 60_000);
  await signInAnew();
  await expect.poll(async () => (await figuresOf(journey.id)).sent).toBe(1);
  await page.goto(`${product.url}/sequences/${journey.id}`);
  await page.getByRole("button", { name: "2 Under way: show the people" }).click();
  const people = page.getByRole("dialog", { name: `Under way: ${journey.name}` });
  await rowOf(people, ANNA).getByRole("link", { name: "Jollen-Grundkurs" }).click();
  const journeys = page.getByRole("list", { name: "Sequences of this booking" });
  const row = rowOf(journeys, journey.name);
  await row.getByText("Paused", { exact: true }).waitFor();
  const resuming = await ask(row, ANNA, "Resume for this person", `Resume the sequence for ${ANNA}?`);
  await isAccessible();
  await tabTo(page, "Send it late");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => resuming.getByRole("radio", { name: /Leave it out/ }).isChecked()).toBe(true);
  await page.keyboard.press("Enter");
  await resuming.waitFor({ state: "detached" });
  await row.getByText("Under way", { exact: true }).waitFor();
  await page.getByText("the sequence was paused").first().waitFor();
  await isAccessible();
  // The one that fell due is never sent, the rest is ahead again.
  expect(await figuresOf(journey.id)).toMatchObject({ active: 2, sent: 1, planned: 8 });
});

async function archive(sequenceId: Id<"sequences">, name: string, choice: string | null): Promise<void> {
  await page.goto(`${product.url}/sequences/${sequenceId}`);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Archive", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `Archive “${name}”?` });
  await isAccessible();
  if (choice !== null) {
    await tabTo(page, "They come to its end");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => dialog.getByRole("radio", { name: new RegExp(choice) }).isChecked()).toBe(true);
  }
  await dialog.getByRole("button", { name: "Archive", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText(/Archived: nobody enters any more/).waitFor();
}

test("archives a journey with its people coming to its end, and another with them taken out", async () => {
  await archive(journey.id, journey.name, null);
  await page.getByRole("button", { name: "2 Under way: show the people" }).waitFor();
  await archive(copyId, COPY, "They are taken out");
  await page.getByRole("button", { name: "3 Passed: show the people" }).click();
  const passed = page.getByRole("dialog", { name: `Passed: ${COPY}` });
  await rowOf(passed, CLEO).getByText("somebody took them out").waitFor();
  await isAccessible();
  expect(await figuresOf(copyId)).toMatchObject({ active: 0, passed: 3, planned: 0 });
  // Who books now enters neither of them.
  await book("Dora Berg");
  const paginationOpts = { numItems: 10, cursor: null };
  const bookings = { orgId, view: "upcoming" as const, paginationOpts };
  await until(
    "the fourth booking",
    async () => (await client.query(api.bookings.queries.list, bookings)).page.length === 4,
  );
  await product.jumpTo(THREE_DAYS_BEFORE - 60_000);
  await product.advanceTo(THREE_DAYS_BEFORE + 60_000);
  await page.clock.setFixedTime(THREE_DAYS_BEFORE + 60_000);
  await signInAnew();
  await expect.poll(async () => await figuresOf(journey.id)).toMatchObject({ entered: 3, active: 2, sent: 3 });
  expect(await figuresOf(copyId)).toMatchObject({ entered: 3, active: 0, sent: 3 });

  await page.goto(`${product.url}/sequences`);
  await page.getByRole("button", { name: /State/ }).click();
  await page.getByRole("option", { name: "Archived" }).click();
  await expect.poll(() => page.getByRole("list", { name: "Sequences" }).getByRole("listitem").count()).toBe(2);
  await isAccessible();
  expect(complaints).toEqual([]);
});
