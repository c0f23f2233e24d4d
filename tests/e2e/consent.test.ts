import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems } from "../support/axe.ts";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import {
  calcomBooking,
  createWorkspace,
  CUSTOMER,
  postCalcom,
  startProduct,
  type Product,
  type TestWorkspace,
} from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { until } from "../support/until.ts";

// Consent in a browser: a customer is asked, confirms, chooses, takes it back; a member fills the suppression list from a
// file and undoes it.

const START = Date.parse("2026-10-01T08:00:00Z");

let product: Product;
let workspace: TestWorkspace;
let browser: Browser;
let agent: Page;
let contactUrl: string;
const open: BrowserContext[] = [];
const complaints: string[][] = [];

async function openBrowser(): Promise<Page> {
  const opened = await openPage(browser);
  open.push(opened.context);
  complaints.push(opened.complaints);
  return opened.page;
}

/** The newest link of a kind in a text or mail that went to the customer's device. */
async function linkOnDevice(prefix: "/c/" | "/p/" | "/u/"): Promise<string> {
  return await until(`a link with ${prefix}`, async () => {
    await product.advanceTo((now += 1_000));
    const rows = await rowsOf("sandboxMessages");
    const links = rows.flatMap(({ text }) => [...textOf(text).matchAll(/https?:\/\/[^\s]+/g)].map(([url]) => url));
    return links.findLast((url) => new URL(url).pathname.startsWith(prefix));
  });
}
let now = START;

/** Rows of a table, as they stand. */
async function rowsOf(table: string) {
  const adminKey = readFileSync(join(product.dataDir, "admin-key"), "utf8").trim();
  return await tableRows({ cloudUrl: product.url, adminKey }, table);
}

/** A field of a row that is text; nothing where it is not there. */
const textOf = (value: unknown) => (typeof value === "string" ? value : "");

const ledger = async () => (await rowsOf("consents")).map(({ state, topic }) => `${textOf(topic)}:${textOf(state)}`);

