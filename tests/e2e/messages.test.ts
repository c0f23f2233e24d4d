import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { demoMember } from "../support/member-client.ts";
import { RED_DOT, SVG } from "../support/pictures.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// Reading and acting in a conversation: its name, its files, and what is done with one message, in the seeded demo.

let product: Product;
let browser: Browser;
let client: ConvexHttpClient;
let orgId: Id<"organisations">;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let threadId: Id<"threads">;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ seed: true }), launchBrowser()]);
  ({ client, orgId } = await demoMember(product));
  ({ page, context, complaints } = await openPage(browser));
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(product.url);
  await page.getByTestId("thread-row").first().waitFor();
  const paginationOpts = { numItems: 20, cursor: null };
  const { page: threads } = await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts });
  threadId = threads.find(({ channel, subject }) => channel === "email" && subject !== "")!.id;
  await page.goto(`${product.url}/inbox/${threadId}`);
  await page.getByRole("region", { name: "Messages" }).waitFor();
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

const SHOTS = process.env.SWITCHBOARD_SHOTS;
/** A picture, when somebody wants to look. */
async function shoot(name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

async function expectAccessible(): Promise<void> {
  await atRest(page);
  expect.soft(await accessibilityProblems(page)).toEqual([]);
}

const messages = () => page.getByTestId("message");
const subject = async () => (await client.query(api.inbox.queries.getThread, { orgId, threadId })).subject;

/** A PDF of one empty page. */
const PDF = Buffer.from(
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>",
);
/** A tenth of a second of silence. */
const WAV = Buffer.concat([
  Buffer.from(
    "RIFF\x44\x03\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x20\x03\0\0",
    "latin1",
  ),
  Buffer.alloc(800, 128),
]);

async function writeNote(text: string, files: { name: string; mimeType: string; buffer: Buffer }[] = []) {
  await page.keyboard.press("n");
  const field = page.getByRole("textbox", { name: "Note text", exact: true });
  await field.waitFor();
  if (files.length > 0) await page.getByLabel("Attach files").first().setInputFiles(files);
  for (const { name } of files) await page.getByRole("button", { name: `Remove ${name}` }).waitFor();
  await field.fill(text);
  const add = page.getByRole("button", { name: "Add note" });
  await until("everything is uploaded", async () => await add.isEnabled());
  await add.click();
  await messages().filter({ hasText: text }).waitFor();
}

test("a conversation is renamed where its subject stands; Escape leaves it as it was", async () => {
  const before = await subject();
  await page.getByRole("button", { name: "Rename the conversation" }).click();
  const field = page.getByRole("textbox", { name: "Subject" });
  await field.fill("Not this");
  await field.press("Escape");
  await field.waitFor({ state: "detached" });
  expect(await subject()).toBe(before);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Rename the conversation" }).click();
  await field.and(page.locator(":focus")).waitFor();
  await expectAccessible();
  await shoot("rename");
  await field.fill("Course in July, two people");
  await field.press("Enter");
  await page.getByRole("button", { name: "Rename the conversation: Course in July, two people" }).waitFor();
  await page.getByTestId("thread-row").filter({ hasText: "Course in July, two people" }).first().waitFor();
  await until("the server knows", async () => (await subject()) === "Course in July, two people");
  expect(complaints).toEqual([]);
});

test("pictures, sounds and PDFs are looked at in place; what could run is only saved", async () => {
  await writeNote("Look at these", [
    { name: "boat.png", mimeType: "image/png", buffer: RED_DOT },
    { name: "berth.png", mimeType: "image/png", buffer: RED_DOT },
    { name: "voice.wav", mimeType: "audio/wav", buffer: WAV },
    { name: "offer.pdf", mimeType: "application/pdf", buffer: PDF },
    { name: "fake.pdf", mimeType: "application/pdf", buffer: Buffer.from("<script>alert(1)</script>") },
    { name: "logo.svg", mimeType: "image/svg+xml", buffer: SVG },
    { name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no picture") },
  ]);
  const note = messages().filter({ hasText: "Look at these" });
  await note
    .getByRole("img", { name: "boat.png" })
    .or(note.getByRole("button", { name: "Open boat.png" }))
    .first()
    .waitFor();
  await note.getByLabel("Play voice.wav").waitFor();
  // What is no picture is a file to save, whatever it calls itself; so is what could run.
  for (const name of ["broken.png", "logo.svg"]) {
    const link = note.getByRole("link", { name: new RegExp(name) });
    await link.waitFor();
    expect(await link.getAttribute("download")).toBe(name);
  }
  await expectAccessible();
  await shoot("files");

  await note.getByRole("button", { name: "Open boat.png" }).click();
  const viewer = page.getByRole("dialog");
  await viewer.getByRole("heading", { name: "boat.png" }).waitFor();
  await expectAccessible();
  await shoot("viewer");
  // The files come up in whatever order: from the first to the last by keys.
  for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowLeft");
  const names: string[] = [];
  for (let at = 1; at <= 5; at++) {
    await viewer.getByText(`${at} of 5`).waitFor();
    const name = (await viewer.getByRole("heading").textContent()) ?? "";
    names.push(name);
    if (name === "fake.pdf") {
      await viewer.getByText("This file cannot be shown here.").waitFor();
      expect(await viewer.locator("iframe").count()).toBe(0);
    }
    await page.keyboard.press("ArrowRight");
  }
  expect(names.toSorted()).toEqual(["berth.png", "boat.png", "broken.png", "fake.pdf", "offer.pdf"]);
  const saved = page.waitForEvent("download");
  await viewer.getByRole("link", { name: "Download" }).click();
  expect((await saved).suggestedFilename()).toBe(names.at(-1));
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});

test("one message is copied, linked to, answered and passed on; one's own note is changed and taken away", async () => {
  await writeNote("Call them on Mondy");
  const note = messages().filter({ hasText: "Call them on" });
  const menuOf = async (message: typeof note) => {
    await message.hover();
    await message.getByRole("button", { name: "What to do with this message" }).click();
  };
  await menuOf(note);
  await expectAccessible();
  await shoot("message-menu");
  await page.getByRole("menuitem", { name: "Copy text" }).click();
  await page.getByText("Text copied").waitFor();
  expect(await page.evaluate(async () => await navigator.clipboard.readText())).toBe("Call them on Mondy");
  await menuOf(note);
  await page.getByRole("menuitem", { name: "Edit the note" }).click();
  const field = note.getByRole("textbox", { name: "Note" });
  await field.fill("Call them on Monday");
  await field.press("Control+Enter");
  await messages().filter({ hasText: "Call them on Monday" }).getByText("edited").waitFor();
  await expectAccessible();
  await menuOf(note);
  await page.getByRole("menuitem", { name: "Copy link" }).click();
  await page.getByText("Link copied").waitFor();
  const link = await page.evaluate(async () => await navigator.clipboard.readText());
  await menuOf(note);
  await page.getByRole("menuitem", { name: "Remove the note…" }).click();
  const dialog = page.getByRole("dialog");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await messages().filter({ hasText: "removed a note" }).waitFor();
  expect(await messages().filter({ hasText: "Call them on" }).count()).toBe(0);

  const mail = messages().filter({ hasNotText: "note" }).first();
  await menuOf(mail);
  expect(await page.getByRole("menuitem", { name: "Edit the note" }).count()).toBe(0);
  await page.getByRole("menuitem", { name: "Forward this message" }).click();
  await page.getByRole("combobox", { name: "To" }).waitFor();
  await menuOf(mail);
  await page.getByRole("menuitem", { name: "Reply to this message" }).click();
  await page
    .getByRole("list", { name: "To" })
    .or(page.getByRole("combobox", { name: "To" }))
    .first()
    .waitFor();

  await page.goto(link);
  await page.locator("[aria-current=true][data-key]").waitFor();
  expect(complaints).toEqual([]);
});

/** The team's own mailbox. */
async function mailbox(): Promise<string> {
  const channels = await client.query(api.connections.queries.channels, { orgId });
  return channels.find(({ channelType }) => channelType === "email_outlook")!.address!;
}

/** Hands a mail over as a mail server does. */
async function deliver(source: string): Promise<void> {
  const opened = await product.client.run("intake/jobs:openMailbox", { address: await mailbox() });
  const { rawEmailUrl, secret } = opened as unknown as { rawEmailUrl: string; secret: string };
  const headers = { Authorization: `Basic ${btoa(`switchboard:${secret}`)}` };
  expect((await fetch(rawEmailUrl, { method: "POST", headers, body: source })).status).toBe(200);
}

test("the original of a mail is looked at as text, copied and saved; nothing in it runs", async () => {
  const source = [
    "From: Olga Original <olga@original.example>",
    "To: info@haff.example",
    "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
    "Message-ID: <original@original.example>",
    "Authentication-Results: mx.haff.example; spf=pass; dkim=pass header.d=original.example; dmarc=fail",
    "MIME-Version: 1.0",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p>Moin</p><script>document.title='stolen'</script>",
  ].join("\r\n");
  await deliver(source);
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Olga Original" }).click();
  const mail = messages().first();
  await mail.hover();
  await mail.getByRole("button", { name: "What to do with this message" }).click();
  await page.getByRole("menuitem", { name: "Show original" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("DMARC: fail").waitFor();
  await dialog.getByText("Grüße", { exact: true }).waitFor();
  await dialog.getByText("<script>document.title='stolen'</script>").waitFor();
  await expectAccessible();
  await shoot("original");
  const saved = page.waitForEvent("download");
  await dialog.getByRole("link", { name: "Download" }).click();
  expect((await saved).suggestedFilename()).toBe("original.eml");
  await dialog.getByRole("button", { name: "Copy source" }).click();
  await page.getByText("Source copied").waitFor();
  expect(await page.evaluate(async () => await navigator.clipboard.readText())).toContain("dmarc=fail");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await page.title()).not.toContain("stolen");

  const answer = [
    `From: Segelschule <${await mailbox()}>`,
    "To: olga@original.example",
    `Cc: ${await mailbox()}`,
    "Subject: Re: Hello",
    "Message-ID: <outlook@haff.example>",
    "In-Reply-To: <original@original.example>",
    "Authentication-Results: mx.haff.example; dmarc=pass",
    "MIME-Version: 1.0",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p>Written in another program</p>",
  ].join("\r\n");
  await deliver(answer);
  const elsewhere = messages().filter({ hasText: "Sent from their own mail program" });
  await elsewhere.frameLocator("iframe").getByText("Written in another program").waitFor();
  await expectAccessible();
  await shoot("elsewhere");
  expect(complaints).toEqual([]);
});

test("in WhatsApp both sides react to a message and answer by quoting it", async () => {
  const address = "+4915170000001";
  const write = async (text: string, more: { inReplyTo?: Id<"sandboxMessages">; isQuote?: boolean } = {}) =>
    await client.mutation(api.sandbox.mutations.reply, { orgId, address, channel: "whatsapp", text, ...more });
  const question = await write("Is there a course in July?");
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Is there a course in July?" }).click();
  const asked = messages().filter({ hasText: "Is there a course in July?" }).first();
  await asked.hover();
  await asked.getByRole("button", { name: "React", exact: true }).click();
  await page.getByRole("menuitem", { name: "👍" }).click();
  await asked.getByRole("list", { name: "Reactions" }).getByText("👍").waitFor();
  const device = async () => await client.query(api.sandbox.queries.device, { orgId, address });
  await until("the phone shows our reaction", async () => (await device())[0]?.ourReaction === "👍");
  await client.mutation(api.sandbox.mutations.react, { orgId, messageId: question, emoji: "🙏" });
  await asked.getByRole("list", { name: "Reactions" }).getByText("🙏").waitFor();

  await asked.hover();
  await asked.getByRole("button", { name: "What to do with this message" }).click();
  await page.getByRole("menuitem", { name: "Reply quoting this" }).click();
  await page.getByText("Do not quote").waitFor();
  const field = page.getByRole("textbox", { name: "Reply text", exact: true });
  await field.fill("Yes, from the 6th");
  await expectAccessible();
  await shoot("quoting");
  await field.press("Control+Enter");
  const answer = messages().filter({ hasText: "Yes, from the 6th" });
  await answer.getByRole("button", { name: /Go to the quoted message/ }).waitFor();
  await write("Great", { inReplyTo: question, isQuote: true });
  const thanks = messages().filter({ hasText: "Great" });
  await thanks.getByRole("button", { name: /Go to the quoted message/ }).click();
  await page.locator("[aria-current=true][data-key]").filter({ hasText: "Is there a course in July?" }).waitFor();
  await expectAccessible();
  await shoot("chat");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible();
  await shoot("chat-phone");
  // No button of its own takes the words' room there.
  expect(await asked.getByRole("button", { name: "React", exact: true }).count()).toBe(0);
  await asked.getByRole("button", { name: "What to do with this message" }).click();
  await page.getByRole("menuitem", { name: "❤️" }).waitFor();
  await shoot("chat-phone-menu");
  await page.getByRole("menuitem", { name: "❤️" }).click();
  await asked.getByRole("list", { name: "Reactions" }).getByText("❤️").waitFor();
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.goto(`${product.url}/phones?device=${encodeURIComponent(address)}`);
  const wall = page.getByTestId("device").filter({ hasText: "Is there a course in July?" });
  await wall.getByTestId("device-reaction").first().waitFor();
  await expectAccessible();
  await shoot("chat-wall");
  expect(complaints).toEqual([]);
});

test("panes are as wide as one makes them, by mouse and by keys, and stay so", async () => {
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Written in another program" }).first().click();
  await messages().locator("iframe").first().waitFor();
  const list = page.getByRole("region", { name: "Conversations", exact: true });
  const panel = page.getByRole("complementary", { name: "Contact and bookings", exact: true });
  const width = async (pane: Locator) => Math.round((await pane.boundingBox())?.width ?? 0);
  const edgeOf = (name: string) => page.getByRole("separator", { name: `Width: ${name}`, exact: true });
  const drag = async (edge: Locator, by: number) => {
    const box = (await edge.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    // In one go: the pointer is over the mail, a document of its own, before the edge has followed.
    await page.mouse.move(x + by, y);
    await page.mouse.up();
  };
  expect([await width(list), await width(panel)]).toEqual([336, 288]);
  await drag(edgeOf("Conversations"), 100);
  await expect.poll(() => width(list)).toBe(436);
  await drag(edgeOf("Contact and bookings"), -40);
  await expect.poll(() => width(panel)).toBe(328);
  await edgeOf("Conversations").press("ArrowLeft");
  await edgeOf("Contact and bookings").press("ArrowLeft");
  await expect.poll(async () => [await width(list), await width(panel)]).toEqual([420, 344]);
  await drag(edgeOf("Contact and bookings"), -2000);
  const widest = await width(panel);
  expect(await width(page.getByRole("region", { name: /^Conversation with/ }))).toBeGreaterThan(300);
  await expectAccessible();
  await shoot("panes");
  await page.reload();
  await expect.poll(async () => [await width(list), await width(panel)]).toEqual([420, widest]);
  await edgeOf("Conversations").dblclick();
  await edgeOf("Contact and bookings").dblclick();
  await expect.poll(async () => [await width(list), await width(panel)]).toEqual([336, 288]);
  expect(complaints).toEqual([]);
});
