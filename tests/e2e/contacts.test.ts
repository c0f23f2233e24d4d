import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { accessibilityProblems } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import {
  calcomBooking,
  createWorkspace,
  postCalcom,
  startProduct,
  type Product,
  type TestWorkspace,
} from "../support/product.ts";
import { until } from "../support/until.ts";

// Contacts in a browser: an Excel file is mapped, checked, imported, exported and undone; two contacts become one and
// two again.

const START = Date.parse("2026-10-01T08:00:00Z");
const FILE =
  "Vorname;Nachname;E-Mail;Telefon;Größe;Auftragsnummer;Auftragsstatus;Aufträge\r\n" +
  "Jörg;Müßig;joerg@muessig.example;0171 1234567;XL;AB-17;in Arbeit;\r\n" +
  'Jörg;Müßig;joerg@muessig.example;;;;;"AB-18; AB-19 (bezahlt)"\r\n' +
  ";;;0171 7654321;;;;\r\n" +
  "Nie;Mand;keine-adresse;;;;;\r\n" +
  "Andere;Person;andere@muessig.example;;;;;AB-20, AB-21\r\n" +
  "Andere;Person;andere@muessig.example;;;ab-17;bezahlt;\r\n";

let product: Product;
let workspace: TestWorkspace;
let browser: Browser;
let agent: Page;
let complaints: string[];
let now = START;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: START }), launchBrowser()]);
  workspace = await createWorkspace(product, "haff");
  const opened = await openPage(browser);
  ({ page: agent, complaints } = opened);
  await signIn(agent, product, workspace.members[0]!);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** Lets the scheduled batches run until the page shows it. */
async function shows(what: string, isThere: () => Promise<boolean>): Promise<void> {
  await until(what, async () => {
    await product.advanceTo((now += 1_000));
    return await isThere();
  });
}

async function expectAccessible(): Promise<void> {
  expect.soft(await accessibilityProblems(agent)).toEqual([]);
}

