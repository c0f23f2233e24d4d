import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";

// Finding and changing many conversations (product.md A-38, 3.1, 3.2), in the seeded demo.

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ seed: true }), launchBrowser()]);
  ({ page, context, complaints } = await openPage(browser));
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

const row = () => page.getByTestId("thread-row");
const bar = () => page.getByTestId("bulk-bar");

async function hrefs(): Promise<(string | null)[]> {
  return await row().evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}

test("chooses by keys and shift-click, closes all at once, and brings all back", async () => {
  await page.goto(product.url);
  await row().first().waitFor();
  const before = await hrefs();
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+J");
  await bar().getByText("2 chosen").waitFor();
  await row()
    .nth(3)
    .click({ modifiers: ["Shift"] });
  await bar().getByText("4 chosen").waitFor();
  await page.getByTestId("choose-row").nth(1).click();
  await bar().getByText("3 chosen").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.keyboard.press("e");
  await page.getByText("3 conversations changed.").waitFor();
  await bar().waitFor({ state: "detached" });
  expect(await hrefs()).not.toContain(before[0]);
  await page.keyboard.press("z");
  await page.getByText("Everything is put back as it was.").waitFor();
  // More may have come into the list meanwhile: what was there is there again.
  const missing = async () => {
    const now = new Set(await hrefs());
    return before.filter((href) => !now.has(href));
  };
  await expect.poll(missing).toEqual([]);

  // Walking on and choosing: the open one each time, whatever was clicked before.
  for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
  await bar().getByText("2 chosen").waitFor();
  await page.keyboard.press("x");
  await bar().getByText("1 chosen").waitFor();
  // Out of the choice, whose bar stands over the list, then out of the conversation walked on to.
  const open = new URL(page.url()).pathname;
  expect(open).toMatch(/^\/inbox\/./);
  await page.keyboard.press("Escape");
  await bar().waitFor({ state: "detached" });
  expect(new URL(page.url()).pathname).toBe(open);
  await page.keyboard.press("Escape");
  await page.waitForURL(({ pathname }) => pathname === "/inbox");
});

test("a conversation that does not come is left again by its key", async () => {
  const { page: slow, context: slowContext } = await openPage(browser);
  let isHeld = false;
  await slow.routeWebSocket(/\/sync/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => (isHeld ? undefined : socket.send(text)));
  });
  await slow.goto(product.url);
  await slow.getByTestId("thread-row").nth(3).waitFor();
  isHeld = true;
  await slow.keyboard.press("j");
  await slow.waitForURL(({ pathname }) => pathname !== "/inbox");
  // At once, while the screen is still on its way, and once it stands there without the words.
  await slow.keyboard.press("Escape");
  await slow.waitForURL(({ pathname }) => pathname === "/inbox");
  await slow.keyboard.press("j");
  await slow.locator("[data-testid=thread-row][aria-current]").waitFor();
  await slow.keyboard.press("Escape");
  await slow.waitForURL(({ pathname }) => pathname === "/inbox");
  await slowContext.close();
});

