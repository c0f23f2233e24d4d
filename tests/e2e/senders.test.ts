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

// Whom an answer comes from (product.md A-81): an address is added to the account, chosen for an answer, and stays.

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let anna: ConvexHttpClient;
let opened: { page: Page; context: BrowserContext };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "senders");
  orgId = workspace.orgId as Id<"organisations">;
  anna = await signInOverHttp(product.url, workspace.members[0]!);
  opened = await openPage(browser);
  await signIn(opened.page, product, workspace.members[0]!);
});
afterAll(async () => {
  await opened.context.close();
  await browser.close();
  await product.stop();
});

test("an address is added to an account and chosen for an answer, which comes from it; the next one does, too", async () => {
  const { page } = opened;
  const accounts = await anna.query(api.connections.queries.list, { orgId });
  const account = accounts.find(({ channel }) => channel === "email")!;
  const domain = String(account.settings.fromAddress).split("@")[1]!;

  await page.goto(`${product.url}/settings/connections`);
  await page.getByRole("button", { name: `Actions for ${account.name}` }).click();
  await page.getByRole("menuitem", { name: "Sender addresses" }).click();
  const dialog = page.getByRole("dialog", { name: `Sender addresses of ${account.name}` });
  await dialog.getByRole("button", { name: "Add an address" }).click();
  await dialog.getByLabel("Address", { exact: true }).fill("kurse@fremd.example");
  await dialog.getByLabel("Name shown").fill("Kurse");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText(`Only addresses of ${domain} can be used.`).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByLabel("Address", { exact: true }).fill(`kurse@${domain}`);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });

  const address = "eva@example.org";
  await anna.mutation(api.sandbox.mutations.reply, { orgId, address, channel: "email", text: "Was kostet der Kurs?" });
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Was kostet der Kurs?" }).click();
  await page.getByTestId("message").filter({ hasText: "Was kostet der Kurs?" }).waitFor();
  await page.getByRole("button", { name: `From: Automatic (${String(account.settings.fromAddress)})` }).click();
  await page.getByRole("menuitem", { name: `Kurse <kurse@${domain}>` }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("menuitem", { name: `Kurse <kurse@${domain}>` }).click();
  const chosen = page.getByRole("button", { name: `From: Kurse <kurse@${domain}>` });
  await chosen.waitFor();

  const field = page.getByRole("textbox", { name: "Reply text" });
  await field.click();
  await page.keyboard.type("Hundert Euro.");
  await field.filter({ hasText: "Hundert Euro." }).waitFor();
  await field.press("Control+Enter");
  await page
    .getByTestId("message")
    .filter({ hasText: `From kurse@${domain}` })
    .waitFor();
  await chosen.waitFor();
  const device = async () => {
    const messages = await anna.query(api.sandbox.queries.device, { orgId, address });
    return messages.find(({ text }) => text.startsWith("Hundert Euro."))?.from;
  };
  await expect.poll(device, { timeout: 120_000 }).toBe(`kurse@${domain}`);
});
