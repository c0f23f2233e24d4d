import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { RED_DOT, SVG } from "../support/pictures.ts";
import {
  calcomBooking,
  createWorkspace,
  CUSTOMER,
  postCalcom,
  startProduct,
  type Product,
  type TestWorkspace,
} from "../support/product.ts";

// An SMS template from nothing to a colleague's phone (product.md B-11, D-21; preview and test of journeys).

const DAY_MS = 24 * 60 * 60 * 1000;
const NUMBER = "+49 1511 2345699";

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let opened: { page: Page; context: BrowserContext; complaints: string[] };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "templates");
  const startTime = new Date(Date.now() + 5 * DAY_MS).toISOString();
  const endTime = new Date(Date.now() + 6 * DAY_MS).toISOString();
  await postCalcom(
    product,
    workspace,
    calcomBooking("BOOKING_CREATED", new Date().toISOString(), { startTime, endTime }),
  );
  opened = await openPage(browser);
  await signIn(opened.page, product, workspace.members[0]!);
});
afterAll(async () => {
  await opened.context.close();
  await browser.close();
  await product.stop();
});

async function newTemplate(page: Page, name: string, channel = "SMS"): Promise<void> {
  await page.goto(`${product.url}/templates`);
  await page.getByRole("button", { name: "New template" }).click();
  const dialog = page.getByRole("dialog", { name: "New template" });
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: /Channel/ }).click();
  await page.getByRole("option", { name: channel, exact: true }).click();
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
}

