import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeApi } from "../../tests/support/api";
import { inMutation, NOON } from "../../tests/support/delivery";
import { markAddressInvalid } from "../contacts/model";
import { MINUTE_MS } from "../lib/time";

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => vi.useRealTimers());

/** What the workspace has of itself is older. */
const START = NOON + 1_000;

type Shop = Awaited<ReturnType<typeof makeApi>>;
type Page = { data: { id: string; updatedAt: number }[]; nextCursor: string | null };

/** How a copy of a table is kept, and one row of it made and changed. */
const TABLES = {
  tasks: {
    make: (name: string) => ({ title: name }),
    change: { description: "Bring the key." },
    end: { status: "completed" },
  },
  contacts: {
    make: (name: string) => ({ name, email: `${name}@example.org` }),
    change: { tags: ["vip"] },
    end: { timezone: "Europe/Vienna" },
  },
} as const;

async function makeRows({ call }: Shop, table: keyof typeof TABLES, names: string[]) {
  const ids: string[] = [];
  vi.setSystemTime(START);
  for (const name of names) {
    const { status, body } = await call("POST", table, TABLES[table].make(name));
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    ids.push(String(body.id));
    vi.setSystemTime(Date.now() + 1_000);
  }
  return ids;
}

const since = (at: number) => `updatedSince=${new Date(at).toISOString()}`;

async function pageOf({ call }: Shop, table: string, query: string, cursor: string | null = null): Promise<Page> {
  const rest = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
  const { status, body } = await call("GET", `${table}?${query}${rest}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Page;
}

/** All pages; `meanwhile` happens after each. */
async function follow(shop: Shop, table: string, query: string, meanwhile = async (_seen: string[]) => {}) {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await pageOf(shop, table, query, cursor);
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor;
    await meanwhile(seen);
  } while (cursor !== null);
  return seen;
}

/** As rows were before it was kept when they changed. */
async function forgetChange({ t }: Shop, table: keyof typeof TABLES, ids: string[]) {
  await t.run(async (ctx) => {
    for (const id of ids) {
      const rowId = ctx.db.normalizeId(table, id)!;
      if (table === "tasks") await ctx.db.patch("tasks", rowId as never, { changedAt: undefined });
      else await ctx.db.patch("contacts", rowId as never, { changedAt: undefined });
    }
  });
}

describe.each(Object.keys(TABLES) as (keyof typeof TABLES)[])("%s that changed", (table) => {
  it("come the longest unchanged first, with when it was", async () => {
    const shop = await makeApi();
    const [first, second, third] = await makeRows(shop, table, ["a", "b", "c"]);
    expect(await follow(shop, table, since(START))).toEqual([first, second, third]);
    vi.setSystemTime(START + MINUTE_MS);
    const changed = await shop.call("PATCH", `${table}/${first}`, TABLES[table].change);
    expect(changed.body).toMatchObject({ updatedAt: START + MINUTE_MS });
    expect(await follow(shop, table, since(START))).toEqual([second, third, first]);
    expect(await follow(shop, table, since(START + MINUTE_MS))).toEqual([first]);
    expect(await follow(shop, table, since(START + MINUTE_MS + 1))).toEqual([]);
    expect((await shop.call("GET", `${table}?updatedSince=yesterday`)).status).toBe(422);
    expect((await shop.call("GET", `${table}?${since(START)}&cursor=strange`)).body).toMatchObject({ field: "cursor" });
  });

  it("are seen again when they change while somebody pages, and none is left out", async () => {
    const shop = await makeApi();
    const ids = await makeRows(shop, table, ["a", "b", "c", "d", "e", "f"]);
    // Two of them are from before.
    await forgetChange(shop, table, ids.slice(0, 2));
    let steps = 0;
    const seen = await follow(shop, table, `${since(START)}&limit=1`, async () => {
      steps += 1;
      vi.setSystemTime(Date.now() + 1_000);
      // One that was seen, one from before that was not, one that was not.
      const change = { 1: ids[0], 2: ids[1], 3: ids[5] }[steps];
      if (change !== undefined) await shop.call("PATCH", `${table}/${change}`, TABLES[table].end);
    });
    expect(seen).toEqual([ids[0], ids[1], ids[2], ids[3], ids[4], ids[0], ids[1], ids[5]]);
  });

  it("from before are told of by when they were made", async () => {
    const shop = await makeApi();
    const ids = await makeRows(shop, table, ["a", "b", "c"]);
    await forgetChange(shop, table, ids);
    expect(await follow(shop, table, `${since(START)}&limit=2`)).toEqual(ids);
    expect(await follow(shop, table, since(START + 1_000))).toEqual(ids.slice(1));
    expect((await pageOf(shop, table, since(START + 2_000))).data).toMatchObject([{ updatedAt: START + 2_000 }]);
  });
});

it("tells of contacts whose addresses changed, and not of who became part of another one", async () => {
  const shop = await makeApi();
  const [anna, berta] = await makeRows(shop, "contacts", ["anna", "berta"]);
  vi.setSystemTime(START + MINUTE_MS);
  await shop.call("POST", "contacts", { email: "anna@example.org", phone: "+491512345678" });
  expect(await follow(shop, "contacts", since(START + MINUTE_MS))).toEqual([anna]);
  vi.setSystemTime(START + 2 * MINUTE_MS);
  const address = { orgId: shop.orgId, channel: "email", address: "berta@example.org" } as const;
  await inMutation(shop.t, async (ctx) => await markAddressInvalid(ctx, address));
  expect(await follow(shop, "contacts", since(START + 2 * MINUTE_MS))).toEqual([berta]);
  await shop.t.run(async (ctx) => {
    const [kept, merged] = [ctx.db.normalizeId("contacts", anna!)!, ctx.db.normalizeId("contacts", berta!)!];
    await ctx.db.patch("contacts", merged, { mergedInto: kept });
  });
  expect(await follow(shop, "contacts", since(START))).toEqual([anna]);
});

it("narrows the tasks that changed by status and person", async () => {
  const shop = await makeApi();
  const [first, second] = await makeRows(shop, "tasks", ["a", "b"]);
  await shop.call("PATCH", `tasks/${first}`, { status: "completed" });
  expect(await follow(shop, "tasks", `${since(START)}&status=completed`)).toEqual([first]);
  expect(await follow(shop, "tasks", `${since(START)}&status=open`)).toEqual([second]);
});
