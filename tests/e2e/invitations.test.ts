import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";
import { startSmtpServer } from "../support/smtp.ts";
import { until } from "../support/until.ts";

// Letting a colleague in: an admin makes a link, somebody without an account follows it in another browser. And letting
// them in again who forgot their password.

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;

beforeAll(async () => {
  [product, browser, smtp] = await Promise.all([startProduct(), launchBrowser(), startSmtpServer()]);
  workspace = await createWorkspace(product, "invitations");
});
afterAll(async () => {
  await browser.close();
  await product.stop();
  await smtp.stop();
});

/** A real mail account beside the sandbox's, which carries no mails of the product. */
async function connectMail(): Promise<void> {
  await product.client.setEnvironment({ SMTP_ALLOW_PRIVATE: "true" });
  const client = await signInOverHttp(product.url, workspace.members[0]!);
  await client.mutation(api.connections.accounts.mutations.add, {
    orgId: workspace.orgId as Id<"organisations">,
    channel: "email",
    provider: "smtp",
    name: "Mail",
    settings: { host: "127.0.0.1", port: smtp.port, ignoreTls: true, fromAddress: "info@invitations.example" },
    secrets: {},
    ratePerSecond: 5,
    priceMicros: 0,
    weight: 1,
  });
}

async function expectAccessible(page: Page): Promise<void> {
  await atRest(page);
  expect.soft(await accessibilityProblems(page)).toEqual([]);
}

/** The link in the newest mail to `address`. */
async function mailedLink(address: string, path: "join" | "reset"): Promise<string> {
  return await until(`a mail to ${address}`, async () => {
    const texts = smtp.received
      .filter(({ envelopeTo }) => envelopeTo[0] === address)
      .map(({ mail }) => mail.text ?? "");
    return texts
      .map((text) => new RegExp(`http\\S+/${path}/\\S+`).exec(text)?.[0])
      .findLast((link) => link !== undefined);
  });
}

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

test("who forgot their password gets in by a mailed link, or by one an admin made; other windows are signed out", async () => {
  await connectMail();
  const [admin, agent] = workspace.members;
  const old = await openPage(browser);
  await signIn(old.page, product, agent!);

  const fresh = await openPage(browser, { width: 390, height: 844 });
  await fresh.page.goto(product.url);
  await fresh.page.getByRole("button", { name: "Forgot your password?" }).click();
  await fresh.page.getByRole("button", { name: "Mail me a link" }).click();
  await fresh.page.getByText("Enter your e-mail address.").waitFor();
  await expectAccessible(fresh.page);
  await fresh.page.getByLabel("E-mail").fill(agent!.email);
  await fresh.page.getByRole("button", { name: "Mail me a link" }).click();
  await fresh.page.getByText(`If there is an account with ${agent!.email}`).waitFor();
  await expectAccessible(fresh.page);

  await fresh.page.goto(await mailedLink(agent!.email, "reset"));
  await fresh.page.getByRole("heading", { name: "Choose a new password" }).waitFor();
  expect(await fresh.page.getByLabel("E-mail").inputValue()).toBe(agent!.email);
  await expectAccessible(fresh.page);
  await fresh.page.getByLabel("New password").fill("neues-passwort-1");
  await fresh.page.getByRole("button", { name: "Set password and sign in" }).click();
  await fresh.page.waitForURL(/\/inbox/);
  await old.page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();

  const ours = await openPage(browser);
  await signIn(ours.page, product, admin!);
  await ours.page.goto(`${product.url}/settings/members`);
  await ours.page.getByRole("button", { name: `Link to a new password for ${agent!.name}` }).click();
  await ours.page.getByRole("button", { name: "Make the link" }).click();
  const dialog = ours.page.getByRole("dialog", { name: `The link for ${agent!.name}` });
  const link = (await dialog.locator("code").textContent()) ?? "";
  await expectAccessible(ours.page);
  await old.page.goto(link);
  await old.page.getByLabel("New password").fill("noch-eines-2");
  await old.page.getByRole("button", { name: "Set password and sign in" }).click();
  await old.page.waitForURL(/\/inbox/);
  await fresh.page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await fresh.page.goto(link);
  await fresh.page.getByRole("heading", { name: "This link is not open" }).waitFor();
  await expectAccessible(fresh.page);
  expect([...ours.complaints, ...old.complaints, ...fresh.complaints]).toEqual([]);
  for (const { context } of [ours, old, fresh]) await context.close();
});

