import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeApi } from "../../../tests/support/api";
import { inMutation, NOON } from "../../../tests/support/delivery";
import { makeOrg } from "../../../tests/support/members";
import { ensureAccount } from "../../contacts/accounts/model";
import { HOUR_MS } from "../../lib/time";

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NOON);
});
afterEach(() => {
  vi.useRealTimers();
});

type Api = Awaited<ReturnType<typeof makeApi>>;

async function makeAccount({ call }: Api, fields: Record<string, unknown> = {}) {
  const { status, body, headers } = await call("POST", "organizations", { name: "Weber GmbH", ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return { id: String(body.id), body, etag: headers.get("ETag") ?? "" };
}

async function elsewhere({ t }: Api): Promise<string> {
  const orgId = await makeOrg(t, "Elsewhere");
  const actor = { kind: "system", name: "test" } as const;
  return await inMutation(t, async (ctx) => {
    return (await ensureAccount(ctx, { orgId, actor }, { name: "Foreign", kind: "partner" })).accountId;
  });
}

const namesOf = (body: Record<string, unknown>) => (body.data as { name: string }[]).map(({ name }) => name);

describe("organisations in the API", () => {
  it("are made once for a name and kind, and get the domains that are new", async () => {
    const shop = await makeApi();
    const { id, body } = await makeAccount(shop, { domains: ["https://www.Weber.de/contact"] });
    expect(body).toMatchObject({ id, name: "Weber GmbH", kind: "customer", domains: ["weber.de"] });
    const again = await shop.call("POST", "organizations", { name: " Weber  GmbH ", domains: ["weber.nl"] });
    expect(again).toMatchObject({ status: 200, body: { id, domains: ["weber.de", "weber.nl"] } });
    const partner = await shop.call("POST", "organizations", { name: "Weber GmbH", kind: "partner" });
    expect(partner.status).toBe(201);
    expect(partner.body.id).not.toBe(id);
    expect((await shop.call("GET", `organizations/${id}`)).body).toEqual(again.body);
  });

  it("are listed by name, kind and words, and paged without gaps", async () => {
    const shop = await makeApi();
    for (const name of ["Celler", "Adler", "Bauer"]) await makeAccount(shop, { name });
    await makeAccount(shop, { name: "Zulu", kind: "partner" });
    const first = await shop.call("GET", "organizations?limit=3");
    expect(namesOf(first.body)).toEqual(["Adler", "Bauer", "Celler"]);
    const cursor = encodeURIComponent(String(first.body.nextCursor));
    const second = await shop.call("GET", `organizations?limit=3&cursor=${cursor}`);
    expect(namesOf(second.body)).toEqual(["Zulu"]);
    expect(namesOf((await shop.call("GET", "organizations?kind=partner")).body)).toEqual(["Zulu"]);
    expect(namesOf((await shop.call("GET", "organizations?search=bauer")).body)).toEqual(["Bauer"]);
  });

  it("change only what is named, not from a state that is over, and name what is wrong", async () => {
    const shop = await makeApi();
    const { id, etag } = await makeAccount(shop, { domains: ["weber.de"] });
    await makeAccount(shop, { name: "Adler", domains: ["adler.de"] });
    const path = `organizations/${id}`;
    const changed = await shop.call("PATCH", path, { name: "Weber AG" }, { "If-Match": etag });
    expect(changed).toMatchObject({ status: 200, body: { name: "Weber AG", kind: "customer", domains: ["weber.de"] } });
    const stale = await shop.call("PUT", path, { kind: "partner" }, { "If-Match": etag });
    expect(stale).toMatchObject({ status: 412, body: { field: "If-Match" } });
    for (const [change, status, field] of [
      [{ name: "Adler" }, 409, "name"],
      [{ domains: ["adler.de"] }, 409, "domains"],
      [{ domains: ["gmail.com"] }, 422, "domains"],
      [{ domains: ["no domain"] }, 422, "domains"],
      [{ kind: "supplier" }, 422, "kind"],
      [{ name: " " }, 422, "name"],
      [{}, 422, "body"],
    ] as const) {
      expect(await shop.call("PATCH", path, change), JSON.stringify(change)).toMatchObject({ status, body: { field } });
    }
    expect((await shop.call("PATCH", path, { domains: [] })).body.domains).toEqual([]);
  });

  it("are deleted for everybody, once, and could be brought back for an hour", async () => {
    const shop = await makeApi();
    const { id, etag } = await makeAccount(shop);
    const person = await shop.call("POST", "contacts", { email: "anna@example.org", organizationId: id });
    const path = `organizations/${id}`;
    expect((await shop.call("DELETE", path, undefined, { "If-Match": '"old"' })).status).toBe(412);
    const key = { "Idempotency-Key": "gone", "If-Match": etag };
    const gone = await shop.call("DELETE", path, undefined, key);
    expect(gone).toMatchObject({ status: 200, body: { undoUntil: NOON + HOUR_MS } });
    expect((await shop.call("DELETE", path, undefined, key)).body).toEqual(gone.body);
    expect((await shop.call("DELETE", path)).status).toBe(404);
    expect((await shop.call("GET", path)).status).toBe(404);
    expect(namesOf((await shop.call("GET", "organizations")).body)).toEqual([]);
    expect((await shop.call("GET", `contacts/${String(person.body.id)}`)).body.organization).toBeNull();
  });

  it("need the scopes of contacts, and are of one workspace", async () => {
    const shop = await makeApi(["contacts.read"]);
    expect((await shop.call("GET", "organizations")).status).toBe(200);
    expect((await shop.call("POST", "organizations", { name: "Weber" })).status).toBe(403);
    const foreign = await elsewhere(shop);
    expect((await shop.call("GET", `organizations/${foreign}`)).status).toBe(404);
    const all = await makeApi();
    const other = await elsewhere(all);
    expect((await all.call("PATCH", `organizations/${other}`, { name: "Mine" })).status).toBe(404);
    expect((await all.call("DELETE", `organizations/${other}`)).status).toBe(404);
    expect(namesOf((await all.call("GET", "organizations")).body)).toEqual([]);
    const contact = { email: "anna@example.org" };
    const field = "organizationId";
    const named = { status: 404, body: { field } };
    expect(await all.call("POST", "contacts", { ...contact, organizationId: other })).toMatchObject(named);
    expect(await all.call("GET", `contacts?organizationId=${other}`)).toMatchObject(named);
    expect(await all.call("GET", `threads?organizationId=${other}`)).toMatchObject(named);
    const thread = { contact, channel: "email", subject: "Charger", partnerOrganizationId: other };
    expect(await all.call("POST", "threads", thread)).toMatchObject({
      status: 404,
      body: { field: "partnerOrganizationId" },
    });
  });
});

describe("what names an organisation", () => {
  it("people: by their mail domain, or as the request says", async () => {
    const shop = await makeApi();
    const { id } = await makeAccount(shop, { domains: ["weber.de"] });
    const other = await makeAccount(shop, { name: "Adler" });
    const anna = await shop.call("POST", "contacts", { email: "anna@weber.de", name: "Anna" });
    expect(anna.body.organization).toEqual({ id, name: "Weber GmbH", kind: "customer" });
    const moved = await shop.call("POST", "contacts", { email: "anna@weber.de", organizationId: other.id });
    expect(moved.body).toMatchObject({ id: anna.body.id, organization: { id: other.id } });
    const kept = await shop.call("POST", "contacts", { email: "anna@weber.de" });
    expect(kept.body.organization).toMatchObject({ id: other.id });
    expect(namesOf((await shop.call("GET", `contacts?organizationId=${other.id}`)).body)).toEqual(["Anna"]);
    expect(namesOf((await shop.call("GET", `contacts?organizationId=${id}`)).body)).toEqual([]);
    const left = await shop.call("POST", "contacts", { email: "anna@weber.de", organizationId: null });
    expect(left.body.organization).toBeNull();
  });

  it("conversations: customer and partner, found by either and by its people", async () => {
    const shop = await makeApi();
    const customer = await makeAccount(shop);
    const partner = await makeAccount(shop, { name: "Adler", kind: "partner" });
    const contact = { email: "anna@example.org" };
    const thread = { contact, channel: "email", subject: "Charger", customerOrganizationId: customer.id };
    const opened = await shop.call("POST", "threads", thread);
    expect(opened.body).toMatchObject({
      customerOrganization: { id: customer.id, name: "Weber GmbH", kind: "customer" },
      partnerOrganization: null,
    });
    const path = `threads/${String(opened.body.id)}`;
    const change = { customerOrganizationId: null, partnerOrganizationId: partner.id };
    const changed = await shop.call("PATCH", path, change);
    expect(changed.body).toMatchObject({ customerOrganization: null, partnerOrganization: { id: partner.id } });
    const idsOf = async (account: string) =>
      ((await shop.call("GET", `threads?organizationId=${account}`)).body.data as { id: string }[]).map(({ id }) => id);
    expect(await idsOf(partner.id)).toEqual([opened.body.id]);
    expect(await idsOf(customer.id)).toEqual([]);
    await shop.call("POST", "contacts", { ...contact, organizationId: customer.id });
    expect(await idsOf(customer.id)).toEqual([opened.body.id]);
    const refused = await shop.call("PATCH", path, { customerOrganizationId: "nowhere" });
    expect(refused).toMatchObject({ status: 404, body: { field: "customerOrganizationId" } });
  });
});
