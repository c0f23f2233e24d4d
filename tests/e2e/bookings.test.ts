import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { startProduct, type Product } from "../support/product.ts";

// A booking entered by hand for two people, moved, left by one of them and cancelled, in the seeded demo.

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ seed: true }), launchBrowser()]);
  ({ page, context, complaints } = await openPage(browser));
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await product.stop();
});

// Far enough ahead that nothing of the demo lies near it.
const DAY = `${new Date().getFullYear() + 1}-06-10`;

async function enter() {
  await page.goto(`${product.url}/bookings`);
  await page.getByRole("button", { name: "New booking" }).click();
  const dialog = page.getByRole("dialog", { name: "New booking" });
  await dialog.getByRole("button", { name: "Enter booking" }).click();
  await dialog.getByText("Choose somebody, or enter an e-mail address or phone number.").waitFor();
  await dialog.getByLabel("Person 1", { exact: true }).fill("lea@example.org");
  await dialog.getByLabel("Name").fill("Lea Lotse");
  await dialog.getByRole("button", { name: "Add person" }).click();
  await dialog.getByLabel("Person 2", { exact: true }).fill("max@example.org");
  await dialog.getByLabel("Name").nth(1).fill("Max Mast");
  await dialog.getByRole("button", { name: "Enter booking" }).click();
  await dialog.getByText("Enter a title of at most 200 characters.").waitFor();
  await dialog.getByLabel("Title").fill("Lighthouse sail");
  await dialog.getByLabel("Starts").fill(`${DAY}T10:00`);
  await dialog.getByLabel("Place", { exact: true }).fill("Pier 7");
  const zone = dialog.getByRole("combobox", { name: "Time zone" });
  const ofWorkspace = await zone.inputValue();
  // A list that opens while its field still scrolls into sight is closed by that.
  await zone.click();
  await zone.fill("york new");
  await page.getByRole("option", { name: "America/New York" }).click();
  expect(await zone.inputValue()).toBe("America/New_York");
  await zone.fill(ofWorkspace);
  await dialog.getByRole("button", { name: "Add detail" }).click();
  await dialog.getByPlaceholder("Value").fill("Folkboat");
  await dialog.getByPlaceholder("Name", { exact: true }).fill("Boat");
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Enter booking" }).click();
  await dialog.waitFor({ state: "detached" });
}

/** Everything ahead for each of the two, with what can be done about it. */
async function seeLanes() {
  const lane = page.getByRole("region", { name: "Messages of one person" });
  await lane.getByRole("heading", { name: "All messages for Lea Lotse" }).waitFor();
  await lane.getByText("Nothing was sent yet.").waitFor();
  const deed = async (name: string) => {
    await lane
      .getByRole("button", { name: /^What to do with/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name }).click();
  };
  await deed("Hold");
  await lane.getByText(/^Held by /).waitFor();
  await lane.getByRole("button", { name: /Person$/ }).click();
  await page.getByRole("option", { name: "Max Mast" }).click();
  await lane.getByRole("heading", { name: "All messages for Max Mast" }).waitFor();
  await lane.getByTestId("lane-message").first().waitFor();
  expect(await lane.getByText(/^Held by /).count()).toBe(0);
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  await lane.getByRole("button", { name: /Person$/ }).click();
  await page.getByRole("option", { name: "Lea Lotse" }).click();
  await lane.getByText(/^Held by /).waitFor();
  await deed("Let go");
  await lane.getByText(/^Held by /).waitFor({ state: "detached" });
}

test("enters a booking for two, finds it, moves it, lets one leave, cancels it and brings it back", async () => {
  await enter();
  await page.getByRole("heading", { name: "Lighthouse sail" }).waitFor();
  await page.getByRole("link", { name: "Lea Lotse" }).waitFor();
  await page.getByRole("link", { name: "Max Mast" }).waitFor();
  await page.getByText("Folkboat").waitFor();
  const address = page.url();
  await seeLanes();

  await page.goto(`${product.url}/bookings?view=calendar&span=month&on=${DAY}`);
  await page.getByRole("link", { name: "10:00 Lighthouse sail" }).waitFor();
  await page.goto(`${product.url}/bookings?q=max%20mast`);
  await page.getByRole("link", { name: /Lighthouse sail/ }).click();
  await page.waitForURL(address);

  await page.getByRole("button", { name: "Reschedule" }).click();
  const move = page.getByRole("dialog", { name: "Reschedule" });
  expect(await move.getByLabel("New start").inputValue()).toBe(`${DAY}T10:00`);
  await move.getByLabel("New start").fill(`${DAY}T07:15`);
  await move.getByRole("button", { name: "Move booking" }).click();
  await move.waitFor({ state: "detached" });
  await page.getByText("moved a booking").waitFor();

  await page.getByRole("button", { name: "Remove Max Mast from this booking" }).press("Enter");
  await page.getByRole("link", { name: "Max Mast" }).waitFor({ state: "detached" });
  // The keyboard goes on from where the person stood.
  await page.keyboard.press("Tab");
  await page.locator("section:has(a:text('Lea Lotse')) :focus").waitFor();
  await page.getByRole("button", { name: "Cancel booking" }).click();
  const cancel = page.getByRole("dialog", { name: "Cancel “Lighthouse sail”?" });
  await cancel.getByLabel("Reason (optional)").fill("Storm");
  await cancel.getByRole("button", { name: "Cancel booking" }).click();
  await cancel.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Bring back" }).click();
  await page.getByRole("button", { name: "Mark checked in" }).waitFor();
  await atRest(page);
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
