import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { signIn } from "../../../tests/support/app.ts";
import { launchBrowser, openPage } from "../../../tests/support/browser.ts";
import { createWorkspace, startProduct, type Product } from "../../../tests/support/product.ts";
import { judge, median, quantile, type Row } from "../report.ts";
import { fillInbox } from "./fill.ts";
import { observeFrames, openedMs, takeFrames, type Frames } from "./frames.ts";

const ROWS = 10_000;
const MESSAGES = 2_000;
const OPENINGS = 9;
const KIB = 1024;
const STEPS = 30;
/** The editor is loaded when a conversation is open. */
const EDITOR_WAIT_MS = 60_000;
const TYPED = "Guten Tag, der Kurs beginnt am Montag um neun Uhr am Steg. ";

/** What a person notices in the browser: the built app on an inbox of 10,000 conversations, all of them open. */
export async function* browserRows(): AsyncGenerator<Row> {
  const product = await startProduct();
  const browser = await launchBrowser();
  try {
    const workspace = await createWorkspace(product, "bench");
    const options = { longThreadMessages: MESSAGES, areAllOpen: true };
    await fillInbox({ backend: product, orgId: workspace.orgId }, ROWS, options);
    const { page } = await openPage(browser, { motion: true });
    const [, agent] = workspace.members;
    if (agent === undefined) throw new Error("The workspace has no agent");
    await signIn(page, product, agent);
    yield await scriptRow(page, product);
    yield await openingRow(page);
    yield await framesRow(page);
  } finally {
    await browser.close();
    await product.stop();
  }
}

/** Scripts that a signed-in person's browser loads for the inbox before anything is done there. */
async function scriptRow(page: Page, product: Product): Promise<Row> {
  const bodies: Promise<Buffer>[] = [];
  const context = page.context();
  const fresh = await context.newPage();
  const session = await context.newCDPSession(fresh);
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  fresh.on("response", (response) => {
    if (new URL(response.url()).pathname.endsWith(".js")) bodies.push(response.body());
  });
  await fresh.goto(`${product.url}/inbox`);
  await fresh.getByTestId("thread-row").first().waitFor();
  await fresh.waitForLoadState("networkidle");
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  await fresh.close();
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const note = { files: sizes.length, largestKiB: Math.round(Math.max(...sizes) / KIB) };
  const target = { of: "value", bound: "atMost", limit: 250 } as const;
  return judge(
    "JavaScript of the inbox before anything is done",
    { value: bytes / KIB, unit: "KiB gzip", note },
    target,
  );
}

/** From the click on the row to the frame that shows the last messages. */
async function openingRow(page: Page): Promise<Row> {
  const rows = page.getByTestId("thread-row");
  await rows.first().waitFor();
  const times: number[] = [];
  for (let i = 0; i < OPENINGS; i++) {
    times.push(await openedMs(page, 0));
    await openedMs(page, 1);
  }
  const [first = 0, ...later] = times;
  await openedMs(page, 0);
  const shown = await page.getByTestId("message").count();
  const note = { first: Math.round(first), worstLater: Math.round(quantile(later, 1)), shown };
  const target = { of: "value", bound: "atMost", limit: 200 } as const;
  const measured = { value: median(times), unit: "ms", note };
  return judge("open a conversation of 2,000 messages: until it is painted", measured, target);
}

/** The longest frame while a person types, walks, opens and assigns. */
async function framesRow(page: Page): Promise<Row> {
  await observeFrames(page);
  const steps: Record<string, () => Promise<void>> = {
    walk: () => pressMany(page, ["j", "k", "j"], STEPS),
    open: async () => {
      for (let i = 2; i < 8; i++) await openedMs(page, i);
    },
    assign: () => pressMany(page, ["i", "j"], 10),
    type: async () => {
      await openedMs(page, 3);
      await page.getByRole("textbox", { name: "Reply text" }).click({ timeout: EDITOR_WAIT_MS });
      // The editor has come; what is measured is typing.
      await takeFrames(page);
      await page.keyboard.type(TYPED, { delay: 20 });
    },
  };
  const frames: Record<string, Frames> = {};
  for (const [name, step] of Object.entries(steps)) {
    await takeFrames(page);
    await step();
    // What comes a moment after a conversation is opened counts too.
    await page.getByRole("textbox", { name: "Reply text" }).waitFor({ timeout: EDITOR_WAIT_MS });
    frames[name] = await takeFrames(page);
  }
  const note: Record<string, number> = {};
  for (const [name, { longest, long }] of Object.entries(frames)) {
    note[`${name}Ms`] = Math.round(longest);
    note[`${name}Long`] = long;
  }
  const longest = Math.max(...Object.values(frames).map((one) => one.longest));
  const target = { of: "value", bound: "atMost", limit: 50 } as const;
  return judge("typing, j/k, open, assign on 10,000 rows: longest frame", { value: longest, unit: "ms", note }, target);
}

async function pressMany(page: Page, keys: readonly string[], times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await page.keyboard.press(keys[i % keys.length] ?? "j");
    // As quickly as a hand does it.
    await page.waitForTimeout(60);
  }
}
