import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { DELIVERY_PARTS, SETTINGS_SECTIONS } from "../../src/lib/search-params.ts";
import { untilAnswered } from "./answers.ts";
import { accessibilityProblems, atRest } from "./axe.ts";
import { launchBrowser, openPage } from "./browser.ts";
import { demoMember } from "./member-client.ts";
import { startProduct, type Product } from "./product.ts";

// Every screen of the seeded demo, in both themes and at the widths of a desk and of a phone: no violation of WCAG 2.2
// AA that axe can see, and a silent console.

const START = Date.parse("2026-10-01T08:00:00Z");
/** Some forty screens in two themes, a second or two each. */
const SCREENS_TIMEOUT_MS = 900_000;

let product: Product;
let browser: Browser;
let screens: [name: string, path: string][];

/** Addresses of every screen, with rows of the demo where one is needed. */
async function listScreens(): Promise<[string, string][]> {
  const { client, orgId } = await demoMember(product);
  const paginationOpts = { numItems: 50, cursor: null };
  const threads = (await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts })).page;
  const [past, ahead, sequences, queue, accounts, segments, templates] = await Promise.all([
    client.query(api.bookings.queries.list, { orgId, view: "past", paginationOpts }),
    client.query(api.bookings.queries.list, { orgId, view: "upcoming", paginationOpts }),
    client.query(api.sequences.queries.list, { orgId }),
    client.query(api.delivery.queries.listQueue, { orgId, group: "failed", paginationOpts }),
    client.query(api.contacts.accounts.queries.list, { orgId, paginationOpts }),
    client.query(api.contacts.segments.queries.options, { orgId }),
    client.query(api.templates.queries.list, { orgId }),
  ]);
  const perChannel = (["email", "sms", "whatsapp"] as const).map((channel): [string, string] => [
    `thread, ${channel}`,
    `/inbox/${threads.find((thread) => thread.channel === channel)?.id}`,
  ]);
  // Somebody who has written, booked, and is going to be written to.
  const person = threads.find(({ contact }) => contact?.name === "Anna Weber")?.contact;
  return [
    ["inbox", "/inbox"],
    ["inbox, a channel", "/inbox?view=all&channel=email"],
    ...perChannel,
    ["bookings", "/bookings"],
    ["bookings calendar", "/bookings?view=calendar"],
    ["booking ahead", `/bookings/${ahead.page.find(({ status }) => status === "confirmed")?.id}`],
    ["booking past", `/bookings/${past.page[0]?.id}`],
    ["sequences", "/sequences"],
    ["sequence", `/sequences/${sequences[0]?.id}`],
    ["templates", "/templates"],
    ["template of an e-mail", `/templates/${templates.find(({ channelType }) => channelType !== "sms")?.id}`],
    ["rehearsal", `/sequences/${sequences[0]?.id}/rehearsal`],
    ["queue", "/queue?group=all"],
    ["dead letters", "/queue?group=dead"],
    ["search", "/search?q=kurs"],
    ["tasks", "/tasks"],
    ["tickets", "/tickets"],
    ["outage drill", "/drill"],
    ["monitoring", "/monitoring?range=month"],
    ["reports", "/reports?period=quarter"],
    ["queue with a message open", `/queue?group=failed&message=${queue.page[0]?.id}`],
    ["phones", "/phones"],
    ["contact", `/contacts/${person?.id}`],
    ["segments", "/contacts?tab=segments"],
    ["segment", `/segments/${segments[0]?.id}`],
    ["new segment", "/segments/new"],
    ["organisations", "/accounts"],
    ["organisation", `/accounts/${accounts.page[0]?.id}`],
    ["consent, suppressions", "/consent"],
    ["consent, topics", "/consent?tab=topics"],
    ["consent, wordings", "/consent?tab=wordings"],
    ["consent, sign-up forms", "/consent?tab=forms"],
    ["consent, privacy", "/consent?tab=privacy"],
    ...SETTINGS_SECTIONS.map((section): [string, string] => [`settings, ${section}`, `/settings/${section}`]),
    ...DELIVERY_PARTS.map((part): [string, string] => [`settings, ${part}`, `/settings/delivery?part=${part}`]),
  ];
}

const pathOf = (name: string) => screens.find(([known]) => known === name)?.[1] ?? `/missing/${name}`;

/** Opens a screen and waits until it has its title and nothing is loading any more. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(product.url + path);
  await page.waitForFunction(
    () =>
      document.querySelector("h1, h2") !== null &&
      document.querySelector(".skeleton, [role=status][aria-label=Loading]") === null,
  );
}

/** Structure once, colours in both themes. */
async function problemsOf(page: Page): Promise<string[]> {
  const found = async (theme: "light" | "dark", onlyColours: boolean) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((wanted) => document.documentElement.dataset["theme"] === wanted, theme);
    await atRest(page);
    return (await accessibilityProblems(page, { onlyColours })).map((problem) => `${theme}: ${problem}`);
  };
  const problems = [...(await found("light", false)), ...(await found("dark", true))];
  // By now everything has come.
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  const reflow = isWide ? ["reflow: the page is wider than the window (WCAG 1.4.10)"] : [];
  reflow.push(...(await page.evaluate(scrolledBothWays)));
  return [...reflow, ...problems];
}

