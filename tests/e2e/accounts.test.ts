import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import {
  calcomBooking,
  createWorkspace,
  CUSTOMER,
  postCalcom,
  startProduct,
  type Product,
  type TestWorkspace,
} from "../support/product.ts";
import { until } from "../support/until.ts";

// Organisations in a browser: one is made, gets another name and a person, is deleted, leaves its person behind and comes
// back with them.

const START = Date.parse("2026-10-01T08:00:00Z");

let product: Product;
let workspace: TestWorkspace;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "haff");
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

const heading = (name: string) => page.getByRole("heading", { level: 1, name });
const dialog = () => page.getByRole("dialog");

/** A person who booked: the way most contacts come. */
async function letAnnaBook(): Promise<void> {
  const times = { startTime: "2026-10-10T07:00:00Z", endTime: "2026-10-10T14:00:00Z" };
  const booked = await postCalcom(
    product,
    workspace,
    calcomBooking("BOOKING_CREATED", new Date(START).toISOString(), times),
  );
  expect(booked.status).toBe(202);
  await product.advanceTo(START + 5_000);
}

async function openAnna(): Promise<void> {
  await page.goto(`${product.url}/contacts`);
  await page.getByTestId("contact-row").filter({ hasText: CUSTOMER.email }).click();
  await page.getByRole("button", { name: "Edit the contact" }).waitFor();
}

test("an organisation is made, refused a domain that is nobody's own, and renamed", async () => {
  await page.goto(`${product.url}/accounts`);
  await page.getByText("No organisations yet").waitFor();
  await expectAccessible();
  await page.getByRole("button", { name: "New organisation" }).first().click();
  await dialog().getByLabel("Name").fill("Werft Haf");
  await dialog().getByLabel("Mail domains").fill("gmail.com");
  await dialog().getByRole("button", { name: "Save" }).click();
  await until("the domain is refused", async () => (await dialog().locator("[aria-invalid=true]").count()) === 1);
  await expectAccessible();
  await dialog().getByLabel("Mail domains").fill("werft-haff.example");
  await dialog().getByRole("button", { name: "Save" }).click();
  await heading("Werft Haf").waitFor();
  await page.getByText("werft-haff.example").waitFor();
  await page.getByText("Nobody belongs to it yet").waitFor();
  await expectAccessible();
  await page.getByRole("button", { name: "Edit" }).click();
  await dialog().getByLabel("Name").fill("");
  await dialog().getByRole("button", { name: "Save" }).click();
  await until("no name is refused", async () => (await dialog().locator("[aria-invalid=true]").count()) === 1);
  await dialog().getByLabel("Name").fill("Werft Haff");
  await dialog().getByRole("button", { name: "Save" }).click();
  await heading("Werft Haff").waitFor();
  await page.goto(`${product.url}/accounts`);
  await page.getByText("Werft Haff").waitFor();
  expect(await page.getByText("Werft Haf", { exact: true }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("a contact is put into it, taken out and put back", async () => {
  await letAnnaBook();
  await openAnna();
  await page.getByRole("button", { name: "Edit the contact" }).click();
  await dialog().getByLabel("Organisation", { exact: true }).fill("Werft Haff");
  await dialog().getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Werft Haff" }).click();
  await heading("Werft Haff").waitFor();
  const people = page.getByTestId("account-person");
  await people.filter({ hasText: CUSTOMER.name }).waitFor();
  await page.getByText("Jollen-Grundkurs").first().waitFor();
  await expectAccessible();
  await page.getByRole("button", { name: `Take ${CUSTOMER.name} out of this organisation` }).click();
  await page.getByText("Nobody belongs to it yet").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await people.filter({ hasText: CUSTOMER.name }).waitFor();
  expect(complaints).toEqual([]);
});

test("deleted, it leaves its person without an organisation, and comes back with them", async () => {
  const { pathname } = new URL(page.url());
  await page.getByRole("button", { name: "Delete" }).click();
  await dialog().getByText("People, conversations and bookings stay").waitFor();
  await expectAccessible();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await page.getByText("This organisation was deleted.").waitFor();
  await expectAccessible();
  await page.goto(`${product.url}/accounts`);
  await page.getByText("No organisations yet").waitFor();
  await openAnna();
  expect(await page.getByRole("link", { name: "Werft Haff" }).count()).toBe(0);
  await page.goto(`${product.url}${pathname}`);
  await page.getByText("This organisation was deleted.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByTestId("account-person").filter({ hasText: CUSTOMER.name }).waitFor();
  await openAnna();
  await page.getByRole("link", { name: "Werft Haff" }).waitFor();
  expect(complaints).toEqual([]);
});
