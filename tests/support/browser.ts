import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { listenIn } from "./answers.ts";

// An installed browser is preferred: nothing is downloaded for a test run.
const INSTALLED = [
  process.env.CHROME_PATH,
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// A step that has not happened by then will not: fail with its own words rather than the whole test's.
const STEP_TIMEOUT_MS = 60_000;

/** Starts the installed Chrome or Chromium, headless. Throws when none is found. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = INSTALLED.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error("No Chrome or Chromium found; set CHROME_PATH.");
  return await chromium.launch({ executablePath, args: FLAGS });
}

/**
 * A separate, English-speaking browser profile whose page records everything the console complains about. Nothing moves
 * in it unless `motion` is asked for: a machine without a graphics card is slow at that.
 */
export async function openPage(
  browser: Browser,
  options: { width?: number; height?: number; colorScheme?: "light" | "dark"; motion?: boolean } = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    colorScheme: options.colorScheme ?? "light",
    reducedMotion: options.motion === true ? "no-preference" : "reduce",
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
  });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  await listenIn(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, context, complaints };
}
