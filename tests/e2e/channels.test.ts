import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// A team sets up a mailbox of its own: mail arrives over its address as Postmark sends it, and is answered out of hours.

/** Thursday, 22:00 in Berlin: nobody works. */
const NIGHT = Date.parse("2026-10-01T20:00:00Z");

let product: Product;
let workspace: TestWorkspace;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ startMs: NIGHT }), launchBrowser()]);
  workspace = await createWorkspace(product, "channels");
  ({ page, complaints } = await openPage(browser));
  await signIn(page, product, workspace.members[0]!);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

const dialog = () => page.getByRole("dialog");

async function expectAccessible(): Promise<void> {
  await atRest(page);
  expect.soft(await accessibilityProblems(page)).toEqual([]);
}

/** Postmark's inbound webhook (providers.md section 6), at the address as it was copied. */
async function postmarkSends(address: string, to: string, text: string): Promise<number> {
  const url = new URL(address);
  const authorization = `Basic ${btoa(`${url.username}:${url.password}`)}`;
  const response = await fetch(`${url.origin}${url.pathname}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: authorization },
    body: JSON.stringify({
      FromName: "Eva Beispiel",
      MessageStream: "inbound",
      From: "eva@kunde.example",
      FromFull: { Email: "eva@kunde.example", Name: "Eva Beispiel", MailboxHash: "" },
      To: to,
      ToFull: [{ Email: to, Name: "", MailboxHash: "" }],
      OriginalRecipient: to,
      Subject: text,
      MessageID: `id-${text}`,
      Date: "Thu, 1 Oct 2026 22:00:00 +0200",
      TextBody: text,
      HtmlBody: "",
      Headers: [{ Name: "Message-ID", Value: `<${text.length}@kunde.example>` }],
      Attachments: [],
    }),
  });
  return response.status;
}

test("a mailbox is set up, gets an address for its mail, and answers at night", async () => {
  await page.goto(`${product.url}/settings/channels`);
  await page.getByRole("button", { name: "Add a channel" }).click();
  await dialog().getByLabel("Name", { exact: true }).fill("Hilfe");
  await dialog().getByLabel("Mailbox address").fill("hilfe");
  await dialog().getByRole("button", { name: "Save" }).click();
  await dialog().getByText("This is no e-mail address.").waitFor();
  await expectAccessible();
  await dialog().getByLabel("Mailbox address").fill("Info@channels.example");
  await dialog().getByRole("button", { name: "Save" }).click();
  await dialog().getByText("Another channel receives here already.").waitFor();
  await dialog().getByLabel("Mailbox address").fill("Hilfe@channels.example");
  await dialog()
    .getByLabel(/^Hours to answer/)
    .fill("2");
  await dialog().getByRole("button", { name: "Save" }).click();
  await dialog().waitFor({ state: "detached" });
  const row = page.getByRole("listitem").filter({ hasText: "hilfe@channels.example" });
  await row.getByText("answer within 2 hours").waitFor();
  await expectAccessible();

  await row.getByRole("button", { name: "Out of hours, Hilfe: Silent" }).click();
  await dialog().getByText("Answer by itself out of hours").click();
  await dialog().getByRole("button", { name: "Save" }).click();
  await dialog().waitFor({ state: "detached" });
  await row.getByRole("button", { name: "Out of hours, Hilfe: Answers" }).waitFor();

  await row.getByRole("button", { name: "Actions for Hilfe" }).click();
  await page.getByRole("menuitem", { name: "How messages arrive" }).click();
  await dialog().getByText("Not set: nothing is accepted yet.").waitFor();
  await expectAccessible();
  const bare = (await dialog().locator("code").first().textContent()) ?? "";
  expect(await postmarkSends(bare, "hilfe@channels.example", "Ohne Passwort")).toBe(401);
  await dialog().getByRole("button", { name: "Make a password" }).click();
  await dialog().getByText("Copy it now, it is not shown again.").waitFor();
  await expectAccessible();
  const address = (await dialog().locator("code").first().textContent()) ?? "";
  expect(await postmarkSends(address, "hilfe@channels.example", "Mein Boot leckt")).toBe(200);
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await product.advanceTo(NIGHT + 10_000);

  await page.goto(product.url);
  await page.getByTestId("thread-row").filter({ hasText: "Mein Boot leckt" }).click();
  await page.getByTestId("message").filter({ hasText: "Mein Boot leckt" }).first().waitFor();
  // The very mailbox's own answer: the other mailbox of the workspace has none.
  await page.getByTestId("message").filter({ hasText: "Gerade ist niemand da." }).waitFor();
  await expectAccessible();

  await page.goto(`${product.url}/settings/channels`);
  await row.getByRole("button", { name: "Actions for Hilfe" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await dialog().getByRole("button", { name: "Remove" }).click();
  await page.getByText("“Hilfe” is in use").waitFor();
  await row.getByRole("button", { name: "Actions for Hilfe" }).click();
  await page.getByRole("menuitem", { name: "Switch off" }).click();
  await row.getByText("Disabled").waitFor();
  expect(complaints.filter((text) => !text.includes("401"))).toEqual([]);
});

test("the workspace gets another name, country and clock", async () => {
  await page.goto(`${product.url}/settings/general`);
  await page.getByLabel("Name", { exact: true }).fill("Werft Haff");
  await page.getByRole("combobox", { name: "Time zone" }).fill("Mars/Olympus");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Enter a zone such as Europe/Berlin.").waitFor();
  await expectAccessible();
  await page.getByRole("combobox", { name: "Time zone" }).fill("Europe/Vienna");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Country/ }).click();
  await page.getByRole("option", { name: "Austria" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The workspace is saved.").waitFor();
  await page.reload();
  await page
    .getByRole("button", { name: /Country/ })
    .filter({ hasText: "Austria" })
    .waitFor();
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Werft Haff");
  await expectAccessible();
  expect(complaints.filter((text) => !text.includes("401"))).toEqual([]);
});
