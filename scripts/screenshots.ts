// Retakes the pictures of docs/delivery.md and some of bookings, journeys and templates:
// node --import tsx scripts/screenshots.ts [--only name …]. Starts the product with the demo on a clock of its own, rehearses
// an outage and photographs what the pages describe. Needs an installed Chrome.
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ConvexHttpClient } from "convex/browser";
import type { Page } from "playwright-core";
import { api } from "../convex/_generated/api.js";
import type { Id } from "../convex/_generated/dataModel.js";
import { launchBrowser, openPage } from "../tests/support/browser.ts";
import { signInOverHttp } from "../tests/support/member-client.ts";
import { startProduct } from "../tests/support/product.ts";
import { until } from "../tests/support/until.ts";
import { PROJECT_DIR } from "./lib/project.ts";

const START = Date.parse("2026-10-01T08:00:00Z");
const IMAGES = join(PROJECT_DIR, "docs/images");
const DRILL_MINUTES = 3;
const SECOND_MS = 1_000;
/** A part of a drill at a time, so that the browser sees each. */
const STEP_MS = 10 * SECOND_MS;
/** A whole drill with its recovery takes this many. */
const MOST_STEPS = 60;

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const isWanted = (name: string) => values.only === undefined || values.only.includes(name);
/** Taken before the outage. */
const JOURNEY_PICTURES = ["lane", "bookings-calendar", "rehearsal", "template-designer"];

const product = await startProduct({ startMs: START, seed: true });
const browser = await launchBrowser();
try {
  await photograph();
} finally {
  await browser.close();
  await product.stop();
}

async function photograph(): Promise<void> {
  if (product.demoSignIn === null) throw new Error("The demo was not seeded.");
  const client = await signInOverHttp(product.url, product.demoSignIn);
  const orgId = (await client.query(api.orgs.queries.me, {}))?.memberships[0]?.orgId;
  if (orgId === undefined) throw new Error("The demo account belongs nowhere.");
  const { page } = await openPage(browser);
  await page.clock.setFixedTime(START);
  await page.goto(product.url);
  const email = page.getByLabel("E-mail");
  await email
    .or(page.getByRole("link", { name: "Queue" }))
    .first()
    .waitFor();
  if (await email.isVisible()) {
    await email.fill(product.demoSignIn.email);
    await page.getByLabel("Password").fill(product.demoSignIn.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
  await page.getByRole("link", { name: "Queue" }).first().waitFor();
  await product.advanceTo(START + STEP_MS);
  await photographJourneys(page, { client, orgId });
  if (values.only?.every((name) => JOURNEY_PICTURES.includes(name)) === true) return;
  const paginationOpts = { numItems: 50, cursor: null };
  const inGroup = async (group: "sent" | "waiting" | "stopped" | "failed") =>
    (await client.query(api.delivery.queries.listQueue, { orgId, group, paginationOpts })).page;
  const examples = {
    "why-sent": (await inGroup("sent")).find(({ state }) => state.kind === "delivered"),
    "why-shifted": (await inGroup("waiting")).find(({ sourceLabel }) => sourceLabel === "Rechnungen"),
    "why-skipped": (await inGroup("stopped")).find(({ state }) => state.kind === "skipped"),
    "why-dead": (await inGroup("failed")).find(({ state }) => state.kind === "dead"),
  };
  for (const [name, message] of Object.entries(examples)) {
    if (message === undefined) throw new Error(`The demo has no message for ${name}.`);
    await page.goto(`${product.url}/queue?group=all&message=${message.id}`);
    await page.getByRole("complementary", { name: "Message" }).locator("ol li").first().waitFor();
    await take(page, name);
  }
  await page.goto(`${product.url}/queue?group=dead`);
  await page.getByTestId("dead-letter").first().waitFor();
  await take(page, "dead-letters");
  await page.goto(`${product.url}/tasks`);
  await page.getByTestId("task").first().waitFor();
  await take(page, "tasks");
  const simulated = await client.query(api.sandbox.queries.settings, { orgId });
  const connectionIds = simulated.filter(({ channel }) => channel === "email").map(({ connectionId }) => connectionId);
  const drill = { behaviour: "dead" as const, minutes: DRILL_MINUTES, practiceMessages: 30 };
  await client.mutation(api.sandbox.drills.mutations.start, { orgId, connectionIds, ...drill });
  await rehearse(page);
}

type Demo = { client: ConvexHttpClient; orgId: Id<"organisations"> };

async function photographJourneys(page: Page, { client, orgId }: Demo): Promise<void> {
  const paginationOpts = { numItems: 50, cursor: null };
  const bookings = await client.query(api.bookings.queries.list, { orgId, view: "upcoming", paginationOpts });
  const shared = bookings.page.find(({ people }) => people.length > 1);
  const journeys = await client.query(api.sequences.drafts.queries.list, { orgId, status: "active", paginationOpts });
  const [journey] = journeys.page;
  if (shared === undefined || journey === undefined)
    throw new Error("The demo has no journey or nobody books together.");
  const { flow } = await client.query(api.sequences.drafts.queries.get, { orgId, sequenceId: journey.id });
  const [mail] = flow.nodes.flatMap((node) => (node.kind === "message" ? [node.templateId] : []));

  await page.goto(`${product.url}/bookings/${shared.id}`);
  await page.getByTestId("lane-past").waitFor();
  await page.getByTestId("lane-message").first().waitFor();
  await page.getByRole("region", { name: "Messages of one person" }).evaluate((lane) => lane.scrollIntoView());
  await take(page, "lane");
  await page.goto(`${product.url}/bookings?view=calendar&span=month&on=2026-10-01`);
  await page
    .getByRole("link", { name: new RegExp(shared.title) })
    .first()
    .waitFor();
  await take(page, "bookings-calendar");
  await page.goto(`${product.url}/sequences/${journey.id}/rehearsal`);
  await page.getByRole("list", { name: "Messages" }).getByRole("button").first().waitFor();
  await take(page, "rehearsal");
  await page.goto(`${product.url}/templates/${mail}`);
  await page.getByRole("button", { name: "Design it with blocks and pictures" }).click();
  await page.getByRole("textbox", { name: "Text", exact: true }).locator("p").first().waitFor();
  await page.getByRole("region", { name: "Preview" }).locator("iframe").first().waitFor();
  await take(page, "template-designer");
}

async function rehearse(page: Page): Promise<void> {
  await page.goto(`${product.url}/drill`);
  const isShown = (text: string) => async () => (await page.getByText(text).count()) > 0;
  let now = START + STEP_MS;
  const live = async (isEnough: () => Promise<boolean>) => {
    for (let step = 0; step < MOST_STEPS && !(await isEnough()); step++) await product.advanceTo((now += STEP_MS));
  };
  await until("the drill on screen", isShown("Outage running"));
  await live(isShown("One message finds out"));
  await take(page, "drill-running");
  await live(async () => (await page.getByTestId("drill-record").count()) > 0);
  await page.getByTestId("drill-record").first().click();
  await until("the record", isShown("All messages are accounted for."));
  await take(page, "drill-over");
}

async function take(page: Page, name: string): Promise<void> {
  if (!isWanted(name)) return;
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
}
