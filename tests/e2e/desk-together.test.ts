import type { ConvexHttpClient } from "convex/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { signIn } from "../support/app.ts";
import { accessibilityProblems, atRest } from "../support/axe.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { createWorkspace, startProduct, type Product, type TestWorkspace } from "../support/product.ts";
import { until } from "../support/until.ts";

// Two people at the same conversations, and what a conversation is to one of them alone (product.md 3.2, O-15, A-64, A-83).

const paginationOpts = { numItems: 50, cursor: null };

let product: Product;
let browser: Browser;
let workspace: TestWorkspace;
let orgId: Id<"organisations">;
let client: ConvexHttpClient;
let mailbox: string;
type Opened = { page: Page; context: BrowserContext; complaints: string[] };
let anna: Opened;
let ben: Opened;
let written = 0;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  workspace = await createWorkspace(product, "together");
  orgId = workspace.orgId as Id<"organisations">;
  client = await signInOverHttp(product.url, workspace.members[0]!);
  const opened = await product.client.run("intake/jobs:openMailbox", { address: "info@together.example" });
  const { rawEmailUrl, secret } = opened as unknown as { rawEmailUrl: string; secret: string };
  mailbox = `${product.siteUrl}${new URL(rawEmailUrl).pathname}/${secret}`;
  [anna, ben] = [await openPage(browser), await openPage(browser)];
  await anna.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(anna.page, product, workspace.members[0]!);
  await signIn(ben.page, product, workspace.members[1]!);
});
afterAll(async () => {
  await Promise.all([anna.context.close(), ben.context.close()]);
  await browser.close();
  await product.stop();
});
beforeEach(() => {
  for (const { complaints } of [anna, ben]) complaints.length = 0;
});

const listed = async () =>
  (await client.query(api.inbox.queries.listThreads, { orgId, view: "all", paginationOpts })).page;
const threadOf = (threadId: Id<"threads">) => client.query(api.inbox.queries.getThread, { orgId, threadId });
const messagesOf = async (threadId: Id<"threads">) =>
  (await client.query(api.inbox.queries.listMessages, { orgId, threadId, paginationOpts })).page.toReversed();

/** A customer's mail, as their mail server hands it over; the conversation it comes into. */
async function mailFrom(name: string, subject: string, text: string, more: readonly string[] = []) {
  const id = `m${++written}@example.org`;
  const address = `${name.toLowerCase()}@example.org`;
  const head = [
    `From: ${name} <${address}>`,
    "To: info@together.example",
    `Subject: ${subject}`,
    `Message-ID: <${id}>`,
  ];
  const body = [...head, ...more, "Content-Type: text/plain; charset=utf-8", "", text].join("\r\n");
  expect((await fetch(mailbox, { method: "POST", body })).status).toBe(200);
  const threadId = await until(`the mail of ${name}`, async () => {
    for (const thread of await listed()) {
      if ((await messagesOf(thread.id)).some((message) => message.text === text)) return thread.id;
    }
    return null;
  });
  return { id, threadId };
}

const row = ({ page }: Opened, threadId: string) => page.locator(`[data-testid=thread-row][href*="${threadId}"]`);
const field = ({ page }: Opened) => page.getByRole("textbox", { name: "Reply text" });
const message = ({ page }: Opened, text: string) => page.getByTestId("message").filter({ hasText: text });
const unreadMark = (person: Opened, threadId: string) => row(person, threadId).getByText("unread", { exact: true });

async function visit(person: Opened, threadId: string): Promise<void> {
  await person.page.goto(`${product.url}/inbox/${threadId}`);
  await field(person).waitFor();
}

async function goToList(person: Opened): Promise<void> {
  await person.page.goto(product.url);
  await person.page.getByTestId("thread-row").first().waitFor();
}

