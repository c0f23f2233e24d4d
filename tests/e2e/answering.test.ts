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

// Answering (product.md, 2.1 no. 11-12, 3.2): recipients, files, undo, send later, and two agents at once.

/** How long an answer can be undone, and what the server waits longer (inbox/sending/settings). */
const HELD_MS = 12_000;

let product: Product;
let clock: SteppedClock;
let browser: Browser;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let jana: ConvexHttpClient;
/** Texts of one number go on in one conversation. */
const EVA = "+4915112345679";
const open: { page: Page; context: BrowserContext; complaints: string[] }[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: CLOCK_START }), launchBrowser()]);
  clock = new SteppedClock(product);
  workspace = await createWorkspace(product, "answering");
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
  return opened.page;
}

async function customerWrites(address: string, text: string): Promise<void> {
  const channel = address.includes("@") ? "email" : "sms";
  await jana.mutation(api.sandbox.mutations.reply, { orgId, address, channel, text });
  await clock.pass(1_000);
}

/** What lies on the device of an address. */
async function deviceTexts(address: string): Promise<string[]> {
  return (await jana.query(api.sandbox.queries.device, { orgId, address }))
    .filter(({ direction }) => direction === "to_customer")
    .map(({ text }) => text);
}

const field = (page: Page) => page.getByRole("textbox", { name: "Reply text" });
const message = (page: Page, text: string) => page.getByTestId("message").filter({ hasText: text });

async function openThread(page: Page, text: string): Promise<void> {
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: text }).click();
  await message(page, text).waitFor();
  await field(page).waitFor();
}

test("forwards with a file; a reload keeps the way back, which brings everything back", async () => {
  const page = await agent(0);
  await customerWrites("max@example.org", "Wer hat die Pläne?");
  await openThread(page, "Wer hat die Pläne?");
  await page.getByTestId("recipient").first().waitFor();
  await page.keyboard.press("f");
  await page.getByText("The message is quoted below your words.").waitFor();
  const to = page.getByRole("combobox", { name: "To" });
  await to.fill("partner@example.org");
  await to.press("Enter");
  await page
    .getByLabel("Attach files")
    .first()
    .setInputFiles([
      { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("Ahoi") },
      { name: "virus.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") },
    ]);
  await page.getByText("Programs are not sent.").waitFor();
  await page.getByRole("button", { name: "Remove virus.exe" }).click();
  await page.getByRole("button", { name: "Remove plan.txt" }).waitFor();
  await field(page).fill("Bitte übernehmen");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await field(page).press("Control+Enter");
  await message(page, "Bitte übernehmen").waitFor();
  await page.getByText("goes out in a few seconds").first().waitFor();

  await page.reload();
  await page.getByText("goes out in a few seconds").first().waitFor();
  await page.getByRole("button", { name: "Undo" }).first().click();
  await field(page).filter({ hasText: "Bitte übernehmen" }).waitFor();
  await page.getByTestId("recipient").filter({ hasText: "partner@example.org" }).waitFor();
  await page.getByRole("button", { name: "Remove plan.txt" }).waitFor();
  expect(await deviceTexts("partner@example.org")).toEqual([]);

  await field(page).fill("Bitte bald übernehmen");
  await field(page).press("Control+Enter");
  await message(page, "Bitte bald übernehmen").getByText("Forwarded").waitFor();
  await clock.pass(HELD_MS);
  await expect.poll(clock.later(() => deviceTexts("partner@example.org"))).toHaveLength(1);
  const [text] = await deviceTexts("partner@example.org");
  expect(text).toMatch(/^Bitte bald übernehmen\n[^]*Wer hat die Pläne\?/);
  expect(text).not.toContain("Bitte übernehmen");
});

test("plans an answer, finds it in the list, and edits it; another goes away when the customer writes", async () => {
  const page = open[0]!.page;
  await customerWrites(EVA, "Wann geht es los?");
  await openThread(page, "Wann geht es los?");
  const plan = async (text: string) => {
    await field(page).fill(text);
    await field(page).press("Control+Shift+L");
    await page.getByRole("menuitem", { name: "Tomorrow morning" }).click();
    await message(page, text).getByText("unless the customer writes first").waitFor();
  };
  await plan("Am Montag.");
  await page.getByRole("button", { name: "Send later" }).click();
  await page.getByRole("menuitem", { name: "Planned answers" }).click();
  const listed = page.getByTestId("planned-row").filter({ hasText: "Am Montag." });
  await listed.waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await listed.getByRole("button", { name: "Edit" }).click();
  await field(page).filter({ hasText: "Am Montag." }).waitFor();
  await message(page, "Am Montag.").waitFor({ state: "detached" });

  await plan("Am Dienstag.");
  await customerWrites(EVA, "Hat sich erledigt.");
  await page
    .getByTestId("message")
    .filter({ hasText: /geht nicht hinaus|does not go out/ })
    .waitFor();
  await message(page, "Am Dienstag.").waitFor({ state: "detached" });
  expect(await deviceTexts(EVA)).toEqual([]);
});

test("begins a conversation with a stranger by one key", async () => {
  const page = open[0]!.page;
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New conversation" });
  await dialog.waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByLabel("To").fill("neu@example.org");
  await dialog.getByLabel("Subject").fill("Willkommen");
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByTestId("recipient").filter({ hasText: "neu@example.org" }).waitFor();
  await field(page).fill("Guten Tag!");
  await field(page).press("Control+Enter");
  await message(page, "Guten Tag!").waitFor();
  expect(await deviceTexts("neu@example.org")).toEqual([]);
  await clock.pass(HELD_MS);
  await expect.poll(clock.later(() => deviceTexts("neu@example.org"))).toEqual(["Guten Tag!"]);
});

test("two agents answer at once: one answer goes out, the other stops and keeps its words", async () => {
  const first = open[0]!.page;
  const second = await agent(1);
  await customerWrites("paul@example.org", "Ist noch Platz?");
  await Promise.all([openThread(first, "Ist noch Platz?"), openThread(second, "Ist noch Platz?")]);
  await Promise.all([first, second].map((page) => page.getByTestId("recipient").first().waitFor()));
  await Promise.all([field(first).fill("Ja, zwei."), field(second).fill("Nein, leider.")]);
  await Promise.all([field(first).press("Control+Enter"), field(second).press("Control+Enter")]);
  const stopped = await Promise.race(
    [first, second].map(async (page) => {
      await page
        .getByText(/answered (in the same moment|while you were writing)/)
        .first()
        .waitFor();
      return page;
    }),
  );
  const [kept, sent] = stopped === first ? ["Ja, zwei.", "Nein, leider."] : ["Nein, leider.", "Ja, zwei."];
  await field(stopped).filter({ hasText: kept }).waitFor();
  await message(stopped, sent).waitFor();
  await clock.pass(HELD_MS);
  await expect
    .poll(clock.later(() => deviceTexts("paul@example.org")))
    .toEqual([expect.stringMatching(new RegExp(`^${sent}`))]);
  expect(open.flatMap(({ complaints }) => complaints)).toEqual([]);
});
