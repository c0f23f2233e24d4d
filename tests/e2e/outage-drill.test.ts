import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { signIn } from "../support/app.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { until } from "../support/until.ts";

// An outage in front of a member: the first of two e-mail providers dies, its breaker opens, messages go by the other one,
// it comes back, one message finds that out, the breaker closes. What died meanwhile is edited, sent again and arrives.

const START = Date.parse("2026-10-01T08:00:00Z");
const FIRST = "Sandbox E-Mail";
const SECOND = "Sandbox Reserve";
const PRACTICE = 30;

let product: Product;
let browser: Browser;
let page: Page;
let complaints: string[];
let now = START;
/** Where the mail of the workspace is posted, and the password that proves it. */
let inbound: { url: string; password: string };

const advance = async (ms: number) => await product.advanceTo((now += ms));
const rowsOf = async (table: string) => {
  const adminKey = readFileSync(join(product.dataDir, "admin-key"), "utf8").trim();
  return await tableRows({ cloudUrl: product.url, adminKey }, table);
};

/** Lives on, a step at a time, until the screen shows it. */
async function liveUntil(what: string, stepMs: number, probe: () => Promise<boolean>): Promise<void> {
  await until(
    what,
    async () => {
      if (await probe()) return true;
      await advance(stepMs);
      return await probe();
    },
    LONGEST_WAIT_MS,
  );
}

/** A whole outage is minutes of the test clock, and each step of it a second or so of this machine's. */
const LONGEST_WAIT_MS = 90_000;
const TEST_MS = 300_000;

/** A figure of the drill by its name. */
const figure = async (name: string) =>
  Number(
    await page
      .getByRole("region", { name: "Figures" })
      .locator("div", { has: page.getByText(name, { exact: true }) })
      .locator("dd")
      .first()
      .textContent(),
  );

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  const { orgId: id, members } = await createWorkspace(product, "drill");
  const [admin] = members;
  if (admin === undefined) throw new Error("The workspace has no member.");
  const client = await signInOverHttp(product.url, admin);
  const orgId = (await client.query(api.orgs.queries.me, {}))?.memberships[0]?.orgId;
  if (orgId === undefined || orgId !== id) throw new Error("The member belongs nowhere.");
  await client.mutation(api.connections.accounts.mutations.add, {
    orgId,
    channel: "email",
    provider: "sandbox",
    name: SECOND,
    settings: { fromAddress: "info@drill.example" },
    secrets: {},
    ratePerSecond: 10,
    priceMicros: 0,
    weight: 1,
  });
  // One try each: what the dead provider refuses before its breaker opens is given up.
  const { deliverySettings } = (await client.query(api.delivery.settings.queries.get, { orgId })).settings;
  const retryPolicies = { ...deliverySettings.retryPolicies, maxAttempts: 1 };
  await client.mutation(api.delivery.settings.mutations.update, {
    orgId,
    change: { deliverySettings: { ...deliverySettings, retryPolicies } },
  });
  const channels = await client.query(api.connections.queries.channels, { orgId });
  const channelId = channels.find(({ channelType }) => channelType === "email_outlook")?.id;
  if (channelId === undefined) throw new Error("The workspace has no mailbox.");
  const { postmarkUrl: url } = await client.query(api.intake.mailboxes.queries.addresses, { orgId, channelId });
  const password = await client.mutation(api.intake.mailboxes.mutations.renewSecret, { orgId, channelId });
  inbound = { url, password };
  ({ page, complaints } = await openPage(browser));
  await signIn(page, product, admin);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

