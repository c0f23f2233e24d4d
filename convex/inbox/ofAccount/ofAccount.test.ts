import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { createRule } from "../assignment/model/rules";
import * as sorting from "../sorting/model/rules";

const NOON = Date.UTC(2026, 4, 12, 10);
const paginationOpts = { numItems: 9, cursor: null };
const HOUR_MS = 3_600_000;
const { accounts, edits } = api.contacts;

// Mails go the whole way in: seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
});
afterEach(() => vi.useRealTimers());

const write = async (from: string, subject: string) => {
  vi.setSystemTime(Date.now() + 1_000);
  await deliverMail(t, inbox, mail({ From: from, Subject: subject, "Message-ID": `<${subject}@x.example>` }, subject));
};
const ensure = async (name: string, kind: "customer" | "partner" = "customer") =>
  await inbox.as.mutation(accounts.mutations.ensure, { orgId: inbox.orgId, name, kind });
const change = async (accountId: Id<"accounts">, said: { name?: string; domains?: string[] }) =>
  await inbox.as.mutation(accounts.mutations.change, { orgId: inbox.orgId, accountId, ...said });
const found = async (asked: { text?: string; kind?: "customer" | "partner" }) => {
  const { page } = await inbox.as.query(accounts.queries.list, { orgId: inbox.orgId, ...asked, paginationOpts });
  return page.map(({ name }) => name);
};
const subjects = async (accountId: Id<"accounts">, numItems = 9) => {
  const asked = { orgId: inbox.orgId, accountId, paginationOpts: { numItems, cursor: null } };
  const { page } = await inbox.as.query(api.inbox.ofAccount.queries.threads, asked);
  return page.map(({ subject }) => subject);
};
const threadOf = async (subject: string) => (await allRows(t, "threads")).find((row) => row.subject === subject)!;
const setAccounts = async (
  subject: string,
  given: { customerAccountId?: Id<"accounts">; partnerAccountId?: Id<"accounts"> },
) => {
  const { _id: threadId } = await threadOf(subject);
  const asked = { orgId: inbox.orgId, threadId, customerAccountId: null, partnerAccountId: null, ...given };
  await inbox.as.mutation(api.inbox.ofContact.mutations.setAccounts, asked);
};
/** What the cron of every quarter of an hour does, to its end. */
const sweep = async () => {
  await t.mutation(internal.contacts.accounts.jobs.sweep, {});
  await runJobs(t);
};

describe("organisations", () => {
  it("are listed by name, by kind and by words of the name, each name once a kind", async () => {
    for (const name of ["Werft Nord", "Haff Charter", "Alte Werft"]) await ensure(name);
    await ensure("Werft Nord", "partner");
    expect(await found({})).toEqual(["Alte Werft", "Haff Charter", "Werft Nord", "Werft Nord"]);
    expect(await found({ kind: "partner" })).toEqual(["Werft Nord"]);
    expect((await found({ text: "werf" })).sort()).toEqual(["Alte Werft", "Werft Nord", "Werft Nord"]);
    expect(await found({ text: "werft", kind: "partner" })).toEqual(["Werft Nord"]);
  });

  it("take in who is new and writes from their domain; nobody else", async () => {
    const accountId = await ensure("Haff Charter");
    await write("Alt <alt@haff-charter.example>", "Vorher");
    await change(accountId, { domains: ["@Haff-Charter.example", "haff-charter.example"] });
    await write("Anna <anna@haff-charter.example>", "Nachher");
    await write("Otto <otto@sub.haff-charter.example>", "Anderswo");
    await write("Alt <alt@haff-charter.example>", "Noch einmal");
    expect(await subjects(accountId)).toEqual(["Nachher"]);
    const other = await ensure("Andere");
    expect(await errorOf(change(other, { domains: ["haff-charter.example"] }))).toMatchObject({
      code: "conflict",
      field: "domains",
    });
    expect(await errorOf(change(other, { domains: ["gmail.com"] }))).toMatchObject({ code: "invalid" });
  });

  it("show what names them and what their people write, the latest first, each once and no stranger's", async () => {
    const accountId = await ensure("Haff Charter");
    const partner = await ensure("Werft Nord", "partner");
    await change(accountId, { domains: ["haff.example"] });
    await write("Anna <anna@haff.example>", "Segel");
    await write("Anna <anna@haff.example>", "Mast");
    await write("Otto <otto@fremd.example>", "Ruder");
    await write("Ines <ines@fremd.example>", "Anker");
    await setAccounts("Segel", { customerAccountId: accountId, partnerAccountId: partner });
    await setAccounts("Anker", { customerAccountId: accountId });
    expect(await subjects(accountId)).toEqual(["Anker", "Mast", "Segel"]);
    expect(await subjects(accountId, 2)).toEqual(["Anker", "Mast"]);
    expect(await subjects(partner)).toEqual(["Segel"]);
    // Said to be another customer's: it is not this one's, whoever wrote it.
    await setAccounts("Mast", { customerAccountId: await ensure("Andere") });
    expect(await subjects(accountId)).toEqual(["Anker", "Segel"]);
    const { _id: threadId } = await threadOf("Anker");
    await inbox.as.mutation(api.inbox.ofContact.mutations.setOrders, { orgId: inbox.orgId, threadId, orders: ["A-1"] });
    const orders = await inbox.as.query(api.inbox.ofAccount.queries.orders, { orgId: inbox.orgId, accountId });
    expect(orders).toMatchObject([{ order: "A-1", threadId, count: 1 }]);
  });

  it("are nobody's business in another workspace", async () => {
    const accountId = await ensure("Haff Charter");
    const orgId = await makeOrg(t, "Fremde");
    const asked = { orgId, accountId };
    const refusals = await Promise.all([
      errorOf(inbox.as.query(api.inbox.ofAccount.queries.threads, { ...asked, paginationOpts })),
      errorOf(inbox.as.query(api.inbox.ofAccount.queries.orders, asked)),
      errorOf(inbox.as.query(api.bookings.queries.ofAccount, asked)),
      errorOf(inbox.as.mutation(accounts.mutations.remove, asked)),
    ]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: expect.stringMatching(/not_found|forbidden/) as string });
    }
  });
});

