import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// A mail that tries everything, looked at in a real browser: nothing runs, nothing is asked for, the page stays ours.

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let product: Product;
let browser: Browser;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let tracker: Server;
const asked: string[] = [];

beforeAll(async () => {
  tracker = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "Content-Type": "image/png" }).end(Buffer.from(PIXEL, "base64"));
  });
  await new Promise<void>((resolve) => tracker.listen(0, "127.0.0.1", resolve));
  [product, browser] = await Promise.all([startProduct({ seed: true }), launchBrowser()]);
  ({ client, orgId } = await demoMember(product));
  ({ page, context, complaints } = await openPage(browser));
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
  tracker.close();
});

const trackerUrl = () => `http://127.0.0.1:${(tracker.address() as AddressInfo).port}`;

function hostileMail(): string {
  const url = trackerUrl();
  const html = `<html><head><base href="${url}/base/"><meta http-equiv="refresh" content="0;url=${url}/refresh">
<link rel="stylesheet" href="${url}/link.css"><style>@import "${url}/import.css"; body{background:url(${url}/bg.png)}
@font-face{font-family:x;src:url(${url}/font)} p{font-family:x} .cover{position:fixed;inset:0;z-index:9999}</style></head>
<body onload="parent.document.title='stolen'"><p>Lesbare Worte</p><script>parent.document.title='stolen'</script>
<img src="x" onerror="parent.document.title='stolen'"><img src="${url}/pixel.gif"><img srcset="${url}/set.png 2x">
<svg onload="parent.document.title='stolen'"><image href="${url}/svg.png"/></svg><iframe src="${url}/frame"></iframe>
<video poster="${url}/poster"></video><object data="${url}/object"></object><embed src="${url}/embed">
<form action="${url}/form"><input name="password"><button>Anmelden</button></form>
<div style="position:fixed;inset:0;background:url('${url}/style.png')">Bitte neu anmelden</div><div class="cover"></div>
<a href="javascript:parent.document.title='stolen'">Hier</a><img alt="Logo" src="cid:logo@mail">
<div style="border:none;border-top:solid #E1E1E1 1.0pt">Von: Uns</div><p>Alte Worte</p></body></html>`;
  return [
    "From: Fremde Person <fremd@angriff.example>",
    "To: info@haff.example",
    "Subject: Bitte lesen",
    "Message-ID: <hostile@angriff.example>",
    "MIME-Version: 1.0",
    "Content-Type: multipart/related; boundary=r",
    "",
    "--r",
    "Content-Type: multipart/alternative; boundary=a",
    "",
    "--a",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "Nur die Worte",
    "--a",
    "Content-Type: text/html; charset=utf-8",
    "",
    html,
    "--a--",
    "--r",
    "Content-Type: image/png; name=logo.png",
    "Content-ID: <logo@mail>",
    "Content-Transfer-Encoding: base64",
    "",
    PIXEL,
    "--r--",
  ].join("\r\n");
}

async function deliver(): Promise<Id<"threads">> {
  const channels = await client.query(api.connections.queries.channels, { orgId });
  const address = channels.find(({ channelType }) => channelType === "email_outlook")?.address;
  if (address === undefined) throw new Error("The demo has no mailbox.");
  const mailbox = (await product.client.run("intake/jobs:openMailbox", { address })) as unknown as {
    rawEmailUrl: string;
    secret: string;
  };
  const response = await fetch(mailbox.rawEmailUrl, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`mail:${mailbox.secret}`)}`, "Content-Type": "message/rfc822" },
    body: hostileMail(),
  });
  expect(response.status).toBe(200);
  let found: Id<"threads"> | undefined;
  await until("the mail is in the inbox", async () => {
    const paginationOpts = { numItems: 20, cursor: null };
    const { page: threads } = await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts });
    found = threads.find(({ subject }) => subject === "Bitte lesen")?.id;
    return found !== undefined;
  });
  return found!;
}

test("hostile HTML runs nothing, asks for nothing and shows its words, pictures of its own and text", async () => {
  const threadId = await deliver();
  await page.goto(`${product.url}/inbox/${threadId}`);
  const frame = page.frameLocator('iframe[title="Content of the e-mail"]');
  await frame.getByText("Lesbare Worte").waitFor();
  const logo = frame.getByAltText("Logo");
  await until("the mail's own picture is shown", async () =>
    logo.evaluate(
      (image) => image instanceof Object && (image as unknown as { naturalWidth: number }).naturalWidth > 0,
    ),
  );
  const cover = frame.getByText("Bitte neu anmelden");
  expect(await cover.evaluate((element) => getComputedStyle(element).position)).toBe("static");
  expect(
    await frame.locator("script, form, input, iframe, object, embed, svg, base, meta[http-equiv=refresh]").count(),
  ).toBe(0);
  expect(await frame.getByText("Alte Worte").count()).toBe(0);
  expect(await page.title()).not.toContain("stolen");
  expect(asked).toEqual([]);

  // By key: the frame still grows with its pictures, and a pointer would let go beside the button.
  await page.getByRole("button", { name: "As text" }).press("Enter");
  await page.getByTestId("message").getByText("Nur die Worte").waitFor();
  await page.getByRole("button", { name: "As sent" }).click();

  await page.getByRole("button", { name: "Always from fremd@angriff.example" }).click();
  await until("the pixel is asked for", () => asked.includes("/pixel.gif"));
  expect(asked.filter((path) => !["/pixel.gif", "/bg.png", "/style.png"].includes(path))).toEqual([]);

  asked.length = 0;
  await page.reload();
  await frame.getByText("Lesbare Worte").waitFor();
  await until("the sender is remembered", () => asked.length > 0);
  expect(await page.title()).not.toContain("stolen");
  expect(complaints.filter((text) => !/Content Security Policy|sandboxed/i.test(text))).toEqual([]);
});