test("assigns, tags and filters by it; the address holds the filter and “back” leaves it", async () => {
  await page.goto(product.url);
  await row().first().waitFor();
  const all = (await hrefs()).length;
  await page.keyboard.press("x");
  await bar().getByRole("button", { name: "Tag" }).click();
  await page.getByRole("textbox", { name: "Tag" }).fill("Ostsee");
  await page.keyboard.press("Enter");
  await page.getByText("1 conversation changed.").waitFor();

  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("textbox", { name: "Tag" }).fill("Ostsee");
  await page.keyboard.press("Enter");
  await page.waitForURL(/tag=Ostsee/);
  await page.keyboard.press("Escape");
  await page.getByRole("list", { name: "Active filters" }).getByText("#Ostsee").waitFor();
  await expect.poll(async () => (await hrefs()).length).toBe(1);
  await page.reload();
  await expect.poll(async () => (await hrefs()).length).toBe(1);
  await page.getByRole("button", { name: "Save as view" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Am Meer");
  await page.keyboard.press("Enter");
  const saved = page.getByRole("list", { name: "Saved views" }).getByRole("link", { name: "Am Meer 1" });
  await saved.waitFor();
  await page.getByRole("button", { name: "View “Am Meer”" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.goBack();
  await expect.poll(async () => (await hrefs()).length).toBe(all);
  await saved.click();
  await expect.poll(async () => (await hrefs()).length).toBe(1);
  await page.goBack();
  await expect.poll(async () => (await hrefs()).length).toBe(all);
  await saved.click();
  await page.getByRole("link", { name: "#Ostsee" }).click();
  await expect.poll(async () => (await hrefs()).length).toBe(all);
});

test("narrows by mailbox and organisation, puts the list in another order, and keeps both as a view", async () => {
  const { client, orgId } = await demoMember(product);
  const mailboxes = await client.query(api.inbox.mailboxes.queries.list, { orgId });
  const asked = { orgId, view: "all" as const, paginationOpts: { numItems: 200, cursor: null } };
  const all = (await client.query(api.inbox.queries.listThreads, asked)).page;
  const [first, second] = all;
  if (first === undefined || second === undefined) throw new Error("The demo has conversations");
  const found = async (narrowing: { channelId?: Id<"channels">; order?: "oldest" | "deadline" }) =>
    (await client.query(api.inbox.queries.listThreads, { ...asked, ...narrowing })).page.map(({ id }) => id);
  const sizes = await Promise.all(
    mailboxes.map(async ({ id, name }) => ({ name, ids: await found({ channelId: id }) })),
  );
  const mailbox = sizes.find(({ ids }) => ids.length > 0 && ids.length < all.length);
  if (mailbox === undefined) throw new Error("The demo has several mailboxes");
  const accountId = await client.mutation(api.contacts.accounts.mutations.ensure, {
    orgId,
    name: "Werft Nordlicht",
    kind: "partner",
  });
  for (const { id: threadId } of [first, second]) {
    const accounts = { threadId, customerAccountId: null, partnerAccountId: accountId };
    await client.mutation(api.inbox.ofContact.mutations.setAccounts, { orgId, ...accounts });
  }

  await page.goto(product.url);
  await row().first().waitFor();
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("button", { name: /Mailbox or number/ }).click();
  await page.getByRole("option", { name: mailbox.name, exact: true }).click();
  await page.waitForURL(/channelId=/);
  await page.keyboard.press("Escape");
  const chips = page.getByRole("list", { name: "Active filters" });
  await chips.getByText(mailbox.name).waitFor();
  await expect.poll(async () => (await hrefs()).length).toBe(mailbox.ids.length);
  await chips.getByRole("link", { name: mailbox.name }).click();
  await expect.poll(async () => (await hrefs()).length).toBeGreaterThan(mailbox.ids.length);

  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("combobox", { name: "Organisation" }).fill("Nordlicht");
  await page.getByRole("option", { name: "Werft Nordlicht" }).click();
  await page.waitForURL(/accountId=/);
  await page.keyboard.press("Escape");
  await chips.getByText("Werft Nordlicht").waitFor();
  await expect.poll(async () => (await hrefs()).length).toBe(2);
  const newest = await hrefs();
  await page.getByRole("button", { name: "Order: Newest activity first" }).click();
  await page.getByRole("menuitem", { name: "Longest without activity first" }).click();
  await page.waitForURL(/order=oldest/);
  const at = (href: string | null) => href?.split("?")[0];
  await expect.poll(async () => (await hrefs()).map(at)).toEqual(newest.map(at).reverse());
  await page.getByRole("button", { name: "Save as view" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Werft");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "View “Werft”" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.goto(product.url);
  await row().first().waitFor();
  await page.getByRole("button", { name: "Order: Newest activity first" }).click();
  await page.getByRole("menuitem", { name: "Next deadline first" }).click();
  await page.waitForURL(/order=deadline/);
  const due = await found({ order: "deadline" });
  await expect
    .poll(async () => (await hrefs()).map((href) => due.findIndex((id) => href?.includes(id))))
    .toEqual((await hrefs()).map((_, index) => index));
  await page.getByRole("link", { name: "Werft 2" }).click();
  await page.waitForURL(/order=oldest/);
  await expect.poll(async () => (await hrefs()).map(at)).toEqual(newest.map(at).reverse());
  await page.goto(`${product.url}/inbox?view=overdue`);
  await page.getByRole("heading", { name: "Overdue" }).waitFor();
  expect(await page.getByRole("button", { name: /^Order/ }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("says that the mailbox or organisation of a saved view was removed, and takes it off by keys", async () => {
  const { client, orgId } = await demoMember(product);
  const fields = { channelName: "Messe", address: "messe@example.org", connectionId: null, responseSlaHours: null };
  const mailbox = { orgId, channelType: "email_outlook" as const, businessEntity: "all" as const, ...fields };
  const channelId = await client.mutation(api.inbox.channels.mutations.add, mailbox);
  const account = { orgId, name: "Bootsbau Wieck", kind: "partner" as const };
  const accountId = await client.mutation(api.contacts.accounts.mutations.ensure, account);
  const save = async (name: string, by: { channelId: Id<"channels"> } | { accountId: Id<"accounts"> }) =>
    await client.mutation(api.inbox.savedViews.mutations.save, {
      orgId,
      name,
      isShared: false,
      filter: { view: "all", ...by },
    });
  await save("Auf der Messe", { channelId });
  await save("Vom Bootsbau", { accountId });
  const chips = page.getByRole("list", { name: "Active filters" });
  const takeOff = page.getByRole("link", { name: "Take this filter off" });
  /** By Tab from the chip on, as who has no mouse. */
  const takeOffByKeys = async () => {
    await chips.getByRole("link").focus();
    await page.keyboard.press("Tab");
    await expect.poll(() => takeOff.evaluate((link) => link === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await row().first().waitFor();
    expect(new URL(page.url()).search).not.toMatch(/channelId|accountId/);
    await chips.waitFor({ state: "detached" });
  };

  await client.mutation(api.inbox.channels.mutations.remove, { orgId, channelId });
  await page.goto(product.url);
  await page.getByRole("link", { name: /^Auf der Messe/ }).click();
  await page.getByText("This mailbox or number was removed").waitFor();
  await chips.getByText("Removed mailbox").waitFor();
  await takeOffByKeys();

  // It is there until it is deleted, also under one's eyes; its conversations may be none before.
  await page.getByRole("link", { name: /^Vom Bootsbau/ }).click();
  await chips.getByText("Bootsbau Wieck").waitFor();
  await page.getByText("Nothing fits these filters").waitFor();
  await client.mutation(api.contacts.accounts.mutations.remove, { orgId, accountId });
  await page.getByText("This organisation was removed").waitFor();
  await chips.getByText("Removed organisation").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await takeOffByKeys();
  expect(complaints).toEqual([]);
});

test("follows what is chosen, and makes one of a customer's conversations, with the way back", async () => {
  const { client, orgId } = await demoMember(product);
  const write = async (text: string) =>
    await client.mutation(api.sandbox.mutations.reply, { orgId, channel: "email", address: "tom@example.net", text });
  await write("Wann beginnt der Kurs?");
  await page.goto(product.url);
  await row().filter({ hasText: "Wann beginnt der Kurs?" }).waitFor();
  await row().nth(1).waitFor();
  await page.getByTestId("choose-row").nth(0).click();
  await bar().getByText("1 chosen").waitFor();
  await page.getByTestId("choose-row").nth(1).click();
  await bar().getByText("2 chosen").waitFor();
  await page.keyboard.press("m");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("These conversations are of different customers.").waitFor();
  expect(await dialog.getByRole("button", { name: /^Merge/ }).isDisabled()).toBe(true);
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+W");
  await page.getByText("2 conversations changed.").waitFor();
  const asked = { orgId, view: "followed" as const, paginationOpts: { numItems: 50, cursor: null } };
  const followed = async () => (await client.query(api.inbox.queries.listThreads, asked)).page;
  await expect.poll(async () => (await followed()).length).toBeGreaterThanOrEqual(2);

  // A second conversation of the same person.
  const [own] = (await followed()).filter(({ lastMessagePreview }) => lastMessagePreview.includes("Wann beginnt"));
  if (own === undefined || own.contact === null) throw new Error("It is followed");
  // The list keeps its rows still under a pointer.
  await page.mouse.move(1_000, 450);
  const person = { kind: "contact" as const, contactId: own.contact.id };
  const opening = { orgId, person, channel: "email" as const, subject: "Noch eine Frage" };
  const secondId = await client.mutation(api.inbox.conversations.mutations.begin, opening);
  const second = page.locator(`[data-row-id="${secondId}"]`);
  await second.waitFor();
  await second.getByTestId("choose-row").click();
  await page.locator(`[data-row-id="${own.id}"]`).getByTestId("choose-row").click();
  await bar().getByText("2 chosen").waitFor();
  await page.mouse.move(1_000, 450);
  await page.keyboard.press("m");
  await dialog.getByRole("button", { name: `Merge into no. ${own.number}` }).click();
  await page.getByText(`Merged into no. ${own.number}.`).waitFor();
  await second.waitFor({ state: "detached" });
  await page.keyboard.press("z");
  await page.getByText("The conversations are apart again.").waitFor();
  await second.waitFor();
  expect(complaints).toEqual([]);
});

test("lists tasks beside the other filters of the requirement", async () => {
  await page.goto(product.url);
  const filters = page.getByRole("navigation", { name: "Inbox views" });
  await filters.waitFor();
  expect(await filters.getByRole("link").allInnerTexts()).toEqual([
    "All",
    "E-mail",
    "WhatsApp",
    "Tasks",
    "Overdue",
    "Mine",
  ]);
  await filters.getByRole("link", { name: "Tasks" }).click();
  await page.waitForURL(/view=tasks/);
  await page.getByText("No task waits").or(page.getByTestId("task-row").first()).first().waitFor();
  await filters.getByRole("link", { name: "WhatsApp" }).click();
  await page.getByRole("heading", { name: "WhatsApp" }).waitFor();
  expect(complaints).toEqual([]);
});

test("counts tasks past their time beside “Overdue”, as the list has them", async () => {
  const { client, orgId } = await demoMember(product);
  await page.goto(product.url);
  await row().first().waitFor();
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Overdue/ });
  const shown = async () => Number(/\d+$/.exec(await link.innerText())?.[0] ?? 0);
  const listed = { orgId, paginationOpts: { numItems: 50, cursor: null } };
  const counted = async () => {
    const threads = await client.query(api.inbox.queries.listThreads, { ...listed, view: "overdue" });
    const tasks = await client.query(api.tasks.queries.inView, { ...listed, view: "overdue" });
    return threads.page.length + tasks.page.length;
  };
  const before = await counted();
  await expect.poll(shown).toBe(before);
  const task = { title: "Slip streichen", description: "", taskType: "other", priority: "normal" } as const;
  const taskId = await client.mutation(api.tasks.mutations.create, { orgId, ...task, dueAt: 1 });
  await expect.poll(shown).toBe(before + 1);
  expect(await counted()).toBe(before + 1);
  await client.mutation(api.tasks.mutations.change, { orgId, taskId, status: "completed" });
  await expect.poll(shown).toBe(before);
  expect(complaints).toEqual([]);
});

test("keeps lists of one's own beside the team's: starred, followed, drafts and what leaves later", async () => {
  const { client, orgId } = await demoMember(product);
  const asked = { orgId, view: "all" as const, paginationOpts: { numItems: 2, cursor: null } };
  const [first, second] = (await client.query(api.inbox.queries.listThreads, asked)).page;
  if (first === undefined || second === undefined) throw new Error("The demo has conversations");
  await client.mutation(api.inbox.personal.mutations.set, { orgId, threadId: second.id, isStarred: true });
  await page.goto(product.url);
  await row().first().waitFor();
  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByRole("link", { name: "Starred" }).click();
  await page.waitForURL(/view=starred/);
  await page.getByRole("heading", { name: "Starred" }).waitFor();
  await expect.poll(async () => (await hrefs()).map((href) => href?.includes(second.id))).toEqual([true]);

  const doc = JSON.stringify({
    type: "doc",
    content: [{ type: "paragraph", content: [{ type: "text", text: "Hm" }] }],
  });
  await client.mutation(api.inbox.mutations.saveDraft, { orgId, threadId: first.id, mode: "note", doc });
  await main.getByRole("link", { name: /^Drafts/ }).click();
  await page.locator(`[data-testid="thread-row"][href*="${first.id}"]`).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("menuitem").first().waitFor();
  await page.keyboard.type("list “Planned");
  await page.getByRole("menuitem", { name: "Go to the list “Planned”" }).click();
  await page.waitForURL(/view=planned/);
  await page.getByRole("tab", { name: "Mine" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await main.getByRole("button", { name: "For you" }).click();
  await main.getByRole("link", { name: "Starred" }).waitFor({ state: "detached" });
  await main.getByRole("button", { name: "For you" }).click();
  await main.getByRole("link", { name: "Mentioned" }).click();
  await page.waitForURL(/view=mentioned/);
  await page.getByTestId("thread-row").or(page.getByText("No note names you")).first().waitFor();

  // Where there is room for icons only, one button has them.
  await page.setViewportSize({ width: 1024, height: 768 });
  await main.getByRole("link", { name: "Mentioned" }).waitFor({ state: "detached" });
  await main.getByRole("button", { name: "For you" }).click();
  await page.getByRole("menuitem", { name: "Drafts (1)" }).click();
  await page.waitForURL(/view=drafts/);
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(complaints).toEqual([]);
});
