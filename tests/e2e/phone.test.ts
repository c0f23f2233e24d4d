import type { Browser, BrowserContext, CDPSession, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";

// The inbox in one hand (product.md 3.2 "Mobile", A-41): 390 px, a finger, a keyboard that lies over the page.

const WIDTH = 390;
const HEIGHT = 844;
const KEYBOARD = 336;
/** The least a thumb hits, in CSS pixels (product.md 3.2). */
const TAP_TARGET = 44;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let finger: CDPSession;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ seed: true }), launchBrowser()]);
  ({ page, context, complaints } = await openPage(browser, { width: WIDTH, height: HEIGHT }));
  finger = await context.newCDPSession(page);
  await finger.send("Emulation.setTouchEmulationEnabled", { enabled: true });
  // Headless browsers have no on-screen keyboard: the test says how much of the page can be seen.
  await page.addInitScript((height) => {
    const sight = Object.assign(new EventTarget(), { height, scale: 1 });
    Object.defineProperty(window, "visualViewport", { value: sight });
  }, HEIGHT);
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

const row = () => page.getByTestId("thread-row");
const linkTo = (href: string) => page.locator(`[data-testid="thread-row"][href="${href}"]`);

async function firstHref(): Promise<string> {
  return (await row().first().getAttribute("href")) ?? "";
}

/** Moves a finger along a row; `by` in CSS pixels, to the right if positive. */
async function swipe(href: string, by: number): Promise<void> {
  const box = await linkTo(href).boundingBox();
  if (box === null) throw new Error("The row is not on the screen.");
  const y = box.y + box.height / 2;
  const x = box.x + box.width / 2 - by / 2;
  const touch = (type: "touchStart" | "touchMove", at: number) =>
    finger.send("Input.dispatchTouchEvent", { type, touchPoints: [{ x: at, y }] });
  await touch("touchStart", x);
  for (let step = 1; step <= 8; step += 1) await touch("touchMove", x + (by * step) / 8);
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** Taps the middle of what is on the screen. A mouse would rest on the list and hold it still. */
async function tap(target: Locator): Promise<void> {
  await target.waitFor();
  await atRest(page);
  const box = await target.boundingBox();
  if (box === null) throw new Error("It is not on the screen.");
  const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** What can be pressed on the page and is too small for a thumb. */
async function smallTargets(): Promise<string[]> {
  return await page.evaluate((least) => {
    const all = [...document.querySelectorAll<HTMLElement>("button, a[href], [role=tab]")];
    return all.flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const isSeen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && width > 1;
      if (!isSeen || (width >= least && height >= least) || (height >= least && element.matches("nav a, [role=tab]")))
        return [];
      return [`${element.getAttribute("aria-label") ?? element.textContent}: ${width} x ${height}`];
    });
  }, TAP_TARGET);
}

test("a swipe closes or snoozes, with the way back; what it does can be chosen", async () => {
  await page.goto(product.url);
  await row().first().waitFor();
  expect(await smallTargets()).toEqual([]);
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  const href = await firstHref();
  await swipe(href, 60);
  await linkTo(href).waitFor();
  await swipe(href, 200);
  await linkTo(href).waitFor({ state: "detached" });
  await tap(page.getByRole("button", { name: /Undo/ }));
  await linkTo(href).waitFor();

  await swipe(href, -200);
  await page.getByText(/Snoozed until/).waitFor();
  await linkTo(href).waitFor({ state: "detached" });
  await tap(page.getByRole("button", { name: /Undo/ }));
  await linkTo(href).waitFor();

  await page.getByRole("button", { name: /^Account and settings/ }).click();
  await page.getByRole("menuitem", { name: "Swiping in lists" }).click();
  const dialog = page.getByRole("dialog", { name: "Swiping in lists" });
  await dialog.getByRole("button", { name: /Swipe to the left/ }).click();
  await page.getByRole("option", { name: "Star, or take the star off" }).click();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await swipe(href, -200);
  await page.getByText("Starred.").waitFor();
  expect(complaints).toEqual([]);
});

test("a conversation is a page: nothing is cut off, the composer stands above the keyboard, the camera is at hand", async () => {
  await page.goto(`${product.url}/inbox?view=all&channel=email`);
  await row().first().waitFor();
  await tap(row().first());
  await page.getByRole("heading", { level: 1 }).waitFor();
  const field = page.getByRole("textbox").last();
  await field.waitFor();
  const panel = await page.getByRole("button", { name: "Show contact" }).boundingBox();
  expect((panel?.x ?? WIDTH) + (panel?.width ?? 0)).toBeLessThanOrEqual(WIDTH);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(WIDTH);
  expect(await smallTargets()).toEqual([]);
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  const send = page.getByRole("button", { name: "Send", exact: true });
  await page.evaluate((height) => {
    const sight = window.visualViewport;
    if (sight === null) throw new Error("There is no viewport.");
    Object.assign(sight, { height }).dispatchEvent(new Event("resize"));
  }, HEIGHT - KEYBOARD);
  await expect
    .poll(async () => {
      const box = await send.boundingBox();
      return box === null ? HEIGHT : box.y + box.height;
    })
    .toBeLessThanOrEqual(HEIGHT - KEYBOARD);
  await field.fill("The mast is mended.");
  const camera = page.locator("input[capture=environment]");
  expect(await camera.getAttribute("accept")).toBe("image/*");
  await camera.setInputFiles({ name: "mast.jpg", mimeType: "image/jpeg", buffer: Buffer.from("a photo of the mast") });
  await page.getByRole("list", { name: "Files that go along" }).getByText("mast.jpg").waitFor();
  await tap(page.getByRole("button", { name: "Back" }));
  await row().first().waitFor();
  expect(complaints).toEqual([]);
});

test("how far a job is takes one tap, and what is said of it stands above the field and its keys", async () => {
  await page.goto(`${product.url}/inbox?view=mine`);
  await row().first().waitFor();
  await tap(row().first());
  await page.getByRole("textbox").last().waitFor();
  const keys = page.getByRole("group", { name: "How far the job is" });
  await tap(keys.getByRole("button", { pressed: false }).first());
  await page.getByRole("button", { name: /Undo/ }).waitFor();
  const notice = page.getByRole("alertdialog");
  await atRest(page);
  const gap = async () => {
    const [above, below] = await Promise.all([notice.boundingBox(), keys.boundingBox()]);
    return (below?.y ?? 0) - ((above?.y ?? HEIGHT) + (above?.height ?? 0));
  };
  await expect.poll(gap).toBeGreaterThan(0);
  await tap(page.getByRole("button", { name: /Undo/ }));
  await notice.waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});
