// Retakes the pictures of docs/delivery.md: node --import tsx scripts/screenshots.ts [--only name]. Starts the product with
// the demo on a clock of its own, rehearses an outage and photographs what the page describes. Needs an installed Chrome.
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { api } from "../convex/_generated/api.js";
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

const { values } = parseArgs({ options: { only: { type: "string" } } });

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
  if (values.only !== undefined && values.only !== name) return;
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
}
