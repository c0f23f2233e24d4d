import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";

// Letting a colleague in: an admin makes a link, somebody without an account follows it in another browser.

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "invitations");
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

test("a colleague joins by a link that opens once; a link taken back opens nothing", async () => {
  const [admin] = workspace.members;
  if (admin === undefined) throw new Error("The workspace has no members.");
  const ours = await openPage(browser);
  await signIn(ours.page, product, admin);
  await ours.page.goto(`${product.url}/settings/members`);

  const invite = async (email: string) => {
    await ours.page.getByRole("button", { name: "Invite", exact: true }).click();
    await ours.page.getByLabel("E-mail address").fill(email);
    await ours.page.keyboard.press("Enter");
    const dialog = ours.page.getByRole("dialog", { name: `The link for ${email}` });
    const link = await dialog.locator("code").textContent();
    await atRest(ours.page);
    expect(await accessibilityProblems(ours.page)).toEqual([]);
    await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
    await dialog.waitFor({ state: "detached" });
    return link ?? "";
  };
  const link = await invite("neu@example.org");
  const row = ours.page.getByRole("listitem").filter({ hasText: "neu@example.org" });
  await row.getByText("Agent").waitFor();

  const theirs = await openPage(browser, { width: 390, height: 844 });
  await theirs.page.goto(link);
  await theirs.page.getByRole("heading", { name: /^Join / }).waitFor();
  expect(await theirs.page.getByLabel("E-mail").inputValue()).toBe("neu@example.org");
  await atRest(theirs.page);
  expect(await accessibilityProblems(theirs.page)).toEqual([]);
  await theirs.page.getByLabel("Your name").fill("Nele Neu");
  await theirs.page.getByLabel("Password").fill("langes-passwort-1");
  await theirs.page.getByRole("button", { name: "Create account", exact: true }).click();
  await theirs.page.getByText("You are signed in as Nele Neu.").waitFor();
  await theirs.page.getByRole("button", { name: "Join", exact: true }).click();
  await theirs.page.waitForURL(/\/inbox/);

  // At once in the admin's window, and the link is used up.
  await ours.page.getByText("Nele Neu").first().waitFor();
  await row.waitFor({ state: "detached" });
  await theirs.page.goto(link);
  await theirs.page.getByRole("heading", { name: "This invitation is not open" }).waitFor();
  await theirs.page.getByRole("button", { name: "Go to Switchboard" }).click();
  await theirs.page.waitForURL(/\/inbox/);

  const second = await invite("doch.nicht@example.org");
  await ours.page.getByRole("button", { name: "Withdraw doch.nicht@example.org" }).click();
  await ours.page.getByText("The invitation of doch.nicht@example.org is withdrawn.").waitFor();
  await theirs.page.goto(second);
  await theirs.page.getByRole("heading", { name: "This invitation is not open" }).waitFor();

  const third = await invite("nein@example.org");
  await theirs.page.goto(third);
  await theirs.page.getByRole("button", { name: "Decline", exact: true }).click();
  await theirs.page.getByRole("heading", { name: "You declined the invitation" }).waitFor();
  await ours.page.getByRole("listitem").filter({ hasText: "nein@example.org" }).getByText("Declined").waitFor();

  expect([...ours.complaints, ...theirs.complaints]).toEqual([]);
  await ours.context.close();
  await theirs.context.close();
});
