import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// Merging and splitting conversations, naming a colleague, and what a conversation is to oneself (product.md,
// A-76), in the seeded demo.

let product: Product;
let browser: Browser;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ seed: true }), launchBrowser()]);
  ({ client, orgId } = await demoMember(product));
  ({ page, context, complaints } = await openPage(browser));
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});
beforeEach(async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
});

const SHOTS = process.env.SWITCHBOARD_SHOTS;
/** A picture, when somebody wants to look. */
async function shoot(name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

const openThreads = async () =>
  (
    await client.query(api.inbox.queries.listThreads, {
      orgId,
      view: "all",
      paginationOpts: { numItems: 10, cursor: null },
    })
  ).page;

const threadOf = async (threadId: Id<"threads">) =>
  await client.query(api.inbox.queries.getThread, { orgId, threadId });

async function visit(threadId: Id<"threads">): Promise<void> {
  await page.goto(`${product.url}/inbox/${threadId}`);
  await page.getByRole("region", { name: "Messages" }).waitFor();
}

test("merges a conversation into another one, finds it by its old address, and takes it apart again", async () => {
  const [source, target] = await openThreads();
  if (source === undefined || target === undefined) throw new Error("The demo has too few conversations.");
  await visit(source.id);
  await page.keyboard.press("m");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(`#${target.number}`);
  await dialog.getByRole("button", { name: `No. ${target.number}` }).click();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await shoot("merge");
  await dialog.getByRole("button", { name: `Merge into no. ${target.number}` }).click();
  await page.getByText(`Merged into no. ${target.number}.`).first().waitFor();
  await until("the other conversation is open", () => page.url().includes(target.id));
  await visit(source.id);
  await until("the old address leads there", () => page.url().includes(target.id));
  await page.getByRole("button", { name: "More", exact: true }).click();
  await shoot("menu");
  await page.getByRole("menuitem", { name: `Undo the merge of no. ${source.number}` }).click();
  await page.getByText("The conversations are apart again.").first().waitFor();
  expect((await threadOf(source.id)).id).toBe(source.id);
  expect(complaints).toEqual([]);
});

test("splits a message off into a conversation of its own", async () => {
  const threads = await openThreads();
  const counts = await Promise.all(
    threads.map(async ({ id }) => {
      const asked = { orgId, threadId: id, paginationOpts: { numItems: 5, cursor: null } };
      const { page: messages } = await client.query(api.inbox.queries.listMessages, asked);
      return messages.filter(({ messageType }) => messageType !== "system_notification").length;
    }),
  );
  const origin = threads[counts.findIndex((count) => count > 1)];
  if (origin === undefined) throw new Error("The demo has no conversation of two messages.");
  await visit(origin.id);
  await page.keyboard.press("Shift+S");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Subject of the new conversation").fill("Something else");
  await dialog.getByRole("checkbox").last().check({ force: true });
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await shoot("split");
  await dialog.getByRole("button", { name: "Split one message off" }).click();
  await page.getByText("Split off.").first().waitFor();
  await page.getByText("Something else").first().waitFor();
  expect(complaints).toEqual([]);
});

test("names a colleague in a note, stars the conversation, and makes it unread", async () => {
  const [thread] = await openThreads();
  const members = await client.query(api.orgs.queries.members, { orgId });
  const me = (await client.query(api.orgs.queries.me, {}))?.memberships[0]?.memberId;
  const colleague = members.find(({ memberId, status }) => memberId !== me && status === "active");
  if (thread === undefined || colleague === undefined) throw new Error("The demo has nobody to name.");
  await visit(thread.id);
  await page.keyboard.press("n");
  const field = page.getByRole("textbox", { name: "Note text", exact: true });
  await field.pressSequentially(`@${colleague.name.slice(0, 3)}`);
  await page.getByRole("listbox", { name: "Name somebody" }).waitFor();
  await shoot("mention");
  await page.keyboard.press("Enter");
  await field.pressSequentially("please look");
  await page.keyboard.press("Control+Enter");
  await page
    .getByTestId("message")
    .filter({ hasText: `@${colleague.name} please look` })
    .waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("s");
  await until("it has a star", async () => (await threadOf(thread.id)).isStarred);
  const row = page.locator(`[data-testid="thread-row"][href*="${thread.id}"]`);
  await row.getByText("Starred").waitFor();
  await page.keyboard.press("u");
  await until("it is unread", async () => (await threadOf(thread.id)).isUnread);
  expect(complaints).toEqual([]);
});

test("keeps a checklist in the conversation: adds, gives and ticks off", async () => {
  const [thread] = await openThreads();
  if (thread === undefined) throw new Error("The demo has no conversation.");
  await visit(thread.id);
  const field = page.getByLabel("New task");
  await field.fill("Call back about the boat");
  await field.press("Enter");
  const list = page.getByRole("list", { name: "Tasks" });
  await list.getByText("Call back about the boat").waitFor();
  await page.getByRole("button", { name: "Edit “Call back about the boat”" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Due" }).fill("2030-01-07T09:00");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await shoot("task");
  await dialog.getByRole("button", { name: "Save" }).click();
  await list.getByText(/due .*2030/).waitFor();
  await list.getByRole("checkbox").first().click({ force: true });
  await page.getByTestId("message").filter({ hasText: "erledigt: Call back about the boat" }).waitFor();
  await shoot("tasks");
  expect(complaints).toEqual([]);
});

test("keeps what the organisation wants to know of its conversations, and the ids other systems know one by", async () => {
  const [thread] = await openThreads();
  if (thread === undefined) throw new Error("The demo has no conversation.");
  const dialog = page.getByRole("dialog");
  await page.goto(`${product.url}/settings/fields`);
  await page.getByRole("region", { name: "Conversations" }).getByRole("button", { name: "New attribute" }).click();
  await dialog.getByLabel("Name").fill("Boats");
  await dialog.getByRole("button", { name: /Kind/ }).click();
  await page.getByRole("option", { name: "Number" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Change Boats" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await shoot("fields");
  await visit(thread.id);
  const facts = page.getByRole("region", { name: "Details and references" });
  await facts.getByRole("button", { name: "Change details" }).click();
  await dialog.getByLabel("Boats").fill("many");
  await dialog.getByRole("button", { name: "Add a reference" }).click();
  await dialog.getByLabel("System").fill("two words");
  await dialog.getByLabel("Id", { exact: true }).fill("OPS-4711");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("System").fill("jira");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("A number, for example 12").waitFor();
  await dialog.getByLabel("Boats").fill("2");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await shoot("facts-dialog");
  await dialog.getByRole("button", { name: "Save" }).click();
  await facts.getByText("OPS-4711").waitFor();
  await expect.poll(() => facts.getByRole("definition").allTextContents()).toEqual(["2", "OPS-4711"]);
  await facts.scrollIntoViewIfNeeded();
  await shoot("facts");
  await page.goto(`${product.url}/search?q=${encodeURIComponent("ref:OPS-4711")}`);
  await page.getByText(thread.subject).first().waitFor();
  expect(complaints).toEqual([]);
});
