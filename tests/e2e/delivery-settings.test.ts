import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { signIn } from "../support/app.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { until } from "../support/until.ts";

// How sending is set up, in a browser: an admin orders the channels and the next message obeys, pauses one and lets it go
// on, writes to somebody in an emergency. Messages come in as another system's do, over the REST API.

/** Ten in the morning in Berlin, on a working day. */
const START = Date.parse("2026-10-01T08:00:00Z");
const PERSON = { name: "Anna Weber", email: "anna.weber@example.org", phone: "+4915112345678" };

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let page: Page;
let context: BrowserContext;
let complaints: string[];
let key: string;
let now = START;

const rowsOf = (table: string) => {
  const adminKey = readFileSync(join(product.dataDir, "admin-key"), "utf8").trim();
  return tableRows({ cloudUrl: product.url, adminKey }, table);
};

/** A field of a row that is text; nothing where it is not there. */
const textOf = (value: unknown) => (typeof value === "string" ? value : "");

/** Text and channel of what arrived on devices. */
async function arrived(): Promise<string[]> {
  return (await rowsOf("sandboxMessages")).map(({ channel, text }) => `${textOf(channel)}: ${textOf(text)}`);
}

/** Lets the clock go on until a message with this text has arrived; says on which channel. */
async function arrivedBy(text: string): Promise<string> {
  return await until(`"${text}" on a device`, async () => {
    await product.advanceTo((now += 1_000));
    return (await arrived()).find((each) => each.includes(text))?.split(":")[0];
  });
}

/** Hands a finished message in, as another system would. */
async function submit(text: string, channel: "best" | "sms", to: Record<string, string> = PERSON): Promise<void> {
  const response = await fetch(`${product.siteUrl}/api/v1/messages`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ to, channel, content: { subject: "Hafen", text }, idempotencyKey: text }),
  });
  expect(response.status).toBe(202);
}

const settings = (path: string) => page.goto(`${product.url}/settings/${path}`);

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "haff");
  const admin = workspace.members[0];
  if (admin === undefined) throw new Error("The workspace has no admin.");
  const client = await signInOverHttp(product.url, admin);
  const orgId = workspace.orgId as Id<"organisations">;
  key = (await client.mutation(api.api.mutations.createKey, { orgId, name: "Hafen", scopes: ["messages.send"] })).key;
  // Makes the person known.
  await submit("Willkommen", "best");
  ({ page, context, complaints } = await openPage(browser));
  await signIn(page, product, admin);
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