describe("deleting an organisation", () => {
  const remove = async (accountId: Id<"accounts">) =>
    await inbox.as.mutation(accounts.mutations.remove, { orgId: inbox.orgId, accountId });
  const restore = async (accountId: Id<"accounts">) =>
    await inbox.as.mutation(accounts.mutations.restore, { orgId: inbox.orgId, accountId });
  const shown = async () => {
    const { _id: threadId } = await threadOf("Segel");
    return await inbox.as.query(api.inbox.queries.getThread, { orgId: inbox.orgId, threadId });
  };

  it("hides it at once; the undo brings everything back; an hour later it is forgotten batch by batch", async () => {
    const accountId = await ensure("Haff Charter");
    await change(accountId, { domains: ["haff.example"] });
    await write("Anna <anna@haff.example>", "Segel");
    await setAccounts("Segel", { customerAccountId: accountId, partnerAccountId: accountId });
    await inMutation(t, async (ctx) => {
      const target = { kind: "member", memberId: inbox.memberId } as const;
      const by = { orgId: inbox.orgId, memberId: inbox.memberId };
      await createRule(ctx, by, { name: "Haff", conditions: { accountId }, target });
      await createRule(ctx, by, { name: "Alle", conditions: {}, target });
      const effect = { tags: ["x"] };
      await sorting.createRule(ctx, by, { name: "Haff", conditions: { accountId }, effect, goesOn: false });
      await sorting.createRule(ctx, by, { name: "Alle", conditions: {}, effect, goesOn: false });
    });
    await remove(accountId);
    expect(await found({})).toEqual([]);
    expect(await shown()).toMatchObject({ customerAccount: null, partnerAccount: null });
    await sweep();
    await restore(accountId);
    expect(await shown()).toMatchObject({ customerAccount: { name: "Haff Charter" } });
    const { undoUntil, domains } = await inbox.as.query(accounts.queries.get, { orgId: inbox.orgId, accountId });
    expect({ undoUntil, domains }).toEqual({ undoUntil: null, domains: ["haff.example"] });

    await remove(accountId);
    vi.setSystemTime(Date.now() + HOUR_MS);
    expect(await errorOf(restore(accountId))).toMatchObject({ code: "conflict" });
    await sweep();
    expect((await allRows(t, "contacts")).map((contact) => contact.accountId)).not.toContain(accountId);
    const thread = await threadOf("Segel");
    expect([thread.customerAccountId, thread.partnerAccountId]).toEqual([undefined, undefined]);
    expect((await allRows(t, "assignmentRules")).map(({ name }) => name)).toEqual(["Alle"]);
    expect((await allRows(t, "sortingRules")).map(({ name }) => name)).toEqual(["Alle"]);
    expect([await allRows(t, "accounts"), await allRows(t, "accountDomains")]).toEqual([[], []]);
  });

  it("is not undone over a new one of its name", async () => {
    const accountId = await ensure("Haff Charter");
    await remove(accountId);
    const next = await ensure("Haff Charter");
    expect(next).not.toBe(accountId);
    expect(await errorOf(restore(accountId))).toMatchObject({ code: "conflict", field: "name" });
  });

  it("leaves who was taken out of it alone", async () => {
    const accountId = await ensure("Haff Charter");
    await change(accountId, { domains: ["haff.example"] });
    await write("Anna <anna@haff.example>", "Segel");
    const { contactId } = await threadOf("Segel");
    await inbox.as.mutation(edits.mutations.change, { orgId: inbox.orgId, contactId: contactId!, accountId: null });
    await write("Anna <anna@haff.example>", "Mast");
    expect(await subjects(accountId)).toEqual([]);
  });
});
