import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";
import { CLOCK_START, SteppedClock } from "../support/stepped-clock.ts";

// A lead says what complaints look like; the next one arrives as one, goes to whom complaints go, and says why. An answer
// that could not leave is sent again by who wrote it (product.md, 2.4 no. 39).

let product: Product;
let clock: SteppedClock;
let browser: Browser;
let orgId: Id<"organisations">;
let anna: ConvexHttpClient;
let opened: { page: Page; context: BrowserContext; complaints: string[] };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: CLOCK_START }), launchBrowser()]);
  clock = new SteppedClock(product);
  const workspace = await createWorkspace(product, "sorting");
  orgId = workspace.orgId as Id<"organisations">;
  const member = workspace.members[0]!;
  anna = await signInOverHttp(product.url, member);
  opened = await openPage(browser);
  await clock.show(opened.context);
  await signIn(opened.page, product, member);
});
afterAll(async () => {
  await opened.context.close();
  await browser.close();
  await product.stop();
});

async function customerWrites(address: string, text: string): Promise<void> {
  await anna.mutation(api.sandbox.mutations.reply, { orgId, address, channel: "email", text });
  await clock.pass(1_000);
}

async function setMailEnabled(isEnabled: boolean): Promise<void> {
  const connections = await anna.query(api.connections.queries.list, { orgId });
  for (const { id: connectionId, channel } of connections) {
    if (channel !== "email") continue;
    await anna.mutation(api.connections.accounts.mutations.setEnabled, { orgId, connectionId, isEnabled });
  }
}

test("a rule is tried out, sorts what arrives before it is given out, and the conversation says so", async () => {
  const { page } = opened;
  await page.goto(`${product.url}/settings/assignment`);
  await page.getByRole("button", { name: "Add sorting rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Complaints");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Say what the rule sets").waitFor();
  await dialog.getByLabel("Words or phrases").fill("Beschwerde\nGeld zurück");
  await dialog.getByRole("button", { name: /Type of conversation/ }).click();
  await page.getByRole("option", { name: "Complaint" }).click();
  await dialog.getByRole("button", { name: /Priority/ }).click();
  await page.getByRole("option", { name: "Urgent" }).click();
  await dialog.getByRole("textbox", { name: "Tags" }).fill("refund");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("says “Beschwerde”, “Geld zurück”").waitFor();
  await page.getByText("→ Complaint · Urgent · #refund").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.getByRole("button", { name: "Try it out" }).click();
  await dialog.getByText("No rule takes this.").waitFor();
  await dialog.getByRole("textbox", { name: "Text" }).fill("Ich will mein GELD zurück.");
  await dialog.getByText("Taken by “Complaints”").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await dialog.waitFor({ state: "detached" });

  const ben = (await anna.query(api.orgs.queries.members, { orgId })).find(({ name }) => name === "Ben Agent")!;
  await anna.mutation(api.inbox.assignment.mutations.createRule, {
    orgId,
    name: "Complaints to Ben",
    conditions: { threadType: "complaint", tag: "refund" },
    target: { kind: "member", memberId: ben.memberId },
  });
  await customerWrites("eva@example.org", "Ich will mein Geld zurück!");
  await customerWrites("max@example.org", "Wann beginnt der Kurs?");
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Wann beginnt" }).waitFor();
  await page.getByTestId("thread-row").filter({ hasText: "Geld zurück" }).click();
  await page.getByTestId("message").filter({ hasText: "Complaints" }).waitFor();
  await page.getByRole("button", { name: "Assignee: Ben Agent" }).waitFor();
  await page.getByText("refund").first().waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(opened.complaints).toEqual([]);
});

test("an answer that could not leave is tried again where it stands", async () => {
  const { page } = opened;
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Wann beginnt" }).click();
  await page.getByTestId("message").filter({ hasText: "Wann beginnt" }).waitFor();
  const threads = await anna.query(api.inbox.queries.searchThreads, { orgId, text: "beginnt" });
  await setMailEnabled(false);
  const reply = { text: "Um neun.", close: false, clientId: "c1" };
  await anna.mutation(api.inbox.mutations.reply, { orgId, threadId: threads[0]!.id, ...reply });
  await clock.pass(10_000);
  const answer = page.getByTestId("message").filter({ hasText: "Um neun." });
  const again = answer.getByRole("button", { name: "Try again" });
  await again.waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await setMailEnabled(true);
  await again.click();
  await again.waitFor({ state: "detached" });
  await clock.pass(10_000);
  await answer.getByText("Delivered").waitFor();
  const device = await anna.query(api.sandbox.queries.device, { orgId, address: "max@example.org" });
  const received = device.filter(({ direction, text }) => direction === "to_customer" && text.includes("Um neun."));
  expect(received).toHaveLength(1);
  expect(opened.complaints).toEqual([]);
});