test("an Excel file is imported after a dry run, exported, and undone to exactly what was before", async () => {
  await agent.goto(`${product.url}/contacts`);
  await agent.getByText("No contacts yet").waitFor();
  await agent.getByRole("button", { name: "Import" }).click();
  // As Excel saves it in Germany: semicolons and windows-1252.
  await agent.getByLabel("Choose a file").setInputFiles({
    name: "kunden.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(FILE, "latin1"),
  });
  const dialog = agent.getByRole("dialog");
  await dialog
    .getByRole("button", { name: "Own attribute" })
    .or(dialog.getByRole("button", { name: /Größe/ }))
    .click();
  await agent.getByRole("option", { name: "Own attribute" }).click();
  await dialog.getByLabel(/Country of numbers/).fill("de");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Check the file" }).click();
  await dialog.getByRole("tab", { name: /New\s*2/ }).waitFor();
  await expectAccessible();
  await dialog.getByRole("tab", { name: /Completed\s*1/ }).click();
  await dialog.getByText("AB-18; AB-19 (bezahlt)").waitFor();
  await dialog.getByRole("tab", { name: /Rejected\s*3/ }).click();
  await dialog.getByText("Not an e-mail address.").waitFor();
  await dialog.getByText("Order ab-17: This order belongs to another contact.").waitFor();
  await dialog.getByText("Order AB-20, AB-21: Separate orders with semicolons").waitFor();
  await expectAccessible();
  const rejects = agent.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download rejected lines" }).click();
  expect(readFileSync(await (await rejects).path(), "utf8")).toContain("keine-adresse");
  expect(await agent.getByTestId("contact-row").count()).toBe(0);

  await dialog.getByRole("button", { name: "Import 3 lines" }).click();
  await shows(
    "true counts",
    async () => await dialog.getByText("2 created, 1 completed, 0 skipped, 3 failed").isVisible(),
  );
  await agent.keyboard.press("Escape");
  await agent.getByText("Jörg Müßig").waitFor();
  expect(await agent.getByTestId("contact-row").count()).toBe(2);
  await expectAccessible();

  await agent.getByRole("textbox", { name: "Search" }).fill("muessig");
  await until("one contact found", async () => (await agent.getByTestId("contact-row").count()) === 1);
  await agent.getByRole("button", { name: "Export" }).click();
  const exported = agent.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export" }).click();
  const text = readFileSync(await (await exported).path(), "utf8");
  expect(text).toContain("Jörg Müßig");
  expect(text).toContain("'+491711234567");
  expect(text).not.toContain("7654321");
  expect(text).toContain("AB-17 (in Arbeit); AB-18; AB-19 (bezahlt)");
  await agent.getByRole("textbox", { name: "Search" }).fill("");

  await agent.getByTestId("contact-row").filter({ hasText: "Jörg Müßig" }).click();
  const orders = agent.getByTestId("contact-order");
  await orders.filter({ hasText: "in Arbeit" }).getByText("AB-17", { exact: true }).waitFor();
  await orders.filter({ hasText: "AB-18" }).waitFor();
  await expectAccessible();
  await orders.getByRole("button", { name: "Discuss order AB-17" }).click();
  const discussion = agent.getByRole("dialog", { name: "New team discussion" });
  await discussion.getByLabel("First note").fill("Who calls them?");
  await discussion.getByRole("button", { name: "Begin discussion" }).click();
  await agent.getByTestId("message").filter({ hasText: "Who calls them?" }).waitFor();
  await agent.goto(`${product.url}/contacts`);

  await agent.getByRole("tab", { name: "Imports" }).click();
  await agent.getByTestId("contact-import").getByRole("button").click();
  await dialog.getByRole("button", { name: "Undo" }).click();
  await shows("the undo", async () => await dialog.getByText("3 taken back, 0 kept").isVisible());
  await agent.keyboard.press("Escape");
  await agent.getByRole("tab", { name: "Contacts" }).click();
  await agent.getByText("No contacts yet").waitFor();

  // What was exported is read again, its orders too.
  await agent.getByRole("button", { name: "Import" }).click();
  const file = { name: "contacts.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
  await agent.getByLabel("Choose a file").setInputFiles(file);
  await dialog.getByRole("button", { name: /Several orders/ }).waitFor();
  await dialog.getByRole("button", { name: "Check the file" }).click();
  await dialog.getByRole("tab", { name: /New\s*1/ }).waitFor();
  await dialog.getByText("AB-17 (in Arbeit); AB-18; AB-19 (bezahlt)").waitFor();
  await dialog.getByRole("button", { name: "Discard" }).click();
  expect(complaints).toEqual([]);
});

test("two contacts of one person are merged after a look at both, and taken apart again as they were", async () => {
  for (const email of ["erika@example.org", "muster@firma.example"]) {
    const person = { name: "Erika Muster", email };
    const attendees = [{ ...person, timeZone: "Europe/Berlin", language: { locale: "de" }, utcOffset: 120 }];
    const responses = { name: { value: person.name }, email: { value: email } };
    const times = { startTime: "2026-10-24T07:00:00Z", endTime: "2026-10-24T14:00:00Z" };
    const body = calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", { attendees, responses, ...times });
    expect((await postCalcom(product, workspace, body)).ok).toBe(true);
  }
  await agent.goto(`${product.url}/contacts`);
  const rows = agent.getByTestId("contact-row");
  await shows("two contacts", async () => (await rows.count()) === 2);
  await rows.filter({ hasText: "erika@example.org" }).click();
  await agent.getByText("Jollen-Grundkurs").first().waitFor();
  await agent.keyboard.press("m");
  const dialog = agent.getByRole("dialog");
  await dialog.getByText("Same name").waitFor();
  await expectAccessible();
  await dialog.getByRole("button", { name: /muster@firma\.example/ }).click();
  await dialog.getByRole("radiogroup", { name: "First e-mail" }).getByText("muster@firma.example").click();
  await expectAccessible();
  await dialog.getByRole("button", { name: "Merge" }).click();
  const merged = agent.getByTestId("merge").filter({ hasText: "Erika Muster" });
  await merged.waitFor();
  await agent.getByText("muster@firma.example").first().waitFor();
  const bookings = agent.getByRole("link", { name: /Jollen-Grundkurs/ });
  await until("both bookings", async () => (await bookings.count()) === 2);
  await expectAccessible();
  await agent.keyboard.press("Escape");
  await until("one contact", async () => (await rows.count()) === 1);
  await rows.click();

  await merged.getByRole("button", { name: /Undo the merge/ }).click();
  await until("its own booking only", async () => (await bookings.count()) === 1);
  await agent.keyboard.press("Escape");
  await until("two contacts again", async () => (await rows.count()) === 2);
  expect(complaints).toEqual([]);
});

test("a member adds an order to a contact, changes its state, removes it and takes that back", async () => {
  await agent.goto(`${product.url}/contacts`);
  await agent.getByTestId("contact-row").filter({ hasText: "erika@example.org" }).click();
  await agent.getByRole("button", { name: "Add an order" }).click();
  const dialog = agent.getByRole("dialog", { name: "Add an order" });
  await dialog.getByLabel("State").fill("in work");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("An order number has 1 to 256 characters.").waitFor();
  await expectAccessible();
  await dialog.getByLabel("Order number").fill("Z-1");
  await agent.keyboard.press("Enter");
  const order = agent.getByTestId("contact-order").filter({ hasText: "Z-1" });
  await order.getByText("in work").waitFor();
  await order.getByRole("button", { name: "Change the state of order Z-1" }).click();
  const state = agent.getByRole("dialog", { name: "Change the state of order Z-1" });
  await state.getByLabel("State").fill("shipped");
  await agent.keyboard.press("Enter");
  await order.getByText("shipped").waitFor();
  await expectAccessible();
  await order.getByRole("button", { name: "Remove order Z-1" }).click();
  await agent.getByText("Order Z-1 removed").waitFor();
  await order.waitFor({ state: "detached" });
  await agent.getByRole("button", { name: "Undo", exact: true }).click();
  await order.getByText("shipped").waitFor();
  expect(complaints).toEqual([]);
});

test("a member says more about a contact: organisation, tags, an attribute of the settings, a note", async () => {
  await agent.goto(`${product.url}/settings/fields`);
  const ofContacts = agent.getByRole("region", { name: "Contacts" });
  await ofContacts.getByRole("button", { name: "New attribute" }).click();
  const dialog = agent.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Boat size");
  await dialog.getByRole("button", { name: /Text\s*Kind|Kind/ }).click();
  await agent.getByRole("option", { name: "Choice" }).click();
  await dialog.getByLabel("Options, one per line").fill("S\nM");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await agent.getByText("Choice · S, M").waitFor();
  await agent.goto(`${product.url}/contacts`);
  await agent.getByTestId("contact-row").filter({ hasText: "erika@example.org" }).click();
  await agent.getByRole("button", { name: "Edit the contact" }).click();
  await dialog.getByLabel("Name").fill("Erika Muster-Schmidt");
  await dialog.getByLabel("Organisation", { exact: true }).fill("Werft Haff");
  await dialog.getByLabel("Tags").fill("VIP, regular");
  await dialog.getByRole("button", { name: /Boat size/ }).click();
  await agent.getByRole("option", { name: "M", exact: true }).click();
  await dialog.getByLabel("Time zone").fill("Mars/Base");
  await expectAccessible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText(/is not a time zone/).waitFor();
  await dialog.getByLabel("Time zone").fill("Europe/Vienna");
  await dialog.getByRole("button", { name: "Save" }).click();
  await agent.getByText("Werft Haff").waitFor();
  await agent.getByRole("list", { name: "Tags" }).getByText("VIP").waitFor();
  await agent.getByText("Boat size").waitFor();
  await agent.getByPlaceholder("A note only the team sees").fill("Prefers mornings");
  await agent.getByRole("button", { name: "Keep note" }).click();
  await agent.getByTestId("contact-note").getByText("Prefers mornings").waitFor();
  await expectAccessible();
  await agent.getByRole("link", { name: "Werft Haff" }).click();
  await agent.getByRole("link", { name: "In the contacts" }).click();
  await agent.getByRole("button", { name: "Only people of Werft Haff" }).waitFor();
  await until("one person", async () => (await agent.getByTestId("contact-row").count()) === 1);
  await expectAccessible();
  expect(complaints).toEqual([]);
});

test("somebody is added by hand, and who has the address already is opened instead", async () => {
  await agent.goto(`${product.url}/contacts`);
  await agent.getByTestId("contact-row").first().waitFor();
  await agent.keyboard.press("c");
  const dialog = agent.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add contact" }).click();
  await dialog.getByText(/needs a name/).waitFor();
  await dialog.getByLabel("Name").fill("Paul Ahrens");
  await dialog.getByLabel("E-mail").fill("paul@");
  await dialog.getByLabel("Phone").fill("0171 5550123");
  await dialog.getByLabel("Organisation", { exact: true }).fill("Werft Haff");
  await dialog.getByLabel("Language").fill("de-DE");
  await dialog.getByLabel("Tags").fill("VIP, berth 4");
  await dialog.getByRole("button", { name: "Add contact" }).click();
  await dialog.getByText(/is no address for email/).waitFor();
  await expectAccessible();
  await dialog.getByLabel("E-mail").fill("Paul@Ahrens.Example");
  await dialog.getByRole("button", { name: "Add contact" }).click();
  await agent.waitForURL(/\/contacts\/\w+$/);
  await agent.getByRole("main").getByText("Paul Ahrens", { exact: true }).waitFor();
  await agent.getByText("paul@ahrens.example").first().waitFor();
  await agent.getByText("+491715550123").first().waitFor();
  await agent.getByRole("link", { name: "Werft Haff" }).waitFor();
  await agent.getByRole("list", { name: "Tags" }).getByText("berth 4").waitFor();

  await agent.goto(`${product.url}/contacts`);
  await agent.getByTestId("contact-row").filter({ hasText: "Paul Ahrens" }).waitFor();
  await agent.keyboard.press("c");
  await dialog.getByLabel("Name").fill("Somebody else");
  await dialog.getByLabel("Phone").fill("+49 171 5550123");
  await dialog.getByRole("button", { name: "Add contact" }).click();
  await dialog.getByText("Paul Ahrens has this address already.").waitFor();
  await expectAccessible();
  await dialog.getByRole("link", { name: "Open Paul Ahrens" }).click();
  await agent.waitForURL(/\/contacts\/\w+$/);
  await agent.getByRole("main").getByText("Paul Ahrens", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});
