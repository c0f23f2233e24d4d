import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { until } from "../support/until.ts";

// A sign-up form in a browser: made by a member, put on a website of another origin, filled in there, confirmed by the
// link in the mail, seen as a yes on the person's page.

const START = Date.parse("2026-10-01T08:00:00Z");

let product: Product;
let browser: Browser;
let member: Page;
let site: Server;
let siteUrl: string;
let siteHtml = "";
let now = START;
const open: BrowserContext[] = [];
const complaints: string[][] = [];

async function openBrowser(): Promise<Page> {
  const opened = await openPage(browser);
  open.push(opened.context);
  complaints.push(opened.complaints);
  return opened.page;
}

/** Somebody's own website: one page with whatever was put on it, and one to say thanks. */
async function startSite(): Promise<void> {
  site = createServer((request, response) => {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    const body = request.url === "/danke" ? "<h1>Willkommen an Bord</h1>" : siteHtml;
    response.end(`<!doctype html><html lang="de"><title>Segelschule</title><body>${body}</body></html>`);
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
}

/** A field of a row that is text; nothing where it is not there. */
const textOf = (value: unknown) => (typeof value === "string" ? value : "");

async function rowsOf(table: string) {
  const adminKey = readFileSync(join(product.dataDir, "admin-key"), "utf8").trim();
  return await tableRows({ cloudUrl: product.url, adminKey }, table);
}

async function confirmationLink(): Promise<string> {
  return await until("the mail with the link", async () => {
    await product.advanceTo((now += 1_000));
    const texts = (await rowsOf("sandboxMessages")).map(({ text }) => textOf(text));
    return texts.map((text) => /https?:\/\/\S+\/c\/[\w-]+/.exec(text)?.[0]).findLast((url) => url !== undefined);
  });
}

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser(), startSite()]);
  const workspace = await createWorkspace(product, "haff");
  member = await openBrowser();
  await signIn(member, product, workspace.members[0]!);
});
afterAll(async () => {
  for (const context of open) await context.close();
  await browser.close();
  await product.stop();
  site.close();
});

test("a form is made, filled in on another website, confirmed, and the consent is there", async () => {
  await member.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: product.url });
  await member.goto(`${product.url}/consent?tab=forms`);
  await member.getByRole("button", { name: "New form" }).click();
  const dialog = member.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Website");
  await dialog.getByLabel("Websites it may stand on").fill("haff.example");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Each is an address such as").waitFor();
  await dialog.getByLabel("Websites it may stand on").fill(siteUrl);
  await dialog.getByLabel("Go on to this page instead").fill(`${siteUrl}/danke`);
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = member.getByTestId("sign-up-form");
  await row.getByText("Website", { exact: true }).waitFor();
  await row.getByRole("button", { name: "HTML" }).click();
  await member.getByRole("button", { name: "Copy HTML" }).click();
  siteHtml = await member.evaluate(() => navigator.clipboard.readText());

  const visitor = await openBrowser();
  await visitor.goto(siteUrl);
  await visitor.getByLabel("Name (optional)").fill("Frieda Fock");
  await visitor.getByLabel("E-mail address").fill("frieda@example.org");
  await visitor.getByRole("checkbox").check();
  await visitor.getByRole("button", { name: "Sign up" }).click();
  await visitor.getByRole("heading", { name: "Willkommen an Bord" }).waitFor();
  await row.getByText("1 sign-up").waitFor();

  await visitor.goto(await confirmationLink());
  await visitor.getByRole("button", { name: "Yes, confirm" }).click();
  await visitor.getByText("your confirmation is recorded").waitFor();
  const contact = (await rowsOf("contacts")).find(({ name }) => name === "Frieda Fock");
  await member.goto(`${product.url}/contacts/${textOf(contact?._id)}`);
  await member.getByRole("button", { name: "Offers and news by E-mail: allowed" }).waitFor();
});

test("a script may send from the form's website and from no other", async () => {
  const visitor = await openBrowser();
  await visitor.goto(siteUrl);
  const send = async (page: Page) =>
    await page.evaluate(async () => {
      const url = document.forms[0]?.action ?? "";
      const body = JSON.stringify({ email: "till@example.org", consent: true });
      const headers = { "Content-Type": "application/json" };
      return await fetch(url, { method: "POST", headers, body }).then(
        ({ status }) => String(status),
        () => "blocked",
      );
    });
  expect(await send(visitor)).toBe("202");
  // The same page under another name of this machine is another origin.
  const { page: stranger, context } = await openPage(browser);
  open.push(context);
  await stranger.goto(siteUrl.replace("127.0.0.1", "localhost"));
  expect(await send(stranger)).toBe("blocked");
});

test("the form's own page works without script, names what is wrong, and reads well", async () => {
  await member.goto(`${product.url}/consent?tab=forms`);
  const link = await member.getByRole("link", { name: "Open the page of Website" }).getAttribute("href");
  const context = await browser.newContext({ javaScriptEnabled: false });
  open.push(context);
  const page = await context.newPage();
  await page.goto(link ?? "");
  await page.getByLabel("E-mail address").fill("kaputt@");
  await page.locator("form").evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("alert").getByText("Please check the e-mail address.").waitFor();
  await page.getByLabel("E-mail address").fill("jan@example.org");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("heading", { name: "Almost done" }).waitFor();

  const looked = await openBrowser();
  await looked.goto(link ?? "");
  for (const colorScheme of ["light", "dark"] as const) {
    await looked.emulateMedia({ colorScheme });
    expect.soft(await accessibilityProblems(looked, { onlyColours: colorScheme === "dark" })).toEqual([]);
  }
  await member.getByRole("switch", { name: "Website takes sign-ups" }).click({ force: true });
  await member.getByText("Switched off").waitFor();
  expect((await looked.goto(link ?? ""))?.status()).toBe(404);
  expect(complaints.flat()).toEqual(complaints.flat().filter((line) => line.includes("404")));
});
