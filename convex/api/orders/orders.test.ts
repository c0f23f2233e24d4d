import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeApi } from "../../../tests/support/api";
import { NOON } from "../../../tests/support/delivery";

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => vi.useRealTimers());

async function withPeople() {
  const shop = await makeApi();
  const [anna, max] = await Promise.all(
    ["anna", "max"].map(async (name) => {
      const { body } = await shop.call("POST", "contacts", { name, email: `${name}@example.org` });
      return String(body.id);
    }),
  );
  const numbers = async (id = anna) => {
    const { data } = (await shop.call("GET", `contacts/${id}/orders`)).body as { data: { number: string }[] };
    return data.map(({ number }) => number);
  };
  return { ...shop, anna, max, numbers };
}

it("adds an order once, changes its state and takes it away", async () => {
  const { call, anna, numbers } = await withPeople();
  const add = async () =>
    await call("POST", `contacts/${anna}/orders`, { number: " A  17 ", status: "paid" }, { "Idempotency-Key": "o1" });
  const made = await add();
  expect(made).toMatchObject({ status: 201, body: { contactId: anna, number: "A 17", status: "paid" } });
  expect((await add()).body).toEqual(made.body);
  expect(await numbers()).toEqual(["A 17"]);
  const order = `orders/${String(made.body.id)}`;
  expect((await call("GET", order)).body).toEqual(made.body);
  const stale = await call("PATCH", order, { status: "shipped" }, { "If-Match": '"old"' });
  expect(stale.status).toBe(412);
  expect((await call("PATCH", order, { status: "shipped" })).body).toMatchObject({ status: "shipped" });
  expect((await call("PATCH", order, { status: null })).body).toMatchObject({ status: null });
  expect((await call("DELETE", order)).status).toBe(200);
  expect((await call("DELETE", order)).body).toMatchObject({ code: "not_found" });
  expect(await numbers()).toEqual([]);
});

it("refuses as by hand what is no order and a number somebody has, and what is another organisation's", async () => {
  const { call, anna, max, t } = await withPeople();
  const add = async (id: string | undefined, order: Record<string, unknown>) =>
    await call("POST", `contacts/${id}/orders`, order);
  expect(await add(anna, { number: " " })).toMatchObject({ status: 422, body: { code: "invalid", field: "number" } });
  const long = { number: "A-1", status: "x".repeat(101) };
  expect(await add(anna, long)).toMatchObject({ status: 422, body: { code: "invalid", field: "status" } });
  const { id } = (await add(anna, { number: "A-1" })).body;
  expect(await add(max, { number: "a-1" })).toMatchObject({
    status: 409,
    body: { code: "conflict", field: "number", message: "A-1 belongs to anna." },
  });
  await t.run(async (ctx) => {
    const orderId = ctx.db.normalizeId("orders", String(id))!;
    const other = (await ctx.db.query("organisations").take(1))[0]!;
    const { _id, _creationTime, ...fields } = other;
    await ctx.db.patch("orders", orderId, { orgId: await ctx.db.insert("organisations", fields) });
  });
  for (const method of ["GET", "PATCH", "DELETE"]) {
    const body = method === "PATCH" ? { status: "paid" } : undefined;
    expect(await call(method, `orders/${String(id)}`, body)).toMatchObject({ status: 404 });
  }
  expect((await add("nobody", { number: "A-2" })).status).toBe(404);
});
