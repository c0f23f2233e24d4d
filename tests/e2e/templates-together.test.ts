import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// Two people write one template at the same time: an e-mail in the designer, an SMS in its field.

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
const open: { page: Page; context: BrowserContext; complaints: string[] }[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "together");
  const [anna, ben] = await Promise.all(workspace.members.map((one) => signInOverHttp(product.url, one)));
  const { orgId, memberId } = (await ben!.query(api.orgs.queries.me, {}))!.memberships[0]!;
  await anna!.mutation(api.inbox.access.mutations.setRole, { orgId, memberId, role: "manager" });
  for (const one of workspace.members) {
    const opened = await openPage(browser);
    open.push(opened);
    await signIn(opened.page, product, one);
  }
});
afterAll(async () => {
  await Promise.all(open.map(({ context }) => context.close()));
  await browser.close();
  await product.stop();
});

/** One makes a template of that channel; the other opens it too. */
async function bothIn(name: string, channel: "E-mail" | "SMS"): Promise<[Page, Page]> {
  const [one, two] = [open[0]!.page, open[1]!.page];
  await one.goto(`${product.url}/templates`);
  await one.getByRole("button", { name: "New template" }).click();
  const dialog = one.getByRole("dialog", { name: "New template" });
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: /Channel/ }).click();
  await one.getByRole("option", { name: channel, exact: true }).click();
  await dialog.getByRole("button", { name: "Create" }).click();
  await one.getByRole("heading", { name, level: 1 }).waitFor();
  await two.goto(one.url());
  await two.getByRole("heading", { name, level: 1 }).waitFor();
  return [one, two];
}

const text = (page: Page) => page.getByRole("textbox", { name: "Text", exact: true });
/** A slow machine saves later than half a second after the last key. */
const SOON = { timeout: 120_000 };
const designer = (page: Page) => page.locator(".email-canvas[contenteditable=true]");
const caret = (page: Page, index: number) => page.locator(`[data-caret="${workspace.members[index]!.name}"]`);
const wordsIn = async (page: Page) => (await designer(page).textContent()) ?? "";
const letters = (words: string) => words.split("").sort().join("");

test("an e-mail: each keystroke of both is kept, seen, published, and given up for both", async () => {
  const [one, two] = await bothIn("Willkommen an Bord", "E-mail");
  await one.getByTestId("presence").getByText(workspace.members[1]!.name).waitFor({ state: "attached" });
  await text(one).fill("Hallo,");
  await one.getByRole("button", { name: "Design it with blocks and pictures" }).click();
  await Promise.all([designer(one).waitFor(), designer(two).filter({ hasText: "Hallo," }).waitFor()]);
  await designer(one).press("Control+End");
  await designer(two).press("Control+Home");
  await Promise.all([
    designer(one).pressSequentially(" das Schiff liegt an Steg 2.", { delay: 15 }),
    designer(two).pressSequentially("Moin! ", { delay: 40 }),
  ]);
  const all = letters("Moin! Hallo, das Schiff liegt an Steg 2.");
  await expect.poll(async () => letters(await wordsIn(one)), SOON).toBe(all);
  await expect.poll(() => wordsIn(two), SOON).toBe(await wordsIn(one));
  await Promise.all([caret(one, 1).waitFor(), caret(two, 0).waitFor()]);

  // Taken back is what one wrote oneself, not what the other did.
  for (const _ of "Moin! ") await designer(two).press("Control+z");
  await expect.poll(() => wordsIn(one), SOON).toBe("Hallo, das Schiff liegt an Steg 2.");
  // The other parts are everybody's too.
  await one.getByRole("textbox", { name: "Subject", exact: true }).fill("Ihr Törn");
  await expect
    .poll(async () => await two.getByRole("textbox", { name: "Subject", exact: true }).inputValue(), SOON)
    .toBe("Ihr Törn");
  await atRest(one);
  expect(await accessibilityProblems(one)).toEqual([]);

  await designer(two).press("Control+End");
  await designer(two).pressSequentially(" Ahoi!");
  await two.getByRole("button", { name: "Publish" }).click();
  await two.getByText("Version 1 is live.").waitFor();
  await one.getByText("Published", { exact: true }).waitFor();
  const live = "Hallo, das Schiff liegt an Steg 2. Ahoi!";
  expect(await wordsIn(one)).toBe(live);
  // Written on without a break, and given up for both.
  await designer(one).press("Control+End");
  await designer(one).pressSequentially(" Nein.");
  await designer(two).filter({ hasText: "Nein." }).waitFor();
  await two.getByText("Changes saved, not published").waitFor();
  await two.getByRole("button", { name: "What to do with it" }).click();
  await two.getByRole("menuitem", { name: "Give up the changes" }).click();
  await expect.poll(() => wordsIn(one), SOON).toBe(live);
  await expect.poll(() => wordsIn(two), SOON).toBe(live);
  expect(open.flatMap(({ complaints }) => complaints)).toEqual([]);
});

test("an SMS: what both type in one field comes together, and an archived one is read only", async () => {
  const [one, two] = await bothIn("Kurz vorher", "SMS");
  await text(one).fill("Morgen geht es los.");
  await expect.poll(async () => await text(two).inputValue(), SOON).toBe("Morgen geht es los.");
  await text(one).press("End");
  await text(two).press("Home");
  await Promise.all([
    text(one).pressSequentially(" Bis dann an Steg 2!", { delay: 60 }),
    text(two).pressSequentially("Moin. ", { delay: 150 }),
  ]);
  const both = "Moin. Morgen geht es los. Bis dann an Steg 2!";
  await expect.poll(async () => await text(one).inputValue(), SOON).toBe(both);
  await expect.poll(async () => await text(two).inputValue(), SOON).toBe(both);

  await two.getByRole("button", { name: "What to do with it" }).click();
  await two.getByRole("menuitem", { name: "Archive" }).click();
  await two.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await one.getByText("This template is archived. Bring it back to write in it.").waitFor();
  expect(await text(one).isDisabled()).toBe(true);
  await atRest(one);
  expect(await accessibilityProblems(one)).toEqual([]);
  expect(open.flatMap(({ complaints }) => complaints)).toEqual([]);
});