test("an open list is told what has changed of it, not all of it again", async () => {
  for (const name of ["Nora", "Olaf", "Pia"]) await mailFrom(name, `Parcel of ${name}`, `${name} waits for a parcel.`);
  const frames: string[] = [];
  ben.page.once("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(String(payload))));
  await goToList(ben);
  const { threadId } = await mailFrom("Quinn", "Another parcel", "Quinn waits as well.");
  await row(ben, threadId).waitFor();
  const [told = ""] = frames.filter((frame) => frame.includes("Quinn waits as well."));
  // The sign of what is taken from the value before (src/lib/kept-values.ts).
  expect(told).toContain("\u0002");
  expect(told).not.toContain("Pia waits");
  const names = (await ben.page.getByTestId("thread-row").allTextContents()).map(
    (text) => /Nora|Olaf|Pia|Quinn/.exec(text)?.[0],
  );
  expect(names.slice(0, 4)).toEqual(["Quinn", "Pia", "Olaf", "Nora"]);
  expect(ben.complaints).toEqual([]);
});

test("an answer with another subject offers to split there, with what came since", async () => {
  const { id, threadId } = await mailFrom("Sina", "Kurs im Mai", "Wann geht es los?");
  const other = await mailFrom("Sina", "Rechnung fehlt", "Wo bleibt die Rechnung?", [`In-Reply-To: <${id}>`]);
  expect(other.threadId).toBe(threadId);
  await visit(anna, threadId);
  await anna.page.getByText("Vielleicht ein anderes Anliegen?").waitFor();
  await anna.page.getByRole("button", { name: "Split off" }).click();
  const dialog = anna.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Split one message off" }).waitFor();
  expect(await dialog.getByLabel("Subject of the new conversation").inputValue()).toBe("Rechnung fehlt");
  await atRest(anna.page);
  expect(await accessibilityProblems(anna.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Split one message off" }).click();
  await until("the other one is open", () => !anna.page.url().includes(threadId));
  await message(anna, "Wo bleibt die Rechnung?").waitFor();
  expect((await messagesOf(threadId)).map(({ text }) => text)).not.toContain("Wo bleibt die Rechnung?");
  await visit(anna, threadId);
  await anna.page.getByText("Vielleicht ein anderes Anliegen?").waitFor();
  expect(await anna.page.getByRole("button", { name: "Split off" }).count()).toBe(0);
  expect(anna.complaints).toEqual([]);
});

test("of two who take one at once one has it, and the other is told who", async () => {
  const { threadId } = await mailFrom("Max", "Boot", "Ist das Boot frei?");
  await Promise.all([visit(anna, threadId), visit(ben, threadId)]);
  const nobody = { name: "Assignee: Nobody", exact: true };
  await Promise.all([anna, ben].map(({ page }) => page.getByRole("button", nobody).waitFor()));
  await Promise.all([anna, ben].map(({ page }) => page.keyboard.press("i")));
  const told = await until("one of them is told", async () => {
    for (const person of [anna, ben])
      if ((await person.page.getByText("was quicker with no.").count()) > 0) return person;
    return null;
  });
  const winner = told === anna ? "Ben Agent" : "Anna Admin";
  await told.page.getByText(`${winner} was quicker with no.`).first().waitFor();
  expect((await threadOf(threadId)).assignee?.name).toBe(winner);
  const lucky = told === anna ? ben : anna;
  expect(await lucky.page.getByText("was quicker with no.").count()).toBe(0);
  expect([...anna.complaints, ...ben.complaints]).toEqual([]);
});

test("what one has read is unread for the other", async () => {
  await Promise.all([goToList(anna), goToList(ben)]);
  const { threadId } = await mailFrom("Lea", "Schwimmweste", "Braucht mein Kind eine Weste?");
  await Promise.all([unreadMark(anna, threadId).waitFor(), unreadMark(ben, threadId).waitFor()]);
  await row(anna, threadId).click();
  await message(anna, "Braucht mein Kind eine Weste?").waitFor();
  await unreadMark(anna, threadId).waitFor({ state: "detached" });
  expect(await unreadMark(ben, threadId).count()).toBe(1);
  await row(ben, threadId).click();
  await unreadMark(ben, threadId).waitFor({ state: "detached" });
  expect([...anna.complaints, ...ben.complaints]).toEqual([]);
});

test("merged while somebody drafts in it: the words stay, and go to where it is now", async () => {
  const source = await mailFrom("Tom", "Anreise", "Wie komme ich hin?");
  const target = await mailFrom("Tom", "Parken", "Wo kann ich parken?");
  expect(target.threadId).not.toBe(source.threadId);
  await visit(ben, source.threadId);
  await field(ben).fill("Mit der Bahn bis Ueckermünde.");
  await visit(anna, source.threadId);
  const { number } = await threadOf(target.threadId);
  await anna.page.getByRole("region", { name: "Messages" }).waitFor();
  await anna.page.keyboard.press("m");
  const dialog = anna.page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(`#${number}`);
  await dialog.getByRole("button", { name: `No. ${number}` }).click();
  await dialog.getByRole("button", { name: `Merge into no. ${number}` }).click();

  await ben.page.getByText(`This conversation was merged into no. ${number}.`).waitFor();
  await message(ben, "Wo kann ich parken?").waitFor();
  expect(await field(ben).textContent()).toContain("Mit der Bahn bis Ueckermünde.");
  await atRest(ben.page);
  expect(await accessibilityProblems(ben.page)).toEqual([]);
  await field(ben).press("Control+Enter");
  await until("the answer is in the merged one", async () =>
    (await messagesOf(target.threadId)).some(({ text }) => text === "Mit der Bahn bis Ueckermünde."),
  );
  await until("and so is its writer", () => ben.page.url().includes(target.threadId));
  expect([...anna.complaints, ...ben.complaints]).toEqual([]);
});

test("who writes in a conversation that a colleague deletes learns that, and has the words once it is back", async () => {
  const { threadId } = await mailFrom("Eva", "Liegeplatz", "Wo liegt das Boot?");
  await visit(ben, threadId);
  await visit(anna, threadId);
  await field(ben).fill("Am zweiten Steg.");
  await field(ben).press("End");
  await ben.page.keyboard.type(" Links.");
  await anna.page.locator("body").press("#");
  await anna.page.getByText("Deleted. It can be restored for 30 days.").waitFor();
  await ben.page.getByText(`${workspace.members[0]!.name} deleted it.`).waitFor();
  await atRest(ben.page);
  expect(await accessibilityProblems(ben.page)).toEqual([]);
  await anna.page.getByRole("button", { name: "Undo" }).click();
  await field(ben).filter({ hasText: "Am zweiten Steg. Links." }).waitFor();
  expect([...anna.complaints, ...ben.complaints]).toEqual([]);
});

test("a note is never quoted to the customer", async () => {
  const { threadId } = await mailFrom("Ida", "Preis", "Was kostet der Kurs?");
  await visit(ben, threadId);
  await ben.page.keyboard.press("n");
  await ben.page.getByRole("textbox", { name: "Note text" }).and(ben.page.locator(":focus")).waitFor();
  await ben.page.keyboard.type("Zahlt immer spät, bitte Vorkasse");
  await ben.page.keyboard.press("Control+Enter");
  await message(ben, "Zahlt immer spät").waitFor();
  await visit(anna, threadId);
  await message(anna, "Zahlt immer spät").waitFor();
  await field(anna).fill("Der Kurs kostet 90 Euro.");
  await field(anna).press("Control+Enter");
  const sent = await until("the answer is on the customer's device", async () =>
    (await client.query(api.sandbox.queries.device, { orgId, address: "ida@example.org" })).find(({ text }) =>
      text.includes("90 Euro"),
    ),
  );
  expect(JSON.stringify(sent)).not.toContain("Vorkasse");
  await anna.page.keyboard.press("Escape");
  await anna.page.keyboard.press("f");
  await anna.page.getByText("The message is quoted below your words.").waitFor();
  const to = anna.page.getByRole("combobox", { name: "To" });
  await to.fill("partner@example.org");
  await to.press("Enter");
  await field(anna).fill("Zur Kenntnis");
  await field(anna).press("Control+Enter");
  const passedOn = await until("the forward is on the partner's device", async () =>
    (await client.query(api.sandbox.queries.device, { orgId, address: "partner@example.org" })).find(({ text }) =>
      text.includes("Zur Kenntnis"),
    ),
  );
  expect(JSON.stringify(passedOn)).toContain("90 Euro");
  expect(JSON.stringify(passedOn)).not.toContain("Vorkasse");
  expect([...anna.complaints, ...ben.complaints]).toEqual([]);
});

test("no row moves under the pointer: what is new waits above and is counted", async () => {
  await goToList(anna);
  const first = anna.page.getByTestId("thread-row").first();
  const before = await first.getAttribute("href");
  await first.hover();
  const { threadId } = await mailFrom("Uli", "Wetter", "Fällt der Kurs bei Sturm aus?");
  const pill = anna.page.getByRole("button", { name: "1 new" });
  await pill.waitFor();
  expect(await first.getAttribute("href")).toBe(before);
  await atRest(anna.page);
  expect(await accessibilityProblems(anna.page)).toEqual([]);
  await pill.click();
  await row(anna, threadId).waitFor();
  await until("the new one stands on top", async () => (await first.getAttribute("href"))?.includes(threadId));
  expect(anna.complaints).toEqual([]);
});

test("spam and back, a blocked sender, and the number, title and link of a conversation", async () => {
  const { threadId } = await mailFrom("Werner", "Gewinn", "Sie haben gewonnen");
  await visit(anna, threadId);
  const { number } = await threadOf(threadId);
  for (const copied of [`#${number}`, `#${number} Gewinn`, `${product.url}/inbox/${threadId}`]) {
    await anna.page.keyboard.press("Shift+C");
    await anna.page.getByText(`Copied: ${copied}`, { exact: true }).first().waitFor();
    expect(await anna.page.evaluate(() => navigator.clipboard.readText())).toBe(copied);
  }
  await anna.page.keyboard.press("!");
  await until("it is spam", async () => (await threadOf(threadId)).isSpam);
  await visit(anna, threadId);
  await anna.page.keyboard.press("!");
  await until("it is none", async () => !(await threadOf(threadId)).isSpam);
  await visit(anna, threadId);
  await anna.page.getByRole("button", { name: "More", exact: true }).click();
  await anna.page.getByRole("menuitem", { name: "Spam, and block the sender" }).click();
  await until("it is spam", async () => (await threadOf(threadId)).isSpam);
  const again = "Letzte Mahnung zum Gewinn";
  await fetch(mailbox, {
    method: "POST",
    body: `From: werner@example.org\r\nTo: info@together.example\r\nSubject: Neu\r\nMessage-ID: <w@x>\r\n\r\n${again}`,
  });
  // What came after it is here: so is that, and bothers nobody.
  await mailFrom("Zoe", "Anker", "Wie viele Anker hat das Boot?");
  expect((await listed()).some(({ lastMessagePreview }) => lastMessagePreview === again)).toBe(false);
  expect(anna.complaints).toEqual([]);
});

test("following, muting and putting away are of one person alone", async () => {
  const { threadId } = await mailFrom("Pia", "Segel", "Welches Segel ist das?");
  await visit(anna, threadId);
  await anna.page.keyboard.press("Shift+W");
  await until("she follows it", async () => (await threadOf(threadId)).isFollowing);
  await anna.page.keyboard.press("Shift+M");
  await until("she hears nothing of it", async () => (await threadOf(threadId)).isMuted);
  await goToList(ben);
  await row(ben, threadId).waitFor();
  await anna.page.keyboard.press("y");
  await row(anna, threadId).waitFor({ state: "detached" });
  await until("it is put away for her", async () => (await threadOf(threadId)).isArchived);
  expect(await row(ben, threadId).count()).toBe(1);
  const his = await signInOverHttp(product.url, workspace.members[1]!);
  expect(await his.query(api.inbox.queries.getThread, { orgId, threadId })).toMatchObject({
    isFollowing: false,
    isMuted: false,
    isArchived: false,
    isOpen: true,
  });
  expect([...anna.complaints, ...ben.complaints]).toEqual([]);
});
