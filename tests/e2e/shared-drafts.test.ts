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
import { CLOCK_START, SteppedClock } from "../support/stepped-clock.ts";

// Two people write one answer at the same time (product.md A-66), and one of them sends it.

/** How long an answer can be undone, and what the server waits longer (inbox/sending/settings). */
const HELD_MS = 12_000;

let product: Product;
let clock: SteppedClock;
let browser: Browser;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let jana: ConvexHttpClient;
const open: { page: Page; context: BrowserContext; complaints: string[] }[] = [];
const MAX = "max@example.org";

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: CLOCK_START }), launchBrowser()]);
  clock = new SteppedClock(product);
  workspace = await createWorkspace(product, "sharing");
  orgId = workspace.orgId as Id<"organisations">;
  jana = await signInOverHttp(product.url, workspace.members[0]!);
});
afterAll(async () => {
  await Promise.all(open.map(({ context }) => context.close()));
  await browser.close();
  await product.stop();
});

async function agent(index: number): Promise<Page> {
  const opened = await openPage(browser);
  open.push(opened);
  await clock.show(opened.context);
  await signIn(opened.page, product, workspace.members[index]!);
  await opened.page.getByTestId("thread-row").filter({ hasText: "Was kostet der Kurs?" }).click();
  await field(opened.page).waitFor();
  return opened.page;
}

const field = (page: Page) => page.getByRole("textbox", { name: "Reply text" });
const bar = (page: Page, text: string) => page.getByTestId("drafts-bar").filter({ hasText: text });
const caret = (page: Page, index: number) => page.locator(`[data-caret="${workspace.members[index]!.name}"]`);
const wordsIn = async (page: Page) => (await field(page).textContent()) ?? "";

test("two type in one draft at once, lose nothing, and send it once", async () => {
  await jana.mutation(api.sandbox.mutations.reply, {
    orgId,
    address: MAX,
    channel: "email",
    text: "Was kostet der Kurs?",
  });
  await clock.pass(1_000);
  const one = await agent(0);
  const two = await agent(1);
  await field(one).fill("Hallo Max,");
  // A draft of one's own: the other sees that there is one, not what it says.
  await bar(two, "Drafting an answer").waitFor();
  expect(await two.getByText("Hallo Max,").count()).toBe(0);

  await one.getByRole("button", { name: "Share this draft with the team" }).click();
  await bar(one, "Shared draft").waitFor();
  await bar(two, "Shared draft").waitFor();
  await field(two).filter({ hasText: "Hallo Max," }).waitFor();
  await Promise.all([
    field(one).pressSequentially("Der Kurs kostet 200 Euro.", { delay: 15 }),
    field(two).pressSequentially("Wir freuen uns auf dich!", { delay: 20 }),
  ]);
  const letters = (text: string) => text.split("").sort().join("");
  const all = letters("Hallo Max,Der Kurs kostet 200 Euro.Wir freuen uns auf dich!");
  await expect.poll(async () => letters(await wordsIn(one)), { timeout: 120_000 }).toBe(all);
  await expect.poll(() => wordsIn(two), { timeout: 120_000 }).toBe(await wordsIn(one));
  // Each sees where the other is; the names are no part of the words.
  await Promise.all([caret(one, 1).waitFor(), caret(two, 0).waitFor()]);
  await atRest(one);
  expect(await accessibilityProblems(one)).toEqual([]);

  // Another device, or the page read anew.
  const words = await wordsIn(one);
  await two.reload();
  await field(two).filter({ hasText: words }).waitFor();

  await field(one).press("Control+Enter");
  await two.getByText("The shared draft was sent or discarded.").waitFor();
  await two.getByTestId("message").filter({ hasText: words }).waitFor();
  await expect.poll(() => wordsIn(two)).toBe("");
  await expect.poll(() => two.locator("[data-caret]").count()).toBe(0);
  const sent = async () =>
    (await jana.query(api.sandbox.queries.device, { orgId, address: MAX })).filter(
      ({ direction }) => direction === "to_customer",
    );
  await clock.pass(HELD_MS);
  await expect.poll(clock.later(sent)).toHaveLength(1);
  expect((await sent())[0]?.text).toContain(words);
  expect(open.flatMap(({ complaints }) => complaints)).toEqual([]);
});

test("discarding asks first, and a shared draft can be kept to oneself again", async () => {
  const [one, two] = [open[0]!.page, open[1]!.page];
  await field(one).fill("Noch etwas");
  await one.getByRole("button", { name: "Share this draft with the team" }).click();
  await bar(two, "Shared draft").waitFor();
  await one.getByRole("button", { name: "Only me" }).click();
  await bar(two, "Drafting an answer").waitFor();
  expect(await wordsIn(two)).toBe("");
  expect(await wordsIn(one)).toBe("Noch etwas");

  await one.getByRole("button", { name: "Discard draft" }).click();
  await one.getByText("What you wrote here is lost.").waitFor();
  await one.getByRole("button", { name: "Cancel" }).click();
  expect(await wordsIn(one)).toBe("Noch etwas");
  await one.getByRole("button", { name: "Discard draft" }).click();
  await one.getByRole("button", { name: "Discard", exact: true }).click();
  await expect.poll(() => wordsIn(one)).toBe("");
  await bar(two, "Drafting an answer").waitFor({ state: "detached" });
});