// Runs in the page: what is read downwards and has to be moved sideways too. Tables, pictures and rows of tabs are moved
// sideways alone.
function scrolledBothWays(): string[] {
  const LEAST = 8;
  return [...document.querySelectorAll<HTMLElement>("main *")].flatMap((element) => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element;
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    if (!scrolls || scrollHeight < clientHeight + LEAST || scrollWidth <= clientWidth) return [];
    return [`reflow: ${element.className} is ${scrollWidth} wide in ${clientWidth} (WCAG 1.4.10)`];
  });
}

// Runs in the page: by how much all of it, with its menus, could be scrolled out of the window.
function tooLong(): number {
  return document.documentElement.scrollHeight - window.innerHeight;
}

interface Size {
  width: number;
  height: number;
}

async function everyScreen(size: Size): Promise<void> {
  const { page, context, complaints } = await openPage(browser, size);
  // A first visit enters the demo by itself.
  await page.goto(product.url);
  await page.getByRole("navigation").first().waitFor();
  for (const [name, path] of screens) {
    await open(page, path);
    expect.soft(await problemsOf(page), name).toEqual([]);
    expect.soft(await page.evaluate(tooLong), `page longer than the window at ${name}`).toBe(0);
    expect.soft(complaints.splice(0), `console at ${name}`).toEqual([]);
  }
  await context.close();
}

/** What was found stands there, and the keyboard is on one of it: by itself it may be on something that is found no more. */
async function foundIsPointedAt(page: Page): Promise<void> {
  await page.getByRole("dialog").getByRole("menuitem", { name: /Segel/ }).first().waitFor();
  await untilAnswered(page);
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => {
    const active = document.activeElement?.getAttribute("aria-activedescendant");
    return typeof active === "string" && document.getElementById(active) !== null;
  });
}

async function whatOpensOver(size: Size): Promise<void> {
  const { page, context, complaints } = await openPage(browser, size);
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("menuitem").first().waitFor();
  expect.soft(await problemsOf(page), "palette").toEqual([]);
  await page.keyboard.type("Segel");
  await foundIsPointedAt(page);
  expect.soft(await problemsOf(page), "palette with results").toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  expect.soft(await problemsOf(page), "shortcut help").toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });

  const openWith = async (name: string, role: "dialog" | "alertdialog" | "menu", button: RegExp | string) => {
    await page.getByRole("button", { name: button }).first().click();
    await page.getByRole(role).first().waitFor();
    expect.soft(await problemsOf(page), name).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole(role).first().waitFor({ state: "hidden" });
  };
  await openWith("account menu", "menu", /^Account and settings/);
  await open(page, pathOf("thread, whatsapp"));
  const fold = page.getByRole("button", { name: "Show status and who has it" });
  if ((await fold.count()) > 0) await fold.click();
  await openWith("status menu", "menu", /^Status/);
  await openWith("assign menu", "menu", /^Assignee/);
  await open(page, pathOf("booking ahead"));
  await openWith("why", "dialog", "Why?");
  await openWith("reschedule", "dialog", "Reschedule");
  await openWith("cancel", "dialog", "Cancel booking");
  await openWith("more actions", "menu", "More booking actions");
  expect(complaints).toEqual([]);
  await context.close();
}

async function signingIn(size: Size): Promise<void> {
  const { page, context, complaints } = await openPage(browser, size);
  await page.addInitScript(() => localStorage.setItem("switchboard.demoEntered", "true"));
  await open(page, "/");
  expect.soft(await problemsOf(page), "sign-in").toEqual([]);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  expect.soft(await problemsOf(page), "sign-in with errors").toEqual([]);
  await page.getByRole("button", { name: /create/i }).click();
  expect.soft(await problemsOf(page), "sign-up").toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
}

/** The whole check at one size of window; `name` says whose. Call it at the top of a test file of its own. */
export function describeScreens(name: string, size: Size): void {
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct({ startMs: START, seed: true }), launchBrowser()]);
    screens = await listScreens();
  });
  afterAll(async () => {
    await browser.close();
    await product.stop();
  });

  describe(`at the width of ${name}`, () => {
    test("every screen is accessible and the console silent", () => everyScreen(size), SCREENS_TIMEOUT_MS);
    test("what opens over a screen is accessible", () => whatOpensOver(size), SCREENS_TIMEOUT_MS);
    test("signing in and up is accessible", () => signingIn(size));
  });
}
