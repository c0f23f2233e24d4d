import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// A journey built from an empty canvas (product.md B-15, 4.3): by mouse, by keyboard, and by two people at once; then its
// life.

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
const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const saved = (page: Page) => page.getByText(/Draft saved/).waitFor();

async function newSequence(page: Page, name: string): Promise<void> {
  await page.goto(`${product.url}/sequences`);
  await page.getByRole("button", { name: "New sequence" }).click();
  await page.getByRole("button", { name: "Empty sequence" }).click();
  const dialog = page.getByRole("dialog", { name: "Empty sequence" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Booking comes in", exact: true }).waitFor();
}

/** Gives the message whose form is open a name and the first template. */
async function writeMessage(page: Page, name: string): Promise<void> {
  const form = panel(page, "Message");
  await form.getByLabel("Name").fill(name);
  await step(page, name).waitFor();
  await form.getByRole("button", { name: /Template/ }).click();
  await page.getByRole("option").nth(1).click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

async function choose(page: Page, item: string, title: string) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: title });
  await dialog.waitFor();
  return dialog;
}

async function pauseAndResume(page: Page, name: string): Promise<void> {
  const status = page.locator("header");
  const pausing = await choose(page, "Pause", `Pause “${name}”?`);
  await pausing.getByRole("button", { name: "Pause", exact: true }).click();
  await pausing.getByText(/Say why/).waitFor();
  await pausing.getByLabel("Why?").fill("The ferry does not run");
  await pausing.getByRole("button", { name: "Pause", exact: true }).click();
  await pausing.waitFor({ state: "detached" });
  await status.getByText("Paused", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  const resuming = page.getByRole("dialog", { name: `Resume “${name}”?` });
  await resuming.getByText("Leave it out", { exact: true }).click();
  expect(await resuming.getByRole("radio", { name: /Leave it out/ }).isChecked()).toBe(true);
  await resuming.getByRole("button", { name: "Resume", exact: true }).click();
  await resuming.waitFor({ state: "detached" });
  await status.getByText("Active", { exact: true }).waitFor();
}

async function setQuietHours(page: Page, name: string): Promise<void> {
  const dialog = await choose(page, "Settings", `Settings of “${name}”`);
  await dialog.getByText("Send nothing at certain hours").click();
  await dialog.getByLabel("From", { exact: true }).fill("22:30");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  const again = await choose(page, "Settings", `Settings of “${name}”`);
  expect(await again.getByLabel("From", { exact: true }).inputValue()).toBe("22:30");
  await page.keyboard.press("Escape");
  await again.waitFor({ state: "detached" });
}

test("builds three steps by mouse, is told what is wrong, switches on, pauses and resumes", async () => {
  const page = await member(0);
  await newSequence(page, "By mouse");
  await page.getByRole("button", { name: "Add a step after “Booking comes in”" }).click();
  await page.getByRole("menuitem", { name: "Message" }).click();
  await panel(page, "Message").waitFor();
  // Errors keep it from being switched on: the button shows them, a press on one leads there.
  await saved(page);
  await page.getByRole("button", { name: "Switch on" }).click();
  await panel(page, "Problems")
    .getByRole("button", { name: /Choose a template/ })
    .click();
  await writeMessage(page, "Welcome aboard");
  await page.getByRole("button", { name: "Add a step after “Welcome aboard”" }).click();
  await page.getByRole("menuitem", { name: "Wait", exact: true }).click();
  await panel(page, "Wait").getByRole("textbox", { name: "How long" }).fill("2");
  await step(page, "for 2 days").waitFor();
  await page.getByRole("button", { name: "Add a step after “Wait”" }).click();
  await page.getByRole("menuitem", { name: "Message" }).click();
  await writeMessage(page, "What to bring");
  await saved(page);
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("button", { name: "Undo" }).click();
  await step(page, "No template chosen yet").waitFor();
  await page.getByRole("button", { name: "Redo" }).click();
  await step(page, "No template chosen yet").waitFor({ state: "detached" });
  await saved(page);
  await page.getByRole("button", { name: "Switch on" }).click();
  const dialog = page.getByRole("dialog", { name: "Switch on “By mouse”" });
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Version 1 · Everything is live").waitFor();
  await pauseAndResume(page, "By mouse");
  await setQuietHours(page, "By mouse");
  expect(open.flatMap(({ complaints }) => complaints)).toEqual([]);
});

test("builds the same with the keyboard alone", async () => {
  const page = await member(0);
  await newSequence(page, "By keyboard");
  const { keyboard } = page;
  const focusedOn = (name: string) =>
    page.getByTestId("step").filter({ hasText: name }).and(page.locator(":focus")).waitFor();
  const add = async (letters: string, name: string) => {
    await keyboard.press("+");
    await page.locator("[role=menu]:focus, [role=menu] :focus").waitFor();
    await keyboard.type(letters);
    await page.getByRole("menuitem", { name, exact: true }).and(page.locator(":focus")).waitFor();
    await keyboard.press("Enter");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await focusedOn(name);
  };
  await page.getByRole("button", { name: "Booking comes in", exact: true }).focus();
  await add("mess", "Message");
  await keyboard.press("Enter");
  await panel(page, "Message").getByLabel("Name").and(page.locator(":focus")).waitFor();
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("First");
  await step(page, "First").waitFor();
  await keyboard.press("Escape");
  await focusedOn("First");
  await add("bra", "Branch");
  await keyboard.press("ArrowDown");
  await page.getByRole("button", { name: "Way 1", exact: true }).and(page.locator(":focus")).waitFor();
  await add("ex", "Exit");
  expect(await page.getByTestId("step").count()).toBe(3);
  // Copied, put in again, taken out, and taken back.
  await keyboard.press("ArrowUp");
  await keyboard.press("ArrowUp");
  await keyboard.press("ArrowUp");
  await focusedOn("First");
  await keyboard.press("ControlOrMeta+d");
  await expect.poll(() => page.getByTestId("step").count()).toBe(4);
  await focusedOn("First");
  await keyboard.press("Delete");
  await expect.poll(() => page.getByTestId("step").count()).toBe(3);
  await keyboard.press("ControlOrMeta+z");
  await expect.poll(() => page.getByTestId("step").count()).toBe(4);
  await keyboard.press("ControlOrMeta+y");
  await expect.poll(() => page.getByTestId("step").count()).toBe(3);
});

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
  await step(one, "Message").waitFor();
  await expect.poll(() => one.getByTestId("step").count()).toBe(2);
  await step(one, "Limit").waitFor();
});
