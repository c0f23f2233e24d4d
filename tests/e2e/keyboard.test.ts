import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// The day's work in the inbox without a mouse (product.md 3.1), in the seeded demo.

const START = Date.parse("2026-10-01T08:00:00Z");

let product: Product;
let browser: Browser;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START, seed: true }), launchBrowser()]);
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

/** Presses the keys one after the other. */
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

const idIn = (address: string | null) => /\/inbox\/([a-z0-9]+)/.exec(address ?? "")?.[1] ?? null;
const rowIds = async () => {
  const rows = page.getByTestId("thread-row");
  return (await rows.evaluateAll((links) => links.map((link) => link.getAttribute("href")))).map(idIn);
};
const openId = () => idIn(new URL(page.url()).pathname);

/** Waits until a conversation is on the screen and takes keys. */
async function opened(id: string | null | undefined): Promise<void> {
  await until(`thread ${id} is in the address`, () => openId() === id);
  const { contact } = await client.query(api.inbox.queries.getThread, { orgId, threadId: id as Id<"threads"> });
  await page.getByRole("region", { name: `Conversation with ${contact?.name}` }).waitFor();
}

const messagesOf = async (threadId: Id<"threads">) =>
  (
    await client.query(api.inbox.queries.listMessages, {
      orgId,
      threadId,
      paginationOpts: { numItems: 5, cursor: null },
    })
  ).page;

/** The element that has the focus, and whether a ring shows it. */
const focus = () =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === null) return { text: "", isRinged: false };
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return {
      text: element.getAttribute("aria-label") ?? element.textContent ?? "",
      isRinged: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    };
  });

