import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { signIn } from "../support/app.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// A journey built from an empty canvas by two people at once (product.md B-15, 4.3).

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
const open: { page: Page; context: BrowserContext; complaints: string[] }[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "builder");
  const [anna, ben] = await Promise.all(workspace.members.map((one) => signInOverHttp(product.url, one)));
  const membership = (await ben!.query(api.orgs.queries.me, {}))!.memberships[0]!;
  const { orgId, memberId } = membership;
  await anna!.mutation(api.inbox.access.mutations.setRole, { orgId, memberId, role: "marketer" });
});
afterAll(async () => {
  await Promise.all(open.map(({ context }) => context.close()));
  await browser.close();
  await product.stop();
});

async function member(index: number): Promise<Page> {
  const opened = await openPage(browser);
  open.push(opened);
  await signIn(opened.page, product, workspace.members[index]!);
  return opened.page;
}

const step = (page: Page, name: string) => page.getByTestId("step").filter({ hasText: name });
const saved = (page: Page) => page.getByText(/Draft saved/).waitFor();

async function newSequence(page: Page, name: string): Promise<void> {
  await page.goto(`${product.url}/sequences`);
  await page.getByRole("button", { name: "New sequence" }).click();
  const dialog = page.getByRole("dialog", { name: "New sequence" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Booking comes in", exact: true }).waitFor();
}

test("two people build one journey, see each other and lose nothing", async () => {
  const [one, two] = [await member(0), await member(1)];
  await newSequence(one, "Together");
  await one.getByRole("button", { name: "Add a step after “Booking comes in”" }).click();
  await one.getByRole("menuitem", { name: "Message" }).click();
  await saved(one);
  await two.goto(one.url());
  await step(two, "Message").waitFor();
  await one
    .getByRole("list", { name: "Also here" })
    .getByText(workspace.members[1]!.name)
    .waitFor({ state: "attached" });
  const at = "Add a step after “Message”";
  await Promise.all([
    (async () => {
      await one.getByRole("button", { name: at }).click();
      await one.getByRole("menuitem", { name: "Wait", exact: true }).click();
    })(),
    (async () => {
      await two.getByRole("button", { name: at }).click();
      await two.getByRole("menuitem", { name: "Limit" }).click();
    })(),
  ]);
  for (const page of [one, two]) {
    await step(page, "Wait").waitFor();
    await step(page, "Limit").waitFor();
  }
  await step(one, "Limit")
    .getByText(/is here/)
    .waitFor({ state: "attached" });
  // Somebody's undo takes back only their own.
  await one.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => one.getByTestId("step").count()).toBe(2);
  await step(one, "Limit").waitFor();
});
