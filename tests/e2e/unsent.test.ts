import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

// The network dies while somebody answers: during the upload of a file, during the sending, and with the tab closed before
// it is back. Nothing that was written is lost, nothing is sent twice.

const CUSTOMER = "max@example.org";
const paginationOpts = { numItems: 50, cursor: null };

let product: Product;
let browser: Browser;
let proxy: TcpProxy;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let ben: ConvexHttpClient;
let threadId: Id<"threads">;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  proxy = await startTcpProxy(product.url);
  workspace = await createWorkspace(product, "unsent");
  orgId = workspace.orgId as Id<"organisations">;
  ben = await signInOverHttp(product.url, workspace.members[1]!);
  await ben.mutation(api.sandbox.mutations.reply, {
    orgId,
    address: CUSTOMER,
    channel: "email",
    text: "Haben Sie einen Plan vom Hafen?",
  });
  threadId = await until("the customer's thread", async () => {
    const { page: rows } = await ben.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts });
    return rows[0]?.id;
  });
  ({ page, context } = await openPage(browser));
  await signIn(page, { ...product, url: proxy.url }, workspace.members[0]!);
  await openThread();
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await proxy.close();
  await product.stop();
});

const field = () => page.getByRole("textbox", { name: "Reply text" });

async function openThread(): Promise<void> {
  await page.goto(`${proxy.url}/inbox/${threadId}`);
  await page.getByTestId("recipient").first().waitFor();
  await field().waitFor();
}

async function goOffline(): Promise<void> {
  proxy.goDown();
  await context.setOffline(true);
}

async function comeBack(): Promise<void> {
  proxy.comeBack();
  await context.setOffline(false);
}

/** The tab dies with the network away, and is opened again when it is back. */
async function closeAndReturn(): Promise<void> {
  await page.close();
  page = await context.newPage();
  await comeBack();
  await openThread();
}

const answers = async () =>
  (await ben.query(api.inbox.queries.listMessages, { orgId, threadId, paginationOpts })).page.filter(
    ({ messageType }) => messageType === "outgoing",
  );
const draftOnServer = async () =>
  (await (await anna()).query(api.inbox.queries.getDraft, { orgId, threadId, mode: "reply" }))?.doc ?? "";
const anna = () => signInOverHttp(product.url, workspace.members[0]!);
const keptHere = () => page.evaluate(() => Object.keys(localStorage).filter((name) => name.includes("unsent")));

test("an upload that breaks is tried again, and the answer goes out once with its file", async () => {
  await page.route("**/api/storage/upload*", (route) => route.abort("internetdisconnected"));
  await page
    .getByLabel("Attach files")
    .first()
    .setInputFiles([{ name: "hafen.txt", mimeType: "text/plain", buffer: Buffer.from("Steg 3") }]);
  const again = page.getByRole("button", { name: /^Try .*again/ });
  await again.waitFor();
  await field().fill("Anbei der Plan.");
  await page.unroute("**/api/storage/upload*");
  await again.click();
  await again.waitFor({ state: "detached" });
  await page.getByText("hafen.txt").first().waitFor();
  await until("the draft is on the server", async () => (await draftOnServer()).includes("Anbei"));

  // The server gets it, but its answer is lost with the network.
  proxy.holdAnswers();
  await field().press("Control+Enter");
  await until("the answer is on the server", async () => (await answers()).length === 1);
  await goOffline();
  await page.getByText("You are offline.").waitFor();
  await comeBack();
  await page.getByText("You are offline.").waitFor({ state: "detached" });
  await until("the browser knows", async () => (await keptHere()).length === 0);
  const sent = await answers();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ text: "Anbei der Plan.", files: [{ name: "hafen.txt" }] });
  expect(((await field().textContent()) ?? "").trim()).toBe("");
});

test("what is written while the network is away outlives the tab, and is its writer's alone", async () => {
  await goOffline();
  await page.getByText("You are offline.").waitFor();
  await field().fill("Der Steg ist neu gestrichen.");
  await until("it is kept here", async () => (await keptHere()).length === 1);
  expect(await draftOnServer()).toBe("");

  await page.close();
  page = await context.newPage();
  await comeBack();
  // Somebody else at the same computer.
  const mine = page;
  await page.goto(proxy.url);
  await page.getByRole("navigation").first().waitFor();
  const session = await context.storageState();
  const shared = await browser.newContext({ storageState: session, locale: "en-GB" });
  const other = await shared.newPage();
  await other.goto(proxy.url);
  await other.evaluate(() => {
    for (const name of Object.keys(localStorage)) if (!name.includes("unsent")) localStorage.removeItem(name);
  });
  await signIn(other, { ...product, url: proxy.url }, workspace.members[1]!);
  await other.goto(`${proxy.url}/inbox/${threadId}`);
  await other.getByRole("textbox", { name: "Reply text" }).waitFor();
  await other.getByTestId("recipient").first().waitFor();
  expect(((await other.getByRole("textbox", { name: "Reply text" }).textContent()) ?? "").trim()).toBe("");
  await shared.close();

  page = mine;
  await openThread();
  await field().filter({ hasText: "Der Steg ist neu gestrichen." }).waitFor();
  await until("the server has it", async () => (await draftOnServer()).includes("neu gestrichen"));
  await until("it is no longer kept here", async () => (await keptHere()).length === 0);
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
});

test("what was sent as the network died is a draft again when it never arrived, and is sent once", async () => {
  await field().filter({ hasText: "neu gestrichen" }).waitFor();
  await goOffline();
  await page.getByText("You are offline.").waitFor();
  await field().fill("Bitte den zweiten Steg nehmen.");
  await field().press("Control+Enter");
  await page.getByTestId("message").filter({ hasText: "zweiten Steg" }).waitFor();
  expect(await answers()).toHaveLength(1);
  await closeAndReturn();
  await field().filter({ hasText: "Bitte den zweiten Steg nehmen." }).waitFor();
  await field().press("Control+Enter");
  await until("it is sent", async () => (await answers()).length === 2);
  await until("nothing is kept", async () => (await keptHere()).length === 0);
  expect((await answers()).map(({ text }) => text).filter((text) => text.includes("zweiten"))).toHaveLength(1);
});

test("what arrived although the tab died before it heard so is no draft", async () => {
  await openThread();
  proxy.holdAnswers();
  await field().fill("Bis morgen am Hafen.");
  await field().press("Control+Enter");
  await until("it is on the server", async () => (await answers()).some(({ text }) => text.includes("Bis morgen")));
  await goOffline();
  expect(await keptHere()).not.toEqual([]);
  await closeAndReturn();
  await page.getByTestId("message").filter({ hasText: "Bis morgen am Hafen." }).waitFor();
  await until("nothing is kept", async () => (await keptHere()).length === 0);
  expect(((await field().textContent()) ?? "").trim()).toBe("");
  expect((await answers()).filter(({ text }) => text.includes("Bis morgen"))).toHaveLength(1);
});
