// @vitest-environment node
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../../tests/support/browser";
import { frameDocument, MAIL_RULES, RICH_TEXT_RULES, RULES_WITH_PICTURES } from "./html-sanitize";

// The cleaner leans on the browser's own parser, which simulated DOMs do not have: the rules are tried in a real one.

const START_TIMEOUT_MS = 120_000;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("dompurify/dist/purify.min.js") });
}, START_TIMEOUT_MS);

afterAll(async () => {
  await browser.close();
});

type Cleaner = { sanitize: (html: string, rules: object) => string };

async function clean(html: string, rules: object): Promise<string> {
  return await page.evaluate(
    ([dirty, how]) => (globalThis as unknown as { DOMPurify: Cleaner }).DOMPurify.sanitize(dirty, how),
    [html, rules] as const,
  );
}

describe("mail", () => {
  it.each([
    ["scripts", `<p>Hi<script>steal()</script></p>`],
    ["handlers", `<p onclick="steal()">Hi</p><img src=x onerror="steal()">Hi`],
    ["script addresses", `<a href="javascript:steal()">Hi</a>`],
    ["forms", `<p>Hi</p><form action="https://steal.example"><input name="password"></form>`],
    ["frames", `<p>Hi</p><iframe src="https://steal.example"></iframe>`],
    ["vector graphics with handlers", `<p>Hi</p><svg onload="steal()"><script>steal()</script></svg>`],
    ["broken mark-up", `<p>Hi<img src="x"onerror=steal()//<b>`],
  ])("loses %s and keeps the words", async (_, html) => {
    const result = await clean(html, MAIL_RULES);
    expect(result).toContain("Hi");
    expect(result).not.toMatch(/steal|<script|<form|<input|<iframe|<svg/i);
  });

  it("keeps its looks", async () => {
    const html = `<style>p { color: red }</style><table><tbody><tr><td style="padding: 4px">Hi</td></tr></tbody></table>`;
    expect(await clean(html, MAIL_RULES)).toBe(html);
  });
});

describe("rich text", () => {
  it("keeps marks, lists and links and nothing else", async () => {
    const html = await clean(
      `<p><strong>Hi</strong> <a href="https://example.org" onclick="x()" style="color:red">there</a></p><ul><li>one</li></ul><img src="https://t.example/p.gif"><a href="data:text/html,x">bad</a>`,
      RICH_TEXT_RULES,
    );
    expect(html).toBe(
      `<p><strong>Hi</strong> <a href="https://example.org">there</a></p><ul><li>one</li></ul><a>bad</a>`,
    );
  });
});

describe("rich text with pictures", () => {
  it("keeps what a picture is called and where it lies in the mail, nothing that runs", async () => {
    const html = `<p><img src="cid:f1" alt="Plan" onerror="x()" width="1"></p><script>x()</script>`;
    expect(await clean(html, RULES_WITH_PICTURES)).toBe(`<p><img src="cid:f1" alt="Plan"></p>`);
  });
});

describe("frameDocument", () => {
  it("forbids everything but inline styles and, when asked, pictures", () => {
    expect(frameDocument("<p>x</p>", false, new Map())).toContain(
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    );
    expect(frameDocument("<p>x</p>", true, new Map())).toContain("img-src https: http: data:");
    const pictures = new Map([["logo", "http://127.0.0.1:3211/api/storage/1"]]);
    expect(frameDocument("<p>x</p>", false, pictures)).toContain("img-src data: http://127.0.0.1:3211; style-src");
  });
});
