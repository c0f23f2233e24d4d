import type { ConvexHttpClient } from "convex/browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import type { Role } from "../../convex/lib/permissions.js";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// Whoever may not do everything sees every screen all the same: no screen asks for what its reader has no right to.

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "roles");
  client = await signInOverHttp(product.url, workspace.members[0]!);
  orgId = workspace.orgId as Id<"organisations">;
  const mail = { channel: "email", address: "mia@example.org", text: "Wo ist mein Segel?" } as const;
  await client.mutation(api.sandbox.mutations.reply, { orgId, ...mail });
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

test.each<Role>(["marketer", "viewer"])("a %s goes through every screen", async (role) => {
  const [, member] = workspace.members;
  const members = await client.query(api.orgs.queries.members, { orgId });
  const { memberId } = members.find(({ name }) => name === member!.name)!;
  await client.mutation(api.inbox.access.mutations.setRole, { orgId, memberId, role });
  const { page, context, complaints } = await openPage(browser);
  await signIn(page, product, member!);
  await page.getByTestId("thread-row").first().click();
  await page.getByTestId("message").first().waitFor();

  const seen: string[] = [];
  const visit = async (nav: string) => {
    const links = page.getByRole("navigation", { name: nav }).getByRole("link");
    const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    for (const [i, href] of hrefs.entries()) {
      await links.nth(i).click();
      await page.waitForURL((url) => url.pathname.startsWith(href.split(/[?/]/).slice(0, 2).join("/")));
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      seen.push(href);
    }
  };
  await visit("Main");
  await page.goto(`${product.url}/settings/general`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await visit("Settings");
  expect(seen.length).toBeGreaterThan(25);
  expect(complaints).toEqual([]);
  await context.close();
});
