import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, type Inbox } from "../../../tests/support/inbox";
import { errorOf, localIdentity, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";

// Mails go the whole way in: seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let t: Convex;
let inbox: Inbox;
let threadId: Id<"threads">;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Wo ist mein Segel?"));
  threadId = (await allRows(t, "threads"))[0]!._id;
});
afterEach(() => vi.useRealTimers());

const me = () => t.withIdentity(localIdentity("admin"));
const threads = async () => {
  const asked = { orgId: inbox.orgId, contactId: inbox.contactId, paginationOpts: { numItems: 9, cursor: null } };
  return (await me().query(api.inbox.ofContact.queries.threads, asked)).page;
};

it("lists a person's conversations with the orders they are about", async () => {
  const setOrders = async (orders: string[]) =>
    await me().mutation(api.inbox.ofContact.mutations.setOrders, { orgId: inbox.orgId, threadId, orders });
  await setOrders([" A-4711 ", "B-12", "a-4711"]);
  expect(await threads()).toMatchObject([{ id: threadId, orders: ["A-4711", "B-12"], channel: "email" }]);
  const detail = await me().query(api.inbox.queries.getThread, { orgId: inbox.orgId, threadId });
  expect(detail.orders).toEqual(["A-4711", "B-12"]);
  const found = async (text: string) =>
    (await me().query(api.inbox.search.queries.find, { orgId: inbox.orgId, text })).threads.map(({ id }) => id);
  for (const text of ["order:b-12", "B-12", 'order:"A-4711" order:B-12']) expect(await found(text)).toEqual([threadId]);
  for (const text of ["order:B-1", "ref:B-12", "order:B-12 is:closed"]) expect(await found(text)).toEqual([]);
  const quick = await me().query(api.inbox.queries.searchThreads, { orgId: inbox.orgId, text: "b-12" });
  expect(quick.map(({ id }) => id)).toEqual([threadId]);
  const all = { orgId: inbox.orgId, text: "B-12", paginationOpts: { numItems: 9, cursor: null } };
  const { page } = await me().query(api.inbox.search.queries.conversations, all);
  expect(page.map(({ id }) => id)).toEqual([threadId]);
  expect(await errorOf(setOrders(["x".repeat(300)]))).toMatchObject({ code: "invalid", field: "orders" });
  await setOrders(["  "]);
  expect(await found("order:B-12")).toEqual([]);
  expect((await threads())[0]?.orders).toEqual([]);
});

it("shows nobody else's conversations", async () => {
  const orgId = await makeOrg(t, "Andere");
  const asked = { orgId, contactId: inbox.contactId, paginationOpts: { numItems: 9, cursor: null } };
  const refused = errorOf(me().query(api.inbox.ofContact.queries.threads, asked));
  expect(await refused).toMatchObject({ code: expect.stringMatching(/not_found|forbidden/) as string });
});

it("says which organisations a conversation is about; a renamed one shows its new name", async () => {
  const { orgId } = inbox;
  const { accounts } = api.contacts;
  const ensure = async (name: string, kind: "customer" | "partner") =>
    await me().mutation(accounts.mutations.ensure, { orgId, name, kind });
  const customerAccountId = await ensure("Haff GmbH", "customer");
  const partnerAccountId = await ensure("Werft Nord", "partner");
  const setAccounts = async (asked: {
    customerAccountId: Id<"accounts"> | null;
    partnerAccountId: Id<"accounts"> | null;
  }) => await me().mutation(api.inbox.ofContact.mutations.setAccounts, { orgId, threadId, ...asked });
  await setAccounts({ customerAccountId, partnerAccountId });
  const rename = async (name: string) =>
    await me().mutation(accounts.mutations.change, { orgId, accountId: customerAccountId, name });
  await rename("  Haff   AG ");
  const detail = async () => await me().query(api.inbox.queries.getThread, { orgId, threadId });
  expect(await detail()).toMatchObject({
    customerAccount: { id: customerAccountId, name: "Haff AG" },
    partnerAccount: { name: "Werft Nord" },
  });
  expect(await errorOf(rename(" "))).toMatchObject({ code: "invalid", field: "name" });
  await ensure("Andere AG", "customer");
  expect(await errorOf(rename("Andere AG"))).toMatchObject({ code: "conflict" });
  await setAccounts({ customerAccountId: null, partnerAccountId });
  expect(await detail()).toMatchObject({ customerAccount: null, partnerAccount: { name: "Werft Nord" } });
  const other = await makeOrg(t, "Andere");
  const foreign = await t.run(
    async (ctx) => await ctx.db.insert("accounts", { orgId: other, name: "Fremd", kind: "customer" }),
  );
  expect(await errorOf(setAccounts({ customerAccountId: foreign, partnerAccountId }))).toMatchObject({
    code: "not_found",
  });
});