test("walks, answers, notes and closes", async () => {
  const [first, second, third] = await rowIds();
  await press("j");
  await opened(first);
  await press("j", "j");
  await opened(third);
  await press("k");
  await opened(second);
  const threadId = second as Id<"threads">;

  // What is typed is text, although every letter is also a key.
  await press("r");
  await page.getByRole("textbox", { name: "Reply text" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Gern, jederzeit. ?/knei");
  await press("Control+Enter");
  await page.getByTestId("message").filter({ hasText: "Gern, jederzeit. ?/knei" }).waitFor();
  expect(openId()).toBe(second);
  await until("the reply is on the server", async () => {
    const messages = await messagesOf(threadId);
    return messages.some((one) => one.messageType === "outgoing" && one.text === "Gern, jederzeit. ?/knei");
  });

  await press("Escape", "n");
  await page.getByRole("textbox", { name: "Note text" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Ruft morgen noch einmal an");
  await press("Control+Enter");
  await until("the note is on the server", async () => {
    const messages = await messagesOf(threadId);
    return messages.some((one) => one.messageType === "internal_note" && one.text === "Ruft morgen noch einmal an");
  });

  // Closing goes on to the next one; having been answered, this one stands on top now.
  await until("it stands on top", async () => (await rowIds())[0] === second);
  await press("Escape", "e");
  await opened(first);
  await page.locator(`[data-testid=thread-row][href*="${second}"]`).waitFor({ state: "detached" });
  expect(await client.query(api.inbox.queries.getThread, { orgId, threadId })).toMatchObject({ status: "closed" });
  await press("z");
  await page.locator(`[data-testid=thread-row][href*="${second}"]`).waitFor();
  expect(complaints).toEqual([]);
});

test("a held key walks on, and closes one conversation only", async () => {
  const [first, , third, fourth] = await rowIds();
  for (let repeated = 0; repeated < 3; repeated++) await page.keyboard.down("j");
  await page.keyboard.up("j");
  await opened(third);
  for (let repeated = 0; repeated < 2; repeated++) await page.keyboard.down("k");
  await page.keyboard.up("k");
  await opened(first);
  await press("j", "j");
  await opened(third);
  for (let repeated = 0; repeated < 3; repeated++) await page.keyboard.down("e");
  await page.keyboard.up("e");
  await opened(fourth);
  await page.locator(`[data-testid=thread-row][href*="${third}"]`).waitFor({ state: "detached" });
  expect(await rowIds()).toContain(fourth);
  await press("z");
  await page.locator(`[data-testid=thread-row][href*="${third}"]`).waitFor();
  expect(complaints).toEqual([]);
});

test("closing goes where one wants to be: on, nowhere, or back to the list; Shift+E opens again", async () => {
  const [first] = await rowIds();
  const threadId = first as Id<"threads">;
  const statusOf = async () => (await client.query(api.inbox.queries.getThread, { orgId, threadId })).status;
  const choose = async (choice: string) => {
    await page.getByRole("button", { name: /^Account/ }).click();
    await page
      .getByRole("menuitemradio", { name: choice })
      .or(page.getByRole("menuitem", { name: choice }))
      .click();
    await page.getByRole("menu").waitFor({ state: "detached" });
  };
  await press("j");
  await opened(first);
  await choose("Stay in it");
  await press("e");
  await until("it is closed", async () => (await statusOf()) === "closed");
  expect(openId()).toBe(first);
  await page.getByRole("button", { name: "Status: Closed" }).waitFor();
  await press("Shift+E");
  await until("it is open again", async () => (await statusOf()) === "open");

  await choose("Back to the list");
  await press("e");
  await until("the list is alone", () => openId() === null);
  await until("it is closed", async () => (await statusOf()) === "closed");
  await press("z");
  await until("it is open again", async () => (await statusOf()) === "open");
  await choose("On to the next one");
  expect(complaints).toEqual([]);
});

test("takes an answer back that was sent and closed, and gives its words back", async () => {
  const [first] = await rowIds();
  const threadId = first as Id<"threads">;
  const before = await messagesOf(threadId);
  await press("j");
  await opened(first);
  await press("r");
  const field = page.getByRole("textbox", { name: "Reply text" });
  await field.and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Doch nicht so.");
  await press("Control+Shift+Enter");
  await until("the reply is on the server", async () => (await messagesOf(threadId)).length === before.length + 1);
  await until("the next conversation is open", () => openId() !== first);
  await press("Escape", "z");
  await opened(first);
  await field.filter({ hasText: "Doch nicht so." }).waitFor();
  expect(await messagesOf(threadId)).toEqual(before);
  expect(await client.query(api.inbox.queries.getDraft, { orgId, threadId, mode: "reply" })).not.toBeNull();
  expect(complaints).toEqual([]);
});

test("keeps the open conversation in sight while walking down a long list", async () => {
  const { page: threads } = await client.query(api.inbox.queries.listThreads, {
    orgId,
    view: "all",
    paginationOpts: { numItems: 50, cursor: null },
  });
  await page.setViewportSize({ width: 1440, height: 600 });
  for (const _ of threads) await press("j");
  await opened(threads.at(-1)?.id);
  const current = page.locator("[data-testid=thread-row][aria-current]");
  await until("the last row is in sight", async () => {
    const box = await current.boundingBox({ timeout: 1000 });
    return box !== null && box.y >= 0 && box.y + box.height <= 600;
  });
  await page.setViewportSize({ width: 1440, height: 900 });
});

test.each([1440, 1024, 390])("choosing moves no row, on a screen %i pixels wide", async (width) => {
  await page.setViewportSize({ width, height: 800 });
  const box = page.getByTestId("choose-row");
  await box.nth(1).waitFor();
  const places = () => box.evaluateAll((all) => all.slice(0, 4).map((each) => each.getBoundingClientRect().top));
  const before = await places();
  const bar = page.getByTestId("bulk-bar");
  const title = page.getByRole("heading", { name: "Inbox", exact: true });
  await press("x");
  await bar.getByText("1 chosen").waitFor();
  await title.waitFor({ state: "hidden" });
  expect(await places()).toEqual(before);
  // Every action of the bar is on the screen, none under another.
  const buttons = await bar.getByRole("button").evaluateAll((all) =>
    all.map((each) => {
      const { left, right, top, bottom } = each.getBoundingClientRect();
      return each.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    }),
  );
  expect(buttons).toEqual(buttons.map(() => true));
  // What has no room beside them, by keys; an entry with choices of its own shows them in the same place.
  await bar.getByRole("button", { name: "More actions" }).press("Enter");
  await page.getByRole("menuitem", { name: "Set priority…" }).press("Enter");
  await page.getByRole("menuitem", { name: "High" }).waitFor();
  await press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await bar.getByText("1 chosen").waitFor();
  await press("Escape");
  await title.waitFor();
  expect(await places()).toEqual(before);
  await page.setViewportSize({ width: 1440, height: 900 });
});

test("finds other screens, and shows where the focus is", async () => {
  await press("Control+k");
  await page.getByRole("dialog").getByRole("menuitem").first().waitFor();
  await page.keyboard.type("queue");
  await page.getByRole("menuitem", { name: /Go to the queue/ }).waitFor();
  await press("Enter");
  await page.getByTestId("queue-row").first().waitFor();
  expect(new URL(page.url()).pathname).toBe("/queue");

  await press("g", "b");
  await until("the bookings are open", () => new URL(page.url()).pathname === "/bookings");
  await press("g", "i");
  await page.getByTestId("thread-row").first().waitFor();

  await press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.getByText("Close conversation").waitFor({ state: "detached" });
  await help.getByText("Go to the queue").waitFor();
  await press("Escape");
  await help.waitFor({ state: "hidden" });
  expect(complaints).toEqual([]);
});

/** The column "Ours" of product.md 3.1 as far as it holds in an open e-mail conversation; Enter is the row's own. */
const KEY_MAP = `
  mod+k, ?, /, j, k, arrowdown, arrowup, escape, e, h, z, mod+z, r, a,
  f, n, mod+enter, mod+shift+enter, mod+shift+l, mod+shift+h, mod+;, x, shift+j, shift+k, l, v, u, s, shift+m,
  #, !, shift+a, i, mod+shift+a, g i, g t, g c, g s, g r, mod+,, c
`;

test("the help names every key of the map, and labels, reminders and priorities are set by keys", async () => {
  const { page: threads } = await client.query(api.inbox.queries.listThreads, {
    orgId,
    view: "all",
    channel: "email",
    paginationOpts: { numItems: 1, cursor: null },
  });
  const threadId = threads[0]?.id as Id<"threads">;
  await page.goto(`${product.url}/inbox/${threadId}`);
  await opened(threadId);
  await page.getByRole("textbox", { name: "Reply text" }).waitFor();
  await press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.waitFor();
  const named = await help.locator("dd .sr-only").allTextContents();
  expect(
    KEY_MAP.trim()
      .split(/\s*,\s+|\n\s*/)
      .filter((keys) => !named.includes(keys)),
  ).toEqual([]);
  await press("Escape");
  await help.waitFor({ state: "hidden" });

  await press("l");
  await page.getByRole("dialog", { name: "Tags" }).getByRole("textbox").and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Rückruf, Gruppe");
  await press("Enter");
  const read = async () => await client.query(api.inbox.queries.getThread, { orgId, threadId });
  await until("the tags are kept", async () => (await read()).tags.includes("Gruppe"));
  await page.getByRole("dialog", { name: "Tags" }).waitFor({ state: "detached" });

  // A reminder leaves the lists with the answer; ⌘Z outside of a text takes it back like z.
  await press("r");
  await page.getByRole("textbox", { name: "Reply text" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Passt Ihnen Dienstag?");
  await press("Control+Shift+h");
  await page.getByRole("button", { name: /Tomorrow/ }).click();
  await page.getByTestId("message").filter({ hasText: "Passt Ihnen Dienstag?" }).waitFor();
  await until("the answer is on the server", async () => {
    return (await messagesOf(threadId)).some(({ text }) => text === "Passt Ihnen Dienstag?");
  });
  await product.advanceTo(START + 60_000);
  await until("it is put off", async () => typeof (await read()).snoozedUntil === "number");
  expect(complaints).toEqual([]);
});

test("every stop of the Tab key on the way to a conversation is ringed, and Enter opens it", async () => {
  await press("Tab");
  expect(await focus()).toEqual({ text: "Skip to content", isRinged: true });
  await press("Enter");
  const [, second] = await rowIds();
  const stops: { text: string; isRinged: boolean }[] = [];
  await until("the second row has the focus", async () => {
    await press("Tab");
    stops.push(await focus());
    return (await page.locator(":focus").getAttribute("href"))?.includes(second ?? "?");
  });
  expect(stops.filter(({ isRinged }) => !isRinged)).toEqual([]);
  await press("Enter");
  await opened(second);
});
