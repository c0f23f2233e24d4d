import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { RED_DOT } from "../support/pictures.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";
import { CLOCK_START, SteppedClock } from "../support/stepped-clock.ts";

// Writing helpers (product.md, 2.4 no. 35-36): templates and snippets, WhatsApp's 24 hours,
// signatures.

/** How long an answer can be undone, and what the server waits longer (inbox/sending/settings). */
const HELD_MS = 12_000;

let product: Product;
let clock: SteppedClock;
let browser: Browser;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let anna: ConvexHttpClient;
let opened: { page: Page; context: BrowserContext; complaints: string[] };
const PHONE = "+4915112345671";

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: CLOCK_START }), launchBrowser()]);
  clock = new SteppedClock(product);
  workspace = await createWorkspace(product, "composing");
  orgId = workspace.orgId as Id<"organisations">;
  anna = await signInOverHttp(product.url, workspace.members[0]!);
  opened = await openPage(browser);
  await clock.show(opened.context);
  await signIn(opened.page, product, workspace.members[0]!);
});
afterAll(async () => {
  await opened.context.close();
  await browser.close();
  await product.stop();
});

async function customerWrites(channel: "email" | "whatsapp", address: string, text: string): Promise<void> {
  await anna.mutation(api.sandbox.mutations.reply, { orgId, address, channel, text });
  await clock.pass(1_000);
}

async function openThread(text: string): Promise<void> {
  const { page } = opened;
  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: text }).click();
  await message(text).waitFor();
}

const field = () => opened.page.getByRole("textbox", { name: "Reply text" });
const message = (text: string) => opened.page.getByTestId("message").filter({ hasText: text });