test("channels put in order by the keyboard are obeyed by the next message, and undone", async () => {
  await settings("delivery?part=routingRules");
  const missing = page.getByRole("group", { name: "Add to: Best channel" });
  await missing.getByRole("button", { name: "E-mail" }).click();
  await missing.getByRole("button", { name: "SMS" }).click();
  const rows = page.getByRole("grid", { name: "Best channel" }).getByRole("row");
  await rows.nth(1).waitFor();
  await submit("Liegeplatz 4", "best");
  expect(await arrivedBy("Liegeplatz 4")).toBe("email");

  // The drag handle with the keyboard: take SMS, go up to the first place, drop it.
  await rows.nth(1).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Insert after SMS" }).waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await rows.first().filter({ hasText: "SMS" }).waitFor();
  await submit("Liegeplatz 7", "best");
  expect(await arrivedBy("Liegeplatz 7")).toBe("sms");

  // With the pointer.
  await rows
    .filter({ hasText: "E-mail" })
    .dragTo(rows.filter({ hasText: "SMS" }), { targetPosition: { x: 150, y: 3 } });
  await rows.first().filter({ hasText: "E-mail" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).first().click();
  await rows.first().filter({ hasText: "SMS" }).waitFor();

  await page.getByRole("button", { name: "Back to the default: Best channel" }).click();
  await page.getByText("by the order of the connections", { exact: true }).waitFor();
});

test("a number the server refuses is marked at its field and not kept", async () => {
  await settings("delivery?part=deliverySettings");
  const field = page.getByRole("textbox", { name: "For one person a day (messages)" });
  await field.fill("1000");
  await field.press("Enter");
  await page.getByText("Enter a number from 1 to 100.").waitFor();
  await field.press("Escape");
  expect(await field.inputValue()).toBe("3");
  await field.fill("5");
  await field.press("Enter");
  await page.getByText("changed, default: 3 messages").waitFor();
  await page.reload();
  expect(await field.inputValue()).toBe("5");
  expect((await rowsOf("auditEntries")).map(({ action }) => action)).toContain("delivery_settings.changed");
});

test("a paused channel holds its messages, says so on the queue, and lets them go on", async () => {
  await settings("pauses");
  await page.getByRole("button", { name: "Pause SMS", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  await dialog.getByText("Say why").waitFor();
  await dialog.getByLabel("Why?").fill("New sender number");
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  const row = page.getByTestId("pause-row").filter({ hasText: "New sender number" });
  await row.getByText("nothing waits").waitFor();

  // Somebody who can be reached in no other way.
  await submit("Sturm", "sms", { name: "Olaf Ohnemail", phone: "+4915112345679" });
  await until("the message is held", async () => {
    await product.advanceTo((now += 1_000));
    return await row.getByText("1 message waits").isVisible();
  });
  expect((await arrived()).filter((each) => each.includes("Sturm"))).toEqual([]);
  await page.goto(`${product.url}/queue`);
  const banner = page.getByRole("complementary", { name: "What is paused" });
  await banner.getByText("SMS is paused.").waitFor();
  expect.soft(await accessibilityProblems(page, { onlyColours: false })).toEqual([]);
  await page.goto(`${product.url}/monitoring`);
  await banner.getByRole("link", { name: "Pauses" }).click();

  await page.getByRole("button", { name: "Resume SMS" }).click();
  expect(await arrivedBy("Sturm")).toBe("sms");
  await page.getByRole("button", { name: "Pause SMS", exact: true }).waitFor();
});

test("an emergency goes once its number of people is typed, stays on record and can be called off", async () => {
  // What is in force the browser tells by its own clock, which is to say what the backend's does.
  await page.clock.setFixedTime(now);
  await settings("emergencies");
  await page.getByRole("button", { name: "Declare an emergency" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByPlaceholder("Find people").fill("Weber");
  await dialog.getByRole("list", { name: "Found people" }).getByText(PERSON.name).click();
  await dialog.getByLabel("Subject").fill("Sturmwarnung");
  await dialog.getByLabel("Text", { exact: true }).fill("Der Hafen ist gesperrt.");
  const send = dialog.getByRole("button", { name: "Write to 1 person now" });
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByLabel(/To confirm/).fill("1");
  await send.click();
  await dialog.getByText("Say why").waitFor();
  await dialog.getByLabel("Why is it an emergency?").fill("Storm, force 9");
  expect.soft(await accessibilityProblems(page, { onlyColours: false })).toEqual([]);
  await send.click();

  const card = page.getByTestId("emergency");
  await card.getByText("Storm, force 9").waitFor();
  await card.getByText(/Anna Admin/).waitFor();
  expect(await arrivedBy("Der Hafen ist gesperrt.")).toBe("sms");
  await until("the receipt", async () => {
    await product.advanceTo((now += 1_000));
    return await card.getByText("Delivered: 1").isVisible();
  });
  await card.getByRole("button", { name: "Call off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Call off" }).click();
  await page.getByText("Nothing was waiting any more.").first().waitFor();
  await page.getByRole("region", { name: "Past" }).getByText("Called off", { exact: true }).waitFor();
  expect((await rowsOf("auditEntries")).map(({ action }) => action)).toEqual(
    expect.arrayContaining(["emergency.sent", "emergency.ended"]),
  );
});

test("a WhatsApp template is registered, previewed and removed", async () => {
  await settings("templates");
  await page.getByRole("tab", { name: "WhatsApp registrations" }).click();
  await page.getByRole("button", { name: "Register a template" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name as registered").fill("Zwei Worte");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Lower-case letters, digits and underscores only.").waitFor();
  await dialog.getByLabel("Name as registered").fill("one_day_before");
  await dialog.getByRole("button", { name: /Approval/ }).click();
  await page.getByRole("option", { name: "Approved" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByTestId("registration").filter({ hasText: "one_day_before" });
  await row.getByText("Used after 24 h").waitFor();
  await row.getByRole("button", { name: /Actions/ }).click();
  await page.getByRole("menuitem", { name: "Preview" }).click();
  await page.getByRole("dialog").getByText("This is our text with sample values").waitFor();
  await page.keyboard.press("Escape");
  await row.getByRole("button", { name: /Actions/ }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByText("No template is registered yet").waitFor();
  await page.keyboard.press("z");
  await row.waitFor();
});

test("every section is reached on a phone, in no more than the width of the screen", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await settings("general");
  for (const name of ["Delivery", "Pauses", "Emergencies", "Templates"]) {
    await page.getByRole("button", { name: /Settings$/ }).click();
    await page.getByRole("option", { name, exact: true }).click();
    await page.getByRole("heading", { name, level: 2 }).waitFor({ state: "attached" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  }
  expect(complaints).toEqual([]);
});
