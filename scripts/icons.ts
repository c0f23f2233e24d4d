import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../tests/support/browser.ts";
import { PROJECT_DIR } from "./lib/project.ts";

// Draws the icons of the installed app from public/icon.svg: `node --import tsx scripts/icons.ts`.

/** `inset`: the share of each side left to the background, so that a mask of any shape cuts nothing off. */
const ICONS = [
  { name: "icon-192", size: 192, inset: 0 },
  { name: "icon-512", size: 512, inset: 0 },
  { name: "maskable-512", size: 512, inset: 0.1 },
  { name: "apple-touch-180", size: 180, inset: 0.05 },
] as const;
const BACKGROUND = "#0b6b75";

const svg = readFileSync(join(PROJECT_DIR, "public/icon.svg"), "utf8");
const folder = join(PROJECT_DIR, "public/icons");
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
for (const { name, size, inset } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const background = inset === 0 ? "transparent" : BACKGROUND;
  const style = `margin:0;background:${background};display:grid;place-content:center;height:100vh`;
  const inner = Math.round(size * (1 - 2 * inset));
  await page.setContent(`<body style="${style}"><div style="width:${inner}px;height:${inner}px">${svg}</div></body>`);
  writeFileSync(join(folder, `${name}.png`), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
