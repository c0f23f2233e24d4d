// Retakes the pictures of docs/inbox.md: node --import tsx scripts/inbox-screenshots.ts. Starts the product with the demo on
// a clock of its own and photographs the inbox at three widths, light and dark. Needs an installed Chrome.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { api } from "../convex/_generated/api.js";
import { launchBrowser, openPage } from "../tests/support/browser.ts";
import { demoMember } from "../tests/support/member-client.ts";
import { startProduct } from "../tests/support/product.ts";
import { toPalette } from "./lib/palette-png.ts";
import { PROJECT_DIR } from "./lib/project.ts";

const START = Date.parse("2026-10-01T08:00:00Z");
const IMAGES = join(PROJECT_DIR, "docs/images");
const SIZES = { desk: [1440, 900], tablet: [1024, 768], phone: [390, 844] } as const;
const SCHEMES = ["light", "dark"] as const;
/** A conversation of the demo with something to see in it. */
const MIN_MESSAGES = 3;

const product = await startProduct({ startMs: START, seed: true });
const browser = await launchBrowser();
try {
  const threadId = await shownThread();
  for (const size of ["desk", "tablet", "phone"] as const) {
    for (const colorScheme of SCHEMES) {
      const [width, height] = SIZES[size];
      const { page, context } = await openPage(browser, { width, height, colorScheme });
      await page.clock.setFixedTime(START);
      await signIn(page);
      // A phone shows the list or a conversation, never both.
      if (size === "phone") await take(page, `inbox-list-${size}-${colorScheme}`);
      await page.goto(`${product.url}/inbox/${threadId}`);
      await page.getByTestId("message").first().waitFor();
      await take(page, `inbox-${size}-${colorScheme}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await product.stop();
}

async function shownThread(): Promise<string> {
  const { client, orgId } = await demoMember(product);
  const paginationOpts = { numItems: 20, cursor: null };
  const { page: threads } = await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts });
  for (const { id: threadId } of threads) {
    const { page } = await client.query(api.inbox.queries.listMessages, { orgId, threadId, paginationOpts });
    const kinds = new Set(page.map(({ messageType }) => messageType));
    if (page.length >= MIN_MESSAGES && kinds.has("incoming") && kinds.has("outgoing")) return threadId;
  }
  throw new Error("The demo has no conversation worth a picture.");
}

async function signIn(page: Page): Promise<void> {
  const { demoSignIn } = product;
  if (demoSignIn === null) throw new Error("The demo was not seeded.");
  await page.goto(product.url);
  const email = page.getByLabel("E-mail");
  await email.or(page.getByTestId("thread-row")).first().waitFor();
  if (await email.isVisible()) {
    await email.fill(demoSignIn.email);
    await page.getByLabel("Password").fill(demoSignIn.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
  await page.getByTestId("thread-row").first().waitFor();
}

async function take(page: Page, name: string): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  writeFileSync(join(IMAGES, `${name}.png`), toPalette(await page.screenshot()));
}
