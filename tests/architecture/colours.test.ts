import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CARET_TONES } from "../../convex/inbox/sharedDrafts/carets/rules.ts";

// What the browser tests cannot see: names of carets are drawn by the style sheet, where axe does not look.

const TOKENS = readFileSync(new URL("../../src/styles/tokens.css", import.meta.url), "utf8");
const [LIGHT = "", DARK = ""] = TOKENS.split('[data-theme="dark"] {');

const valueOf = (theme: string, name: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme)?.[1] ?? "";

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("the colours of carets in the %s theme", (_, theme) => {
  it.each(Array.from({ length: CARET_TONES }, (__, tone) => `caret-${tone + 1}`))("%s lets a name be read", (name) => {
    expect(contrast(valueOf(theme, name), valueOf(theme, "surface"))).toBeGreaterThanOrEqual(4.5);
  });
});
