import type { ConvexHttpClient } from "convex/browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// An administrator narrows what a colleague sees, while the colleague looks (product.md ).

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "scope");
  const [admin] = workspace.members;
  if (admin === undefined) throw new Error("The workspace has no members.");
  client = await signInOverHttp(product.url, admin);
  orgId = workspace.orgId as Id<"organisations">;
  const write = async (channel: "email" | "sms", address: string, text: string) =>
    await client.mutation(api.sandbox.mutations.reply, { orgId, channel, address, text });
  await write("email", "mia@example.org", "Wo ist mein Segel?");
  await write("sms", "+4915112345678", "Ist das Boot frei?");
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

test("an agent who is narrowed to a channel loses the other rows at once; a mention lets them in", async () => {
  const [admin, agent] = workspace.members;
  if (admin === undefined || agent === undefined) throw new Error("The workspace has no two members.");
  const theirs = await openPage(browser);
  const ours = await openPage(browser);
  await signIn(theirs.page, product, agent);
  const rows = theirs.page.getByTestId("thread-row");
  const mail = rows.filter({ hasText: "Wo ist mein Segel?" });
  const text = rows.filter({ hasText: "Ist das Boot frei?" });
  await Promise.all([mail.waitFor(), text.waitFor()]);
  await mail.click();
  await theirs.page.getByTestId("message").first().waitFor();
  // The list keeps its rows still under a pointer.
  await theirs.page.mouse.move(1_000, 450);

  await signIn(ours.page, product, admin);
  await ours.page.goto(`${product.url}/settings/members`);
  await ours.page.getByRole("button", { name: `Change role and access of ${agent.name}` }).click();
  const dialog = ours.page.getByRole("dialog");
  await dialog.getByRole("button", { name: /Conversations they see/ }).click();
  await ours.page.getByRole("option", { name: "Only those of some channels and teams" }).click();
  await dialog.getByText("Nothing is chosen").waitFor();
  await dialog.getByText("SMS", { exact: true }).click();
  await dialog.getByText("Nothing is chosen").waitFor({ state: "detached" });
  await atRest(ours.page);
  expect(await accessibilityProblems(ours.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await ours.page.getByText("Sees SMS").waitFor();

  await mail.waitFor({ state: "detached" });
  await text.waitFor();
  expect(await rows.count()).toBe(1);
  // It is open on their screen: as if there were no such conversation.
  await theirs.page.getByText("You cannot see this conversation").waitFor();
  expect(await theirs.page.getByTestId("message").count()).toBe(0);
  await atRest(theirs.page);
  expect(await accessibilityProblems(theirs.page)).toEqual([]);

  const threadId = theirs.page.url().split("/").at(-1)?.split("?")[0] as Id<"threads">;
  const note = { orgId, threadId, text: `Kannst du antworten, @${agent.name}?`, clientId: "n1" };
  await client.mutation(api.inbox.mutations.addNote, note);
  await theirs.page.getByTestId("message").filter({ hasText: "Kannst du antworten" }).waitFor();
  await rows.nth(1).waitFor();
  expect(ours.complaints).toEqual([]);
  await theirs.context.close();
  await ours.context.close();
});