test("an SMS is written, counted, published, seen with a real booking and tried out on a phone", async () => {
  const { page } = opened;
  await newTemplate(page, "Einen Tag vorher");
  const text = page.getByRole("textbox", { name: "Text", exact: true });
  await text.fill("Hallo ");
  await page.getByRole("button", { name: "Put a value into: Text" }).click();
  await page.getByRole("menuitem", { name: "First name" }).click();
  await expect.poll(async () => await text.inputValue()).toBe("Hallo {{firstName}}");
  await text.fill(`Hallo {{firstName}}, morgen geht es los. ${"Bitte kommen Sie um neun an Steg. ".repeat(3)}{{pier}}`);
  const meter = page.getByTestId("segments");
  await meter.getByText("GSM-7").waitFor();
  await meter.getByText("2 SMS at most").waitFor();
  await text.fill(`${await text.inputValue()} ⛵`);
  await meter.getByText("UCS-2").waitFor();
  await meter.getByText("3 SMS at most").waitFor();
  await meter.getByText(/These characters.*⛵/).waitFor();

  const phone = page.getByTestId("preview-phone");
  await phone.getByText(`Hallo ${CUSTOMER.name.split(" ")[0]}, morgen geht es los.`).waitFor();
  await page.getByText("Nothing stands there for: pier").waitFor();
  await phone.locator("mark", { hasText: "pier" }).waitFor();
  await page.getByLabel("pier", { exact: true }).fill("Steg 2");
  await phone.getByText(/Steg 2/).waitFor();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Version 1 is live.").waitFor();
  await page.getByText("Published", { exact: true }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.getByRole("button", { name: "Send a test" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a test: SMS" });
  await dialog.getByLabel("To the number").fill("nobody");
  await dialog.getByRole("button", { name: "Send now" }).click();
  await dialog.getByText("This address cannot be read.").waitFor();
  await dialog.getByLabel("To the number").fill(NUMBER);
  await dialog.getByRole("button", { name: "Send now" }).click();
  await dialog.getByTestId("test-state").getByText("Delivered").waitFor();
  await page.goto(`${product.url}/phones?device=${encodeURIComponent(NUMBER.replaceAll(" ", ""))}`);
  await page.getByTestId("device-message").filter({ hasText: "Hallo Anna, morgen geht es los." }).first().waitFor();
  expect(opened.complaints).toEqual([]);
});

test("a change is a draft beside what is live, compared, brought back, and an archive warns", async () => {
  const { page } = opened;
  await newTemplate(page, "Danke");
  const text = page.getByRole("textbox", { name: "Text", exact: true });
  for (const [index, words] of ["Vielen Dank und bis bald", "Vielen Dank und auf Wiedersehen"].entries()) {
    await text.fill(words);
    await page.getByText(/^(Saved|Changes saved), not published/).waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByText(`Version ${index + 1} is live.`).waitFor();
  }
  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByTestId("diff-removed").locator("mark", { hasText: "bis bald" }).waitFor();
  await page.getByTestId("diff-added").locator("mark", { hasText: "auf Wiedersehen" }).waitFor();
  const first = page.getByTestId("template-version").filter({ hasText: "Version 1" });
  await first.getByRole("button", { name: "Restore as draft" }).click();
  await expect.poll(async () => await text.inputValue()).toBe("Vielen Dank und bis bald");
  await page.getByText("Changes saved, not published").waitFor();

  await page.goto(`${product.url}/templates`);
  const rows = page.getByTestId("template");
  await rows.filter({ hasText: "Danke" }).getByText("Changed").waitFor();
  await rows
    .filter({ hasText: /journey/ })
    .first()
    .click();
  await page.getByRole("tab", { name: "Used in" }).click();
  await page.getByRole("list", { name: "Used in" }).getByRole("link").first().waitFor();
  await page.getByRole("button", { name: "What to do with it" }).click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  const dialog = page.getByRole("dialog", { name: /^Archive/ });
  await dialog.getByText(/These journeys use it/).waitFor();
  await dialog.getByRole("button", { name: "Archive all the same" }).click();
  await page.getByText("Archived", { exact: true }).waitFor();
  expect(opened.complaints).toEqual([]);
});

/** What "/" offers for these letters is taken with the keyboard. */
async function slash(page: Page, letters: string, name: string): Promise<void> {
  await page.keyboard.type(`/${letters}`);
  await page
    .getByRole("listbox", { name: "Insert" })
    .getByRole("option", { name, exact: true, selected: true })
    .waitFor();
  await page.keyboard.press("Enter");
}

test("an e-mail is designed by the keyboard: a block, values with a fallback, a picture that its preview shows", async () => {
  const { page } = opened;
  await newTemplate(page, "Wegweiser", "E-mail");
  await page.getByRole("textbox", { name: "Subject" }).fill("Bis morgen");
  await page.getByRole("button", { name: "Design it with blocks and pictures" }).click();
  const canvas = page.getByRole("textbox", { name: "Text", exact: true });
  await canvas.click();
  await page.keyboard.type("Hallo ");
  await slash(page, "first", "First name Person");
  await page.keyboard.type(", wir treffen uns an {{pier}}");
  await canvas.locator('[data-chip="firstName"]', { hasText: "First name" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("group", { name: "Settings at the cursor" }).getByLabel("Otherwise, if missing").fill("Steg 2");
  await canvas.locator('[data-chip="pier"]', { hasText: "· Steg 2" }).waitFor();
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await slash(page, "divi", "Divider Blocks");
  await canvas.locator("hr").waitFor();
  const preview = page.frameLocator("iframe[title='In the mail program']");
  await preview.getByText("Hallo Anna, wir treffen uns an Steg 2", { exact: true }).waitFor();
  await preview.locator(".sb-card hr").waitFor();

  const pick = async (name: string, buffer: Buffer) => {
    const chooser = page.waitForEvent("filechooser");
    await slash(page, "pict", "Picture Blocks");
    await (await chooser).setFiles({ name, mimeType: "image/png", buffer });
  };
  await pick("wappen.png", SVG);
  await page.getByText("Pictures in mails are PNG, JPEG, GIF or WebP.").waitFor();
  // The editor's library tells the console too.
  expect(opened.complaints.splice(0)).toEqual([expect.stringContaining("wappen.png")]);
  await canvas.focus();
  await pick("punkt.png", RED_DOT);
  const picture = canvas.locator("img[src*='/api/storage/']");
  await picture.click();
  await page.getByLabel("What the picture shows").fill("Ein roter Punkt");
  const shown = preview.getByRole("img", { name: "Ein roter Punkt" });
  await expect.poll(async () => await shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await page.getByText("Saved, not published").waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Version 1 is live.").waitFor();
  expect(opened.complaints).toEqual([]);
});