/** No violation that axe can see, in both themes, and no script anywhere. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await accessibilityProblems(page, { onlyColours: colorScheme === "dark" })).toEqual([]);
  }
  expect(await page.locator("script").count()).toBe(0);
}

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "haff");
  const body = calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", {
    startTime: "2026-10-24T07:00:00Z",
    endTime: "2026-10-24T14:00:00Z",
  });
  expect((await postCalcom(product, workspace, body)).status).toBe(202);
  const contact = await until("the customer", async () => {
    const rows = await rowsOf("contacts");
    return rows.find(({ name }) => name === CUSTOMER.name);
  });
  contactUrl = `${product.url}/contacts/${textOf(contact._id)}`;
  agent = await openBrowser();
  await signIn(agent, product, workspace.members[0]!);
});
afterAll(async () => {
  for (const context of open) await context.close();
  await browser.close();
  await product.stop();
});

test("a customer is asked, confirms on the page, and the agent sees it live", async () => {
  await agent.goto(contactUrl);
  await agent
    .getByRole("button", { name: /by E-mail: not allowed/ })
    .first()
    .click();
  await agent.getByRole("dialog").getByText("There is no consent on record").waitFor();
  await agent.getByRole("button", { name: "Ask them to confirm" }).click();
  await agent.getByRole("button", { name: "Send the question" }).click();
  await agent.getByText("The question is on its way.").waitFor();
  await agent.getByText("Waiting", { exact: true }).first().waitFor();
  expect(await ledger()).toEqual(["news:pending"]);

  const customer = await openBrowser();
  const link = await linkOnDevice("/c/");
  // A mail scanner comes first: it fetches the link and changes nothing.
  expect((await fetch(link)).status).toBe(200);
  expect(await ledger()).toEqual(["news:pending"]);
  await customer.goto(link);
  await customer.getByRole("heading", { name: "Bitte bestätigen" }).waitFor();
  await expectAccessible(customer);
  await customer.getByRole("link", { name: "English" }).click();
  await customer.getByRole("button", { name: "Yes, confirm" }).click();
  await customer.getByText("your confirmation is recorded").waitFor();
  expect(await ledger()).toEqual(["news:pending", "news:granted"]);
  await agent.getByRole("button", { name: "Offers and news by E-mail: allowed" }).waitFor();
  await agent.getByText("Confirmed", { exact: true }).first().waitFor();
});

test("the preference page works without script: choose, pause, unsubscribe from all, subscribe again", async () => {
  await agent.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: product.url });
  await agent.goto(contactUrl);
  await agent.getByRole("button", { name: "Consent actions" }).click();
  await agent.getByRole("menuitem", { name: "Copy link to their preferences" }).click();
  await agent.getByText("Link copied.").waitFor();
  const link = await agent.evaluate(() => navigator.clipboard.readText());

  const context = await browser.newContext({ javaScriptEnabled: false, locale: "de-DE" });
  open.push(context);
  const page = await context.newPage();
  await page.goto(`${link}?lang=en`);
  await page.getByRole("heading", { name: "Your preferences" }).waitFor();
  const news = page.getByRole("group", { name: "Offers and news" }).getByRole("checkbox");
  expect(await news.isChecked()).toBe(true);
  expect(await page.getByRole("group", { name: "Bookings and dates" }).getByRole("checkbox").isDisabled()).toBe(true);
  await page.getByRole("group", { name: "Reviews" }).getByRole("checkbox").check();
  await page.getByLabel("Take a break").selectOption({ label: "30 days" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Your preferences are saved.").waitFor();
  expect(await page.getByLabel("Take a break").locator("option").first().textContent()).toMatch(/^Break until/);
  await agent.getByText("Break", { exact: true }).waitFor();

  await page.getByRole("button", { name: "Unsubscribe from everything" }).click();
  expect(await news.isChecked()).toBe(false);
  await agent.getByRole("button", { name: "Offers and news by E-mail: not allowed" }).waitFor();
  await news.check();
  await page.getByRole("button", { name: "Save" }).click();
  // The clock stands still, so the order of entries says nothing: they are counted.
  await until("the new yes", async () => (await ledger()).filter((entry) => entry === "news:granted").length === 2);
  expect(await news.isChecked()).toBe(true);

  const looked = await openBrowser();
  await looked.goto(link);
  await expectAccessible(looked);
  await looked.setViewportSize({ width: 390, height: 844 });
  expect(await looked.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});

test("a list is imported after a dry run, undone, and an address added, found and lifted", async () => {
  await agent.goto(`${product.url}/consent`);
  // What the customer ended on the preference page stands there already.
  await agent.getByTestId("suppression-row").first().waitFor();
  const before = await agent.getByTestId("suppression-row").count();
  await agent.getByRole("button", { name: "Import a list" }).click();
  await agent.getByLabel("Choose a CSV file").setInputFiles({
    name: "alt.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("\uFEFFE-Mail;Grund\nweg@alt.example;abgemeldet\nspam@alt.example;spam\nkaputt;\n", "utf8"),
  });
  const dialog = agent.getByRole("dialog");
  await dialog.getByRole("tab", { name: /New\s*2/ }).waitFor();
  await dialog.getByText("weg@alt.example").waitFor();
  await dialog.getByRole("tab", { name: /Rejected\s*1/ }).click();
  await dialog.getByText("Not a phone number.").waitFor();
  expect(await agent.getByTestId("suppression-row").count()).toBe(before);
  await dialog.getByRole("button", { name: "Add 2 addresses" }).click();
  await until("two more addresses on the list", async () => {
    await product.advanceTo((now += 1_000));
    return (await agent.getByTestId("suppression-row").count()) === before + 2;
  });
  // "z" takes it back, as everywhere.
  await agent.keyboard.press("z");
  await until("the list as it was", async () => {
    await product.advanceTo((now += 1_000));
    return (await agent.getByTestId("suppression-row").count()) === before;
  });
  await agent.getByRole("tab", { name: "Imports" }).click();
  await agent.getByTestId("import-row").getByText("Undone").waitFor();

  await agent.getByRole("tab", { name: "Suppression list" }).click();
  await agent.getByRole("button", { name: "Add address" }).first().click();
  await agent.getByRole("textbox", { name: "Address" }).fill("Presse@Verlag.example");
  await agent.getByRole("button", { name: "Stop writing to it" }).click();
  await agent.getByTestId("suppression-row").filter({ hasText: "presse@verlag.example" }).waitFor();
  await agent.getByPlaceholder("Find an address").fill("verlag");
  await until("only what was looked for", async () => (await agent.getByTestId("suppression-row").count()) === 1);
  await agent.getByRole("button", { name: /Lift suppression of/ }).click();
  await agent.getByLabel("Why?").fill("typing error");
  await agent.getByRole("button", { name: "Lift", exact: true }).click();
  await agent.getByText("No such address").waitFor();
  expect(complaints.flat()).toEqual([]);
});
