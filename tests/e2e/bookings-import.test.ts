import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { createWorkspace, startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

// Bookings from a file in a browser: columns are mapped, the dry run is looked at, the bookings are written, the same file
// again changes nothing, and the import is taken back.

const START = Date.parse("2026-10-01T08:00:00Z");
const FILE =
  "Buchungsnummer;Kurs;Datum;Von;Bis;Treffpunkt;Status;Name;E-Mail;Größe\r\n" +
  "A1;Leuchtturm-Törn;24.10.2026;09:00;16:00;Steg 3;bestätigt;Jörg Müßig;joerg@muessig.example;XL\r\n" +
  "A1;Leuchtturm-Törn;24.10.2026;09:00;16:00;Steg 3;bestätigt;Max Mast;max@mast.example;XL\r\n" +
  "B2;Theorieabend;25.10.2026;02:30;;https://meet.example/1;;Lea Lotse;lea@lotse.example;\r\n" +
  "C3;Kaputt;bald;;;;;Nie Mand;nie@mand.example;\r\n";

let product: Product;
let browser: Browser;
let page: Page;
let complaints: string[];
let now = START;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  const workspace = await createWorkspace(product, "hafen");
  ({ page, complaints } = await openPage(browser));
  await signIn(page, product, workspace.members[0]!);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

async function expectAccessible(): Promise<void> {
  await atRest(page);
  expect.soft(await accessibilityProblems(page)).toEqual([]);
}

async function chooseFile(): Promise<void> {
  await page.getByRole("button", { name: "Import", exact: true }).click();
  // As Excel saves it in Germany: semicolons and windows-1252.
  const buffer = Buffer.from(FILE, "latin1");
  await page.getByLabel("Choose a file").setInputFiles({ name: "kurse.csv", mimeType: "text/csv", buffer });
}

test("a file becomes bookings after a dry run, and nothing the second time", async () => {
  await page.goto(`${product.url}/bookings`);
  await page.getByText("No upcoming bookings").waitFor();
  await chooseFile();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /Größe/ }).click();
  await page.getByRole("option", { name: "Detail", exact: true }).click();
  const zone = dialog.getByRole("combobox", { name: "Times are by the clock of" });
  await zone.fill("Mars/Base");
  await page.keyboard.press("Tab");
  await dialog.getByText("Enter a zone such as Europe/Berlin.").waitFor();
  expect(await dialog.getByRole("button", { name: "Check the file" }).isDisabled()).toBe(true);
  await zone.fill("Europe/Berlin");
  await page.keyboard.press("Tab");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Check the file" }).click();
  await dialog.getByRole("tab", { name: /New\s*2/ }).waitFor();
  await dialog.getByText("1 booking begins or ends in a clock change.").waitFor();
  await dialog.getByText("This time comes twice in the clock change").waitFor();
  await dialog.getByText("Jörg Müßig, Max Mast").waitFor();
  await expectAccessible();
  await dialog.getByRole("tab", { name: /Refused\s*1/ }).click();
  await dialog.getByText("The start cannot be read.").waitFor();
  await expectAccessible();
  const rejects = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download rejected lines" }).click();
  expect(readFileSync(await (await rejects).path(), "utf8")).toContain("Nie Mand");

  await dialog.getByRole("button", { name: "Import 2 bookings" }).click();
  const done = dialog.getByText("2 entered, 0 changed, 0 unchanged, 1 refused");
  await until("the bookings are written", async () => {
    await product.advanceTo((now += 1_000));
    return await done.isVisible();
  });
  await dialog.getByRole("tab", { name: /New\s*2/ }).click();
  await dialog.getByRole("link", { name: "Leuchtturm-Törn" }).click();
  await page.getByRole("heading", { name: "Leuchtturm-Törn" }).waitFor();
  await page.getByRole("link", { name: "Max Mast" }).waitFor();
  await page.getByText("CSV file").waitFor();
  await page.getByText("XL").waitFor();

  await page.goto(`${product.url}/bookings`);
  await page.getByText("Theorieabend").waitFor();
  await chooseFile();
  await dialog.getByRole("button", { name: "Check the file" }).click();
  await dialog.getByRole("tab", { name: /Unchanged\s*2/ }).waitFor();
  expect(await dialog.getByRole("button", { name: "Import 0 bookings" }).isDisabled()).toBe(true);
  await dialog.getByRole("button", { name: "Discard" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Imports" }).click();
  await page.getByTestId("booking-import").getByRole("button", { name: "kurse.csv" }).waitFor();
  await until("one import", async () => (await page.getByTestId("booking-import").count()) === 1);
  await expectAccessible();
});

test("an import is taken back, but for what somebody has changed since", async () => {
  await page.goto(`${product.url}/bookings`);
  await page
    .getByRole("link", { name: /Theorieabend/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Mark checked in" }).click();
  await page.getByRole("button", { name: "Mark completed" }).waitFor();
  await page.goto(`${product.url}/bookings`);
  await page.getByRole("tab", { name: "Imports" }).click();
  await page.getByRole("button", { name: "kurse.csv" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Undo" }).click();
  await dialog.getByText("Bookings this import made are taken back").waitFor();
  await expectAccessible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Undo" }).click();
  await dialog.getByRole("button", { name: "Take back" }).click();
  const done = dialog.getByText("Messages that had been sent by then stay sent.");
  await until("the bookings are taken back", async () => {
    await product.advanceTo((now += 1_000));
    return await done.isVisible();
  });
  await dialog.getByText("1 taken back, 1 left because changed since").waitFor();
  await dialog.getByText("Left: changed since").waitFor();
  expect(await dialog.getByRole("button", { name: "Undo" }).count()).toBe(0);
  await expectAccessible();
  await dialog.getByRole("link", { name: "Leuchtturm-Törn" }).click();
  await page.getByRole("heading", { name: "Leuchtturm-Törn" }).waitFor();
  await page.getByText("Taken back", { exact: true }).first().waitFor();
  expect(await page.getByRole("button", { name: "Bring back" }).count()).toBe(0);
  await expectAccessible();
  await page.goto(`${product.url}/bookings`);
  await page.getByText("Theorieabend").waitFor();
  expect(await page.getByText("Leuchtturm-Törn").count()).toBe(0);
  expect(complaints).toEqual([]);
});
