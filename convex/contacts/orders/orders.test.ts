import { beforeEach, expect, it } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { resolveContact } from "../model";

const { mutations, queries } = api.contacts.orders;

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];
let contactId: Id<"contacts">;

const person = async (email: string, name?: string, org = orgId) =>
  await t.run(async (ctx) => (await resolveContact(ctx, { orgId: org, email, name }))._id);
const add = async (number: string, status = "", to = contactId) =>
  await as.mutation(mutations.add, { orgId, contactId: to, number, status });
const change = async (orderId: Id<"orders">, status: string) =>
  await as.mutation(mutations.change, { orgId, orderId, status });
const ordersOf = async (id = contactId) => {
  const paginationOpts = { numItems: 9, cursor: null };
  const { page } = await as.query(queries.ofContact, { orgId, contactId: id, paginationOpts });
  return page.map(({ number, status }) => [number, status]);
};
const logged = async () => {
  const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50));
  return entries.map(({ action }) => action).filter((action) => action.startsWith("contact.order"));
};

beforeEach(async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
  ({ as } = await makeMember(t, orgId, "manager"));
  contactId = await person("erika@example.com", "Erika Muster");
});

it("adds an order, changes its state and removes it, and writes down each once", async () => {
  const orderId = await add(" A  17 ", " in  work ");
  expect(await ordersOf()).toEqual([["A 17", "in work"]]);
  await change(orderId, "shipped");
  await change(orderId, " shipped ");
  expect(await ordersOf()).toEqual([["A 17", "shipped"]]);
  await change(orderId, " ");
  expect(await ordersOf()).toEqual([["A 17", null]]);
  await as.mutation(mutations.remove, { orgId, orderId });
  await as.mutation(mutations.remove, { orgId, orderId });
  expect(await ordersOf()).toEqual([]);
  expect(await errorOf(change(orderId, "paid"))).toMatchObject({ code: "not_found" });
  const done = ["contact.order_added", "contact.order_changed", "contact.order_changed", "contact.order_removed"];
  expect(await logged()).toEqual(done);
});

it("refuses what is no order and a number somebody has, and says which field", async () => {
  expect(await errorOf(add(" ", "paid"))).toMatchObject({ code: "invalid", field: "number" });
  expect(await errorOf(add("x".repeat(257)))).toMatchObject({ code: "invalid", field: "number" });
  expect(await errorOf(add("A-1", "x".repeat(101)))).toMatchObject({ code: "invalid", field: "status" });
  const orderId = await add("A-1");
  expect(await errorOf(change(orderId, "x".repeat(101)))).toMatchObject({ code: "invalid", field: "status" });
  expect(await errorOf(add(" a-1 "))).toMatchObject({ code: "conflict", field: "number" });
  const max = await person("max@example.com", "Max");
  expect(await errorOf(add("a-1", "", max))).toMatchObject({
    code: "conflict",
    field: "number",
    message: "A-1 belongs to Erika Muster.",
  });
  await t.run(async (ctx) => await ctx.db.patch("contacts", max, { erasedAt: 1 }));
  expect(await errorOf(add("A-2", "", max))).toMatchObject({ code: "conflict" });
  expect(await ordersOf()).toEqual([["A-1", null]]);
});

it("is for members who may edit contacts, and for orders of their organisation", async () => {
  const orderId = await add("A-1", "paid");
  const { as: viewer } = await makeMember(t, orgId, "viewer");
  const asked = { orgId, contactId, number: "A-2", status: "" };
  expect(await errorOf(viewer.mutation(mutations.add, asked))).toMatchObject({ code: "forbidden" });
  expect(await errorOf(viewer.mutation(mutations.change, { orgId, orderId, status: "x" }))).toMatchObject({
    code: "forbidden",
  });
  expect(await errorOf(viewer.mutation(mutations.remove, { orgId, orderId }))).toMatchObject({ code: "forbidden" });

  const elsewhere = await makeOrg(t, "Elsewhere");
  const { as: stranger } = await makeMember(t, elsewhere, "admin", "stranger");
  const own = { orgId: elsewhere };
  for (const call of [
    stranger.mutation(mutations.add, { ...asked, ...own }),
    stranger.mutation(mutations.change, { ...own, orderId, status: "x" }),
    stranger.mutation(mutations.remove, { ...own, orderId }),
  ]) {
    expect(await errorOf(call)).toMatchObject({ code: "not_found" });
  }
  const seen = await stranger.query(queries.ofContacts, { ...own, contactIds: [contactId] });
  expect(seen).toEqual([]);
  expect(await ordersOf()).toEqual([["A-1", "paid"]]);
  // A number is unique in an organisation, not beyond it.
  const theirs = await person("x@example.com", "X", elsewhere);
  await stranger.mutation(mutations.add, { ...own, contactId: theirs, number: "A-1", status: "" });
});

it("reads the orders of a page of contacts, and says of whom there are more", async () => {
  const max = await person("max@example.com", "Max");
  for (let n = 10; n < 61; n++) await add(`A-${n}`);
  await add("B-1", "paid", max);
  const [erikas, maxs] = await as.query(queries.ofContacts, { orgId, contactIds: [contactId, max] });
  expect([erikas?.orders.length, erikas?.hasMore]).toEqual([50, true]);
  expect(maxs).toMatchObject({ contactId: max, orders: [{ number: "B-1", status: "paid" }], hasMore: false });
  const many = Array.from({ length: 201 }, () => max);
  expect(await errorOf(as.query(queries.ofContacts, { orgId, contactIds: many }))).toMatchObject({
    code: "invalid",
    field: "contactIds",
  });
});
