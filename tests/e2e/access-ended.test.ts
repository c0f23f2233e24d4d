import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";

// Somebody is taken out of the workspace while they look at it.

let product: Product;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

test("a member who is suspended loses the screen at once and is told why", async () => {
  const workspace = await createWorkspace(product, "access");
  const [admin, agent] = workspace.members;
  if (admin === undefined || agent === undefined) throw new Error("The workspace has no two members.");
  const theirs = await openPage(browser);
  const ours = await openPage(browser);
  await signIn(theirs.page, product, agent);
  await signIn(ours.page, product, admin);
  await ours.page.goto(`${product.url}/settings/members`);
  await ours.page.getByRole("button", { name: `Suspend ${agent.name}` }).click();

  await theirs.page.getByRole("heading", { name: /You no longer belong to/ }).waitFor();
  // What was announced names labels of the screen that has gone; it goes by itself.
  await theirs.page.locator('[data-live-announcer="true"] [role="img"]').first().waitFor({ state: "detached" });
  await atRest(theirs.page);
  expect(await accessibilityProblems(theirs.page)).toEqual([]);
  expect(await theirs.page.getByRole("navigation").count()).toBe(0);
  await theirs.page.reload();
  await theirs.page.getByRole("navigation").waitFor({ state: "detached" });

  await ours.page.getByRole("button", { name: `Reinstate ${agent.name}` }).click();
  await theirs.page.getByRole("navigation").first().waitFor();
  expect(ours.complaints).toEqual([]);
  await theirs.context.close();
  await ours.context.close();
});
