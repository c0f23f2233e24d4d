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

// A segment in a browser: its rule is typed while count and members follow, a person's page says why they are in or out,
// a journey parts people by it, and it is archived knowingly.

const START = Date.parse("2026-10-01T08:00:00Z");

let product: Product;
let workspace: TestWorkspace;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "segments");
  await book("Anna Weber", CUSTOMER.email);
  await book("Ben Krug", "ben.krug@example.org");
  await product.advanceTo(START + 5_000);
  ({ page, complaints } = await openPage(browser));
  await signIn(page, product, workspace.members[0]!);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** The way most contacts come. */
async function book(name: string, email: string): Promise<void> {
  const times = { startTime: "2026-10-10T07:00:00Z", endTime: "2026-10-10T14:00:00Z" };
  const attendees = [{ name, email, timeZone: "Europe/Berlin", language: { locale: "de" }, utcOffset: 120 }];
  const body = calcomBooking("BOOKING_CREATED", new Date(START).toISOString(), { ...times, attendees });
  expect((await postCalcom(product, workspace, body)).status).toBe(202);
}

async function expectAccessible(): Promise<void> {
  await atRest(page);
  expect.soft(await accessibilityProblems(page)).toEqual([]);
}

async function pick(label: string | RegExp, option: string): Promise<void> {
  await page.getByRole("button", { name: label }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

const members = () => page.getByTestId("segment-member");
const size = (text: string) => page.getByRole("status").getByText(text, { exact: true }).waitFor();
const step = (name: string) => page.getByTestId("step").filter({ hasText: name });

test("a rule is typed, and says at once how many and who are in", async () => {
  await page.goto(`${product.url}/contacts`);
  await page.getByTestId("contact-row").filter({ hasText: CUSTOMER.email }).waitFor();
  await page.getByRole("tab", { name: "Segments" }).click();
  await page.getByText("No segments yet").waitFor();
  await expectAccessible();
  await page.getByRole("button", { name: "New segment" }).click();
  await page.getByRole("heading", { level: 1, name: "New segment" }).waitFor();
  await page.getByText("A test is not finished.").waitFor();
  await page.getByRole("button", { name: "Save segment" }).click();
  await page.getByRole("alert").filter({ hasText: "A test is not finished." }).waitFor();
  await pick(/Fact/, "Name");
  await pick(/Comparison/, "contains");
  await page.getByLabel("Value").fill("r");
  await size("2 people");
  await members().filter({ hasText: "Ben Krug" }).waitFor();
  await page.getByLabel("Value").fill("weber");
  await size("1 person");
  await members().filter({ hasText: "In because: Name contains weber" }).waitFor();
  await expect.poll(() => members().count()).toBe(1);
  await page.getByText("The rule is not saved yet", { exact: false }).waitFor();
  await expectAccessible();
  await page.getByRole("textbox", { name: "Name" }).fill("Webers");
  await page.getByRole("button", { name: "Save segment" }).click();
  await page.getByRole("heading", { level: 1, name: "Webers" }).waitFor();
  await size("1 person");
  await page.getByRole("button", { name: "Save segment" }).waitFor({ state: "detached" });
  await expectAccessible();
  await page.goto(`${product.url}/contacts?tab=segments`);
  await page.getByTestId("segment-row").filter({ hasText: "Webers" }).getByText("1 person").waitFor();
});

test("a person's page says why they are in, and another's why they are not", async () => {
  const why = async (name: string, answer: string, finding: string) => {
    await page.goto(`${product.url}/contacts`);
    await page.getByTestId("contact-row").filter({ hasText: name }).click();
    const row = page.getByTestId("contact-segment").filter({ hasText: "Webers" });
    await row.getByText(answer, { exact: true }).waitFor();
    await row.locator("summary").click();
    await row.getByText(finding).waitFor();
  };
  await why(CUSTOMER.email, "in", "here: Anna Weber");
  await why("ben.krug@example.org", "not in", "here: Ben Krug");
  await page.getByText("Out because").waitFor();
  await expectAccessible();
});

test("a branch of a journey parts people by it, and it is archived knowingly", async () => {
  await page.goto(`${product.url}/sequences`);
  await page.getByRole("button", { name: "New sequence" }).click();
  await page.getByRole("button", { name: "Empty sequence" }).click();
  const dialog = page.getByRole("dialog", { name: "Empty sequence" });
  await dialog.getByLabel("Name").fill("Parting");
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Add a step after “Booking comes in”" }).click();
  await page.getByRole("menuitem", { name: "Branch" }).click();
  const form = page.getByRole("region", { name: "Branch", exact: true });
  await form.waitFor();
  await form.getByRole("button", { name: "Add a test" }).click();
  await form.getByRole("button", { name: "Test", exact: false }).first().waitFor();
  await pick(/A fact of the booking or person/, "In a segment");
  await pick(/Choose/, "Webers");
  await step("is in Webers").waitFor();
  await page.getByText(/Draft saved/).waitFor();
  await expectAccessible();

  await page.goto(`${product.url}/contacts?tab=segments`);
  await page.getByTestId("segment-row").filter({ hasText: "Webers" }).click();
  await page.getByRole("link", { name: "Parting" }).waitFor();
  await page.getByRole("button", { name: "Archive" }).click();
  const archiving = page.getByRole("dialog", { name: "Archive “Webers”?" });
  await archiving.getByText("Parting").waitFor();
  await expectAccessible();
  await archiving.getByRole("button", { name: "Archive" }).click();
  await archiving.waitFor({ state: "detached" });
  await page.getByText("This segment is archived.").waitFor();
  await page.getByRole("link", { name: "Parting" }).click();
  await step("is in Webers").waitFor();
  // What is wrong keeps it from being switched on: the button shows it.
  await page.getByRole("button", { name: "Switch on" }).click();
  await page
    .getByRole("region", { name: "Problems", exact: true })
    .getByText("A segment it asks for is gone or archived.")
    .waitFor();
  expect(complaints).toEqual([]);
});