test("a template is written once, chosen by a sign, stopped while a value is missing, and counted once", async () => {
  const { page } = opened;
  await anna.mutation(api.templates.mutations.create, {
    orgId,
    name: "Rückruf",
    category: "customer_service",
    channelType: "any",
    businessEntity: "all",
    locale: "de",
    threadTypes: [],
    isSnippet: false,
    isPrivate: false,
    subject: "",
    body: "Guten Tag {{name}},\n\nwir rufen um {{hour}} an.",
    variables: [],
  });
  await page.goto(`${product.url}/settings/templates`);
  await page.getByRole("button", { name: "New text" }).click();
  const dialog = page.getByRole("dialog", { name: "New text" });
  await dialog.getByLabel("Name", { exact: true }).fill("Gruß");
  await dialog.getByLabel("Text", { exact: true }).fill("Bis bald!");
  await dialog.getByLabel("Language").fill("de");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByTestId("text").filter({ hasText: "Gruß" }).getByText("used 0 times").waitFor();

  await customerWrites("email", "eva@example.org", "Bitte rufen Sie an.");
  await openThread("Bitte rufen Sie an.");
  await field().click();
  await field().press("/");
  const search = page.getByPlaceholder("Search templates and snippets");
  await search.fill("rückr");
  await page.getByRole("menuitem", { name: /Rückruf/ }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await search.press("ArrowDown");
  await search.press("Enter");
  await field().filter({ hasText: "wir rufen um ⟦hour⟧ an." }).waitFor();
  await page.getByText("Still to be written: hour").waitFor();

  await field().press("Control+Enter");
  await page.getByText("Write what belongs in the place of “hour” first.").waitFor();
  await page.keyboard.type("neun");
  await field().filter({ hasText: "wir rufen um neun an." }).waitFor();
  await field().press("Control+Enter");
  await message("wir rufen um neun an.").waitFor();
  const used = async () =>
    (await anna.query(api.templates.queries.list, { orgId })).find(({ name }) => name === "Rückruf")?.usageCount;
  await clock.pass(HELD_MS);
  await expect.poll(clock.later(used)).toBe(1);
});

test("after WhatsApp's 24 hours only an approved template goes, with its values and a preview", async () => {
  const { page } = opened;
  await customerWrites("whatsapp", PHONE, "Ist der Kurs noch frei?");
  const templateId = await anna.mutation(api.templates.mutations.create, {
    orgId,
    name: "Antwort später",
    category: "customer_service",
    channelType: "whatsapp_business",
    businessEntity: "all",
    locale: "de",
    threadTypes: [],
    isSnippet: false,
    isPrivate: false,
    subject: "",
    body: "Guten Tag, zu Ihrer Frage: {{answer}}",
    variables: [],
  });
  const accounts = await anna.query(api.delivery.monitor.queries.connections, { orgId });
  const sandbox = accounts.find(({ channel }) => channel === "whatsapp")!;
  await anna.mutation(api.connections.accounts.mutations.setEnabled, {
    orgId,
    connectionId: sandbox.id,
    isEnabled: false,
  });
  const connectionId = await anna.mutation(api.connections.accounts.mutations.add, {
    orgId,
    channel: "whatsapp",
    provider: "meta",
    name: "Meta",
    settings: { phoneNumberId: "1" },
    secrets: { accessToken: "EAA" },
    ratePerSecond: 1,
    priceMicros: 0,
    weight: 1,
  });
  await openThread("Ist der Kurs noch frei?");
  await page.getByText("No approved template can be sent yet.").waitFor();
  await anna.mutation(api.delivery.whatsappTemplates.mutations.save, {
    orgId,
    templateId,
    connectionId,
    name: "antwort",
    language: "de",
    category: "utility",
    state: "approved",
    placeholders: ["answer"],
  });
  await page.getByRole("textbox", { name: "answer", exact: true }).waitFor();
  const send = page.getByRole("button", { name: "Send", exact: true });
  expect(await send.isDisabled()).toBe(true);
  await page.getByRole("textbox", { name: "answer", exact: true }).fill("Ja, ein Platz.");
  await page.getByRole("group", { name: "Preview" }).getByText("Guten Tag, zu Ihrer Frage: Ja, ein Platz.").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("textbox", { name: "answer", exact: true }).press("Control+Enter");
  await message("Guten Tag, zu Ihrer Frage: Ja, ein Platz.").waitFor();
});

test("an answer goes on over another channel, with its words, and each conversation leads to the other", async () => {
  const { page } = opened;
  const number = "+4915112345672";
  await anna.mutation(api.contacts.edits.mutations.create, {
    orgId,
    name: "Ben Boot",
    email: "ben@example.org",
    phone: number,
    locale: "de",
    tags: [],
  });
  await customerWrites("email", "ben@example.org", "Ist das Boot schon da?");
  await openThread("Ist das Boot schon da?");
  await field().fill("Es liegt am Steg.");
  await page.getByRole("button", { name: "Answer another way" }).press("Enter");
  await page.getByRole("menuitem", { name: `By SMS: ${number}` }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.getByText("This also answers no.").waitFor();
  await field().filter({ hasText: "Es liegt am Steg." }).waitFor();
  await page.getByRole("checkbox", { name: /^Close no\. \d+ with it$/ }).press("Space");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await field().press("Control+Enter");
  await message("Es liegt am Steg.").waitFor();
  const received = async () =>
    (await anna.query(api.sandbox.queries.device, { orgId, address: number })).findLast(
      ({ direction }) => direction === "to_customer",
    )?.text;
  await clock.pass(HELD_MS);
  await expect.poll(clock.later(received)).toBe("Es liegt am Steg.");
  await page.getByRole("button", { name: "Open it" }).click();
  await message("Ist das Boot schon da?").waitFor();
  await page.getByText("This conversation is closed for everyone.").waitFor();
  await page.getByRole("button", { name: "Open it" }).click();
  await message("Es liegt am Steg.").waitFor();
});

test("a conversation begun by answering another way goes again when nothing is written in it", async () => {
  const { page } = opened;
  const number = "+4915112345673";
  await anna.mutation(api.contacts.edits.mutations.create, {
    orgId,
    name: "Cleo Kajak",
    email: "cleo@example.org",
    phone: number,
    locale: "de",
    tags: [],
  });
  await customerWrites("email", "cleo@example.org", "Gibt es Kajaks?");
  await openThread("Gibt es Kajaks?");
  const listed = async () =>
    (
      await anna.query(api.inbox.queries.listThreads, {
        orgId,
        view: "all",
        paginationOpts: { numItems: 50, cursor: null },
      })
    ).page.length;
  const before = await listed();
  const bySms = async () => {
    await page.getByRole("button", { name: "Answer another way" }).press("Enter");
    await page.getByRole("menuitem", { name: `By SMS: ${number}` }).press("Enter");
    await page.getByText("This also answers no.").waitFor();
  };
  await field().fill("Ja, drei.");
  await bySms();
  // The cursor stands behind the words.
  await field().and(page.locator(":focus")).waitFor();
  await page.keyboard.type(" Auch heute.");
  await field().filter({ hasText: "Ja, drei. Auch heute." }).waitFor();
  await page.goBack();
  await message("Gibt es Kajaks?").waitFor();
  expect(await listed()).toBe(before + 1);

  await page.goForward();
  await field().filter({ hasText: "Ja, drei. Auch heute." }).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Backspace");
  await page.goBack();
  await message("Gibt es Kajaks?").waitFor();
  await expect.poll(listed).toBe(before);

  await field().fill("Ja, vier.");
  await bySms();
  await field().filter({ hasText: "Ja, vier." }).waitFor();
  await page.getByRole("button", { name: "Discard draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await message("Gibt es Kajaks?").waitFor();
  await expect.poll(listed).toBe(before);
});

test("a signature is written once and stands under the next mail, not under what is written", async () => {
  const { page } = opened;
  await page.goto(`${product.url}/settings/signature`);
  const own = page.getByRole("textbox", { name: "Your signature" });
  await own.click();
  await page.keyboard.type("Anna Admin");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Segelschule am ");
  await page.getByRole("toolbar", { name: "Formatting" }).first().getByRole("button", { name: "Link" }).click();
  const dialog = page.getByRole("dialog", { name: "Link" });
  await dialog.getByLabel("Words of the link").fill("Haff");
  await dialog.getByLabel("Address").fill("https://haff.example");
  await dialog.getByRole("button", { name: "Save" }).click();
  await own.getByRole("link", { name: "Haff" }).waitFor();
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: RED_DOT });
  await own.getByRole("img", { name: "logo.png" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("button", { name: /^Save.*Your signature$/ }).click();
  await page.getByText("The signature is saved.").waitFor();

  await customerWrites("email", "max@example.org", "Wo liegt der Steg?");
  await openThread("Wo liegt der Steg?");
  await page.getByRole("group", { name: "Signature" }).getByRole("img", { name: "logo.png" }).waitFor();
  await field().fill("Direkt am Hafen.");
  await field().press("Control+Enter");
  await message("Direkt am Hafen.").waitFor();
  const device = { orgId, address: "max@example.org" };
  const received = async () =>
    (await anna.query(api.sandbox.queries.device, device)).findLast(({ direction }) => direction === "to_customer")
      ?.text;
  await clock.pass(HELD_MS);
  await expect
    .poll(clock.later(received))
    .toMatch(/Direkt am Hafen\.\s+--\s+Anna Admin\s+Segelschule am Haff \(https:\/\/haff\.example\)\s+.+:\n> Wo liegt/);
  const signature = message("Direkt am Hafen.").getByTestId("signature");
  await signature.getByRole("img", { name: "logo.png" }).waitFor();
  expect(await signature.getByRole("link", { name: "Haff" }).getAttribute("href")).toMatch(/^https:\/\/haff\.example/);
  // What it repeats is folded in the conversation.
  expect(await message("Direkt am Hafen.").getByText("> Wo liegt der Steg?").count()).toBe(0);
  await message("Direkt am Hafen.").getByRole("button", { name: "Show quoted text" }).click();
  await message("Direkt am Hafen.").getByText("> Wo liegt der Steg?").waitFor();
});

test("links are made in a dialog or by pasting, pictures stand between the words and go along", async () => {
  const { page, complaints } = opened;
  await customerWrites("email", "lea@example.org", "Wie komme ich zum Steg?");
  await openThread("Wie komme ich zum Steg?");
  await field().click();
  await page.keyboard.type("Siehe Karte");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  await field().evaluate(paste, { text: "https://haff.example/karte", picture: null });
  await field().getByRole("link", { name: "Karte" }).waitFor();
  await page.keyboard.press("End");
  await page.keyboard.type(" oder ");
  await page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name: "Link" }).click();
  const dialog = page.getByRole("dialog", { name: "Link" });
  await dialog.getByLabel("Words of the link").fill("Anfahrt");
  await dialog.getByLabel("Address").fill("javascript:alert(1)");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("This is no web address").waitFor();
  await dialog.getByLabel("Address").fill("haff.example/anfahrt");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByLabel("Address").press("Enter");
  await field().getByRole("link", { name: "Anfahrt" }).waitFor();

  await field().evaluate(paste, { text: null, picture: RED_DOT.toString("base64") });
  await field().getByRole("img", { name: "steg.png" }).waitFor();
  // It is no attachment beside the text.
  expect(await page.getByRole("list", { name: "Files that go along" }).count()).toBe(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name: "Bold" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await field().press("Control+Enter");
  const sent = message("Siehe Karte");
  // Another picture may stand in the signature.
  const picture = sent.getByRole("img", { name: "steg.png" });
  await picture.waitFor();
  const width = () => picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
  await expect.poll(width).toBe(1);
  expect(await sent.getByRole("link", { name: "Anfahrt" }).getAttribute("href")).toBe("https://haff.example/anfahrt");
  expect(await sent.getByRole("list", { name: "Attachments" }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

/** What the browser does when somebody pastes words or a picture. */
function paste(element: Element, { text, picture }: { text: string | null; picture: string | null }): void {
  const clipboardData = new DataTransfer();
  if (text !== null) clipboardData.setData("text/plain", text);
  if (picture !== null) {
    const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
    clipboardData.items.add(new File([bytes], "steg.png", { type: "image/png" }));
  }
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}