test(
  "an outage is rehearsed: breaker, fallback, recovery, and nothing lost or doubled",
  { timeout: TEST_MS },
  async () => {
    await page.goto(`${product.url}/drill`);
    await page.getByText(FIRST).click();
    await page.getByRole("button", { name: "Start the drill" }).click();
    await page.getByText("Outage running").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await liveUntil(
      "the open breaker",
      5_000,
      async () => (await page.getByText(`${FIRST} is left alone`).count()) > 0,
    );
    expect(await figure("Dead letters")).toBeGreaterThan(0);
    await liveUntil("messages by the other provider", 5_000, async () => (await figure("Fell back")) > 0);
    await page.getByTestId("drill-message").filter({ hasText: SECOND }).first().waitFor();

    // It ends by itself: one message finds out that the provider works again.
    await liveUntil(
      "the end of the drill",
      15_000,
      async () =>
        (await page.getByText("Recovering").count()) > 0 || (await page.getByText("Over", { exact: true }).count()) > 0,
    );
    await liveUntil("the record", 15_000, async () => (await page.getByTestId("drill-record").count()) === 1);
    await page.getByTestId("drill-record").click();
    await page.getByText(`One message finds out whether ${FIRST} works again.`).first().waitFor();
    await page.getByText(`${FIRST} works again: its breaker closed.`).waitFor();
    expect(await figure("Lost")).toBe(0);
    expect(await figure("Doubled")).toBe(0);
    const drilled = await figure("Messages");
    const dead = await figure("Dead letters");
    expect(drilled).toBeGreaterThanOrEqual(PRACTICE);
    expect((await figure("Sent first time")) + (await figure("Fell back")) + dead).toBe(drilled);
    expect(await rowsOf("sandboxMessages")).toHaveLength(drilled - dead);

    // Important messages that died became a task, which leads to them.
    await page.goto(`${product.url}/tasks`);
    await page.getByTestId("task").first().getByRole("link", { name: "Show message" }).click();

    // One is edited and sent again: it is on the phone wall.
    await page.getByRole("button", { name: "Edit…" }).click();
    await page.getByRole("textbox", { name: "Address" }).fill("ersatz@drill.example");
    await page.getByRole("textbox", { name: "Text" }).fill("Doch noch angekommen.");
    await page.getByRole("button", { name: "Save and send again" }).click();
    await page.getByText("Put back into the queue.").waitFor();
    await advance(5_000);
    await page.getByText("A colleague changed it.").waitFor();
    const wall = await page.context().newPage();
    await wall.goto(`${product.url}/phones?device=ersatz@drill.example`);
    await wall.getByTestId("device").filter({ hasText: "Doch noch angekommen." }).first().waitFor();

    const isTheRest = async () => (await page.getByTestId("dead-letter").count()) === dead - 1;
    // The rest at once, after the time to take it back.
    await page.goto(`${product.url}/queue?group=dead`);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: new RegExp(`All tries failed · ${FIRST}`) }).click();
    await liveUntil("the rest of the group", 5_000, isTheRest);
    await page.getByRole("button", { name: /^Send \d+ again$/ }).click();
    await page.getByRole("button", { name: "Undo" }).first().click();
    await advance(15_000);
    await liveUntil("the rest of the group", 5_000, isTheRest);
    await page.getByRole("button", { name: /^Send \d+ again$/ }).click();
    await liveUntil("no dead letters", 5_000, async () => (await page.getByText("Nothing was given up").count()) > 0);
    await liveUntil(
      "every message on its device",
      5_000,
      async () => (await rowsOf("sandboxMessages")).length >= drilled,
    );

    // Each exactly once, counted where it matters.
    const ids = (await rowsOf("sandboxMessages")).map(({ providerMessageId }) =>
      typeof providerMessageId === "string" ? providerMessageId.split(":")[0] : "",
    );
    expect(ids).toHaveLength(drilled);
    expect(new Set(ids).size).toBe(drilled);
    expect(complaints).toEqual([]);
  },
);

test("what came in and nobody could read is seen, looked at without keys, read again, and put aside", async () => {
  const post = async (body: string, password = inbound.password) => {
    const headers = { Authorization: `Basic ${btoa(`x:${password}`)}`, "Content-Type": "application/json" };
    return (await fetch(inbound.url, { method: "POST", headers, body })).status;
  };
  expect(await post('{"Subject":"Broken","token":"hunter2"}')).toBe(422);
  for (let call = 0; call < 3; call += 1) {
    expect(await post("{}", "the old one")).toBe(401);
    await advance(2_000);
  }
  await page.goto(`${product.url}/monitoring`);
  const tile = page.getByTestId("unread-tile");
  await tile.getByText("1 delivery came in and could not be read.").waitFor();
  await tile.getByText("3 calls were refused.").waitFor();
  await tile.getByRole("link", { name: "Show what lies unread" }).click();
  await page.getByTestId("refused-calls").getByText("wrong password").waitFor();
  await page.getByRole("tab", { name: "Refused" }).click();
  const row = page.getByTestId("unread");
  await row.getByText("It is not what was expected there.").waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await row.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Keys and passwords are not shown.").waitFor();
  expect(await dialog.getByText("hunter2").count()).toBe(0);
  await dialog.getByRole("button", { name: "Read again" }).click();
  await page.getByText("1 is read again.").waitFor();
  await row.getByText("It is not what was expected there.").waitFor();
  await row.locator("label").click();
  await page.getByRole("button", { name: "Put 1 aside…" }).click();
  await dialog.getByRole("button", { name: "Put aside" }).click();
  await dialog.getByText("Say why.").waitFor();
  await dialog.getByLabel("Why?").fill("A test of ours");
  await dialog.getByRole("button", { name: "Put aside" }).click();
  await page.getByText("Nothing was refused").waitFor();
  await page.getByRole("button", { name: "I have seen to it" }).click();
  await page.getByTestId("refused-calls").waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Put aside" }).click();
  await row.getByText("A test of ours").waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
});
