import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openPage } from "../support/browser.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { startProduct, type Product } from "../support/product.ts";

// The app as a phone installs it: what a browser asks for before it offers that, and what is there without a network.

let product: Product;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

interface Manifest {
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; type: string }[];
}

test("the browser finds nothing that keeps the app from being installed", async () => {
  const { page, context } = await openPage(browser, { width: 390, height: 844 });
  await page.goto(product.url);
  const link = await page.locator("link[rel=manifest]").getAttribute("href");
  const manifest = (await (await fetch(new URL(link ?? "", product.url))).json()) as Manifest;
  expect(manifest.display).toBe("standalone");
  const start = await fetch(new URL(manifest.start_url, product.url), { headers: { Accept: "text/html" } });
  expect(start.status).toBe(200);
  for (const { src, sizes, type } of manifest.icons) {
    const drawn = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (type === "image/png") expect([src, drawn]).toEqual([src, sizes]);
  }
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Playwright's profiles are private windows, which never install anything.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
  await context.close();
});

test("without a network it says so, and opens by itself when there is one", async () => {
  const { page, context } = await openPage(browser, { width: 390, height: 844 });
  await page.goto(product.url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("heading", { name: "No connection" }).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await context.setOffline(false);
  await page.getByLabel("E-mail").waitFor();
  await context.close();
});
