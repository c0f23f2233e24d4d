import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// Deadlines in a browser: days off come from a calendar file after a look at what it would add, and "what if" shows the
// deadline moving because of them.

const START = Date.parse("2026-10-01T08:00:00Z");

const HOLIDAYS = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Amt//Feiertage//DE",
  "BEGIN:VEVENT",
  "UID:einheit@amt.example",
  "DTSTART;VALUE=DATE:20201003",
  "RRULE:FREQ=YEARLY;UNTIL=20271231",
  "SUMMARY:Tag der Deutschen Einheit",
  "END:VEVENT",
  "BEGIN:VEVENT",
  "UID:ausflug@amt.example",
  "DTSTART:20261005T060000Z",
  "DTEND:20261006T100000Z",
  "SUMMARY:Betriebsausflug",
  "END:VEVENT",
  "BEGIN:VEVENT",
  "UID:kaputt@amt.example",
  "DTSTART;TZID=Mond:20261224T120000",
  "DTEND;TZID=Mond:20261224T180000",
  "SUMMARY:Mondfest",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "haff");
  ({ page, context, complaints } = await openPage(browser));
  await page.clock.setFixedTime(START);
  await signIn(page, product, workspace.members[0]!);
  await page.goto(`${product.url}/settings/sla`);
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

const choose = async (name: string, text: string) =>
  await page
    .getByRole("dialog")
    .getByLabel("Days off from a calendar file (.ics)")
    .and(page.locator("input"))
    .setInputFiles({ name, mimeType: "text/calendar", buffer: Buffer.from(text, "utf8") });
const firstResponse = () => page.getByTestId("what-if-first_response");

test("a calendar file is looked through, added to the days off, and moves the deadline", async () => {
  const usual = page.getByRole("button", { name: "Use the usual ones" });
  if (await usual.isVisible()) await usual.click();
  // Friday afternoon; the next working day is Monday the 5th.
  await page.getByLabel("Message comes in").fill("2026-10-02T17:00");
  await firstResponse()
    .getByText(/^Due .*5/)
    .waitFor();

  await page.getByRole("button", { name: "Actions for" }).last().click();
  await page.getByRole("menuitem", { name: "Change" }).click();
  const dialog = page.getByRole("dialog");
  await choose("liste.ics", "Datum;Name\n2026-12-25;Weihnachten\n");
  await dialog.getByRole("alert").getByText("liste.ics is no calendar file").waitFor();
  await dialog.getByRole("button", { name: "Discard" }).click();

  await choose("feiertage.ics", HOLIDAYS);
  const region = dialog.getByRole("region", { name: "Days off in feiertage.ics" });
  await region.getByText("4 days to add").waitFor();
  await region.getByText("2026-10-03 Tag der Deutschen Einheit").waitFor();
  await region.getByText("2026-10-05 08:00–24:00 Betriebsausflug").waitFor();
  await region.getByText("2026-10-06 00:00–12:00 Betriebsausflug").waitFor();
  await region.getByText(/Mondfest.*its time zone is not known/).waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await accessibilityProblems(page, { onlyColours: colorScheme === "dark" })).toEqual([]);
  }
  await region.getByRole("button", { name: "Add 4 days off" }).click();
  // The same file again adds nothing: the days are in the form already.
  await choose("feiertage.ics", HOLIDAYS);
  await region.getByText(/0 days to add, 4 there already/).waitFor();
  await region.getByRole("button", { name: "Discard" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("4 days off").waitFor();

  await firstResponse()
    .getByText(/^Due .*6/)
    .waitFor();
  await firstResponse().getByText("Betriebsausflug").first().waitFor();
  expect(complaints).toEqual([]);
});

test("“what if” counts with the hours of the team that would have it", async () => {
  const client = await signInOverHttp(product.url, workspace.members[0]!);
  const orgId = workspace.orgId as Id<"organisations">;
  const intervals = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, start: "00:00", end: "24:00" }));
  const always = { name: "Immer", timezone: "Europe/Berlin", intervals, holidays: [] };
  const calendarId = await client.mutation(api.sla.mutations.createCalendar, { orgId, ...always });
  const team = { name: "Notdienst", mode: "round_robin", onlyOnline: true, memberIds: [], calendarId } as const;
  await client.mutation(api.inbox.teams.mutations.create, { orgId, ...team, memberIds: [] });
  // Friday afternoon, four hours: by nine, with nobody's hours in between.
  await page.getByLabel("Message comes in").fill("2026-10-02T17:00");
  await page.getByRole("button", { name: /Team$/ }).click();
  await page.getByRole("option", { name: "Notdienst" }).click();
  await firstResponse()
    .getByText(/^Due .*2.* 21:00/)
    .waitFor();
  await firstResponse().getByText("hours: Immer (the team’s)").waitFor();
  expect(complaints).toEqual([]);
});

test("a conversation's deadline says which hours count towards it, and is gone once it is answered", async () => {
  const friday = Date.parse("2026-10-02T13:00:00Z");
  await product.jumpTo(friday);
  await page.clock.setFixedTime(friday);
  const opened = await product.client.run("intake/jobs:openMailbox", { address: "info@haff.example" });
  const { rawEmailUrl, secret } = opened as unknown as { rawEmailUrl: string; secret: string };
  const body = [
    "From: Lea <lea@example.org>",
    "To: info@haff.example",
    "Subject: Weste",
    "Message-ID: <l@example.org>",
  ];
  const mailbox = `${product.siteUrl}${new URL(rawEmailUrl).pathname}/${secret}`;
  const answer = await fetch(mailbox, {
    method: "POST",
    body: [...body, "", "Braucht mein Kind eine Weste?"].join("\r\n"),
  });
  expect(answer.status).toBe(200);
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Weste" }).click();
  await page.getByTestId("deadline").click();
  const clock = page.getByRole("dialog").getByRole("region", { name: "First response" });
  await clock.getByText("running", { exact: true }).waitFor();
  await clock.getByText("4 hr by the channel's hours · hours: Standard").waitFor();
  // Two hours until Friday's closing time, two from Tuesday noon: Saturday is a holiday, the outing is on Monday and Tuesday.
  await clock.getByText("Due Tue 6 Oct, 14:00 · 4 hr of working time left").waitFor();
  expect(await clock.getByRole("listitem").allInnerTexts()).toEqual([
    expect.stringMatching(/15:00 – 17:00\s+2 hr/),
    expect.stringMatching(/17:00 – Tue 6 Oct, 12:00\s+Tag der Deutschen Einheit, Betriebsausflug/),
    expect.stringMatching(/12:00 – 14:00\s+2 hr/),
  ]);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Reply text" }).fill("Ja, wir haben welche in jeder Größe.");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByTestId("deadline").waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});