test("a name changed in one's profile is another one for colleagues at once; a new password ends the other windows", async () => {
  const [admin, agent] = workspace.members;
  const client = await signInOverHttp(product.url, admin!);
  const orgId = workspace.orgId as Id<"organisations">;
  const members = await client.query(api.orgs.queries.members, { orgId });
  const { memberId } = members.find(({ name }) => name === agent!.name)!;
  const { token } = await client.mutation(api.inbox.teams.passwords.mutations.makeLink, { orgId, memberId });
  const theirs = await openPage(browser);
  await theirs.page.goto(`${product.url}/reset/${token}`);
  await theirs.page.getByLabel("New password").fill("mein-passwort-3");
  await theirs.page.getByRole("button", { name: "Set password and sign in" }).click();
  await theirs.page.waitForURL(/\/inbox/);
  const ours = await openPage(browser);
  await signIn(ours.page, product, admin!);
  await ours.page.goto(`${product.url}/settings/members`);
  await ours.page.getByText(agent!.name, { exact: true }).first().waitFor();
  const second = await openPage(browser);
  await signIn(second.page, product, { ...agent!, password: "mein-passwort-3" });

  const { page } = theirs;
  await page.getByRole("button", { name: /^Account and settings/ }).click();
  await page.getByRole("menuitem", { name: "My profile" }).click();
  await page.getByLabel("Name", { exact: true }).fill(" ");
  await page.getByRole("button", { name: "Save Name" }).click();
  await page.getByText("Enter a name of at most 120 characters.").waitFor();
  await expectAccessible(page);
  await page.getByLabel("Name", { exact: true }).fill("Benno Agent");
  await page.getByRole("button", { name: "Save Name" }).click();
  await ours.page.getByText("Benno Agent", { exact: true }).first().waitFor();

  const sessions = page.getByTestId("session");
  await until("both sessions are listed", async () => (await sessions.count()) === 2);
  const change = async (current: string) => {
    await page.getByLabel("Current password").fill(current);
    await page.getByLabel("New password").fill("mein-passwort-4");
    await page.getByRole("button", { name: "Change password" }).click();
  };
  await change("falsch-falsch");
  await page.getByText("This is not your current password.").waitFor();
  await expectAccessible(page);
  await change("mein-passwort-3");
  await page.getByText("Your password is changed").waitFor();
  await second.page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await until("one session is left", async () => (await sessions.count()) === 1);
  expect([...ours.complaints, ...second.complaints]).toEqual([]);
  // The wrong password is an answer of the server's, which the client writes down.
  expect(theirs.complaints.filter((line) => !line.includes("current password"))).toEqual([]);
  for (const { context } of [ours, theirs, second]) await context.close();
});

test("an invitation is mailed where mail can be sent, says so, and is sent again with a new link", async () => {
  const ours = await openPage(browser);
  const { page } = ours;
  await signIn(page, product, workspace.members[0]!);
  await page.goto(`${product.url}/settings/members`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByLabel("E-mail address").fill("mail@example.org");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "The link for mail@example.org" });
  await dialog.getByText("We are mailing it to them.").waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  const row = page.getByRole("listitem").filter({ hasText: "mail@example.org" });
  await row.getByText(/^Mailed/).waitFor();
  const first = await mailedLink("mail@example.org", "join");
  await expectAccessible(page);

  smtp.control.rejectRecipient = "mail@example.org";
  await row.getByRole("button", { name: "Invite mail@example.org again" }).click();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await row.getByText(/^The mail failed: .*user unknown/).waitFor();
  await expectAccessible(page);
  smtp.control.rejectRecipient = null;
  await row.getByRole("button", { name: "Invite mail@example.org again" }).click();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await row.getByText(/^Mailed/).waitFor();
  const again = await mailedLink("mail@example.org", "join");
  expect(again).not.toBe(first);
  await page.goto(first);
  await page.getByRole("heading", { name: "This invitation is not open" }).waitFor();
  await page.goto(again);
  await page.getByRole("heading", { name: /^Join / }).waitFor();
  expect(ours.complaints).toEqual([]);
  await ours.context.close();
});

test("who founds a workspace finds in its empty inbox what to do first, ticked off by what is there", async () => {
  const { page, context, complaints } = await openPage(browser);
  await page.goto(product.url);
  await page.getByRole("button", { name: "New here? Create an account" }).click();
  await page.getByLabel("Your name").fill("Greta Gründer");
  await page.getByLabel("E-mail").fill("greta@gruender.example");
  await page.getByLabel("Password").fill("langes-passwort-1");
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await page.getByLabel("Name of your business").fill("Werft Gründer");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await page.getByRole("heading", { name: "Getting started" }).waitFor();
  await page.getByText("0 of 5 done").waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Invite a colleague" }).click();
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByLabel("E-mail address").fill("geselle@gruender.example");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "The link for geselle@gruender.example" });
  await dialog.getByText("Send it to them.").waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await page.getByText("Not mailed: there is no account").waitFor();
  await page.goto(`${product.url}/inbox`);
  await page.getByTestId("step-colleague").getByText("Done").waitFor();
  await page.getByText("1 of 5 done").waitFor();
  await page.getByRole("button", { name: "Hide this" }).click();
  await page.getByRole("heading", { name: "Getting started" }).waitFor({ state: "detached" });

  // Another workspace, from within the first one; one goes back by the same menu.
  const menu = page.getByRole("button", { name: /^Account and settings/ });
  await menu.click();
  await page.getByRole("menuitem", { name: "New workspace …" }).click();
  const founding = page.getByRole("dialog", { name: "Create another workspace" });
  await founding.getByRole("button", { name: "Create workspace" }).click();
  await founding.getByText("Enter a name.").waitFor();
  await expectAccessible(page);
  await founding.getByLabel("Name of your business").fill("Segelmacherei Gründer");
  await page.keyboard.press("Enter");
  await page.getByText("0 of 5 done").waitFor();
  await menu.click();
  await page.getByRole("menuitem", { name: "Segelmacherei Gründer" }).waitFor();
  await page.getByRole("menuitem", { name: "Werft Gründer" }).click();
  await page.getByText("0 of 5 done").waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
  await context.close();
});
