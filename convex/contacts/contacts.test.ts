import { beforeEach, describe, expect, it } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import * as model from "./model";

type Backend = ReturnType<typeof setupConvex>;
type Facts = Parameters<typeof model.resolveContact>[1];

let t: Backend;
let orgId: Id<"organisations">;

beforeEach(async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
});

const resolve = async (facts: Omit<Facts, "orgId">, org = orgId) =>
  await t.run(async (ctx) => await model.resolveContact(ctx, { orgId: org, ...facts }));
const addresses = async (contactId: Id<"contacts">) =>
  await t.run(async (ctx) => {
    const rows = await model.addressesOf(ctx, contactId);
    return rows.map((row) => `${row.channel} ${row.address}${row.isPrimary ? " *" : ""}`);
  });
const everyContact = async () => await t.run(async (ctx) => await ctx.db.query("contacts").take(500));

describe("resolving", () => {
  it("creates a contact with normalised addresses and tells the others", async () => {
    const contact = await resolve({ name: " Erika  Muster ", email: "Erika@Muster.example", phone: "0171 1234567" });
    expect(contact).toMatchObject({ name: "Erika Muster", firstName: "Erika", lastName: "Muster", attributes: {} });
    expect(await addresses(contact._id)).toEqual(["email erika@muster.example *", "sms +491711234567 *"]);
    const events = await t.run(async (ctx) => await ctx.db.query("domainEvents").take(500));
    expect(events).toMatchObject([{ kind: "contact.created", subject: { contactId: contact._id } }]);
  });

  it.each([
    ["another spelling of the e-mail", { email: " ERIKA@muster.EXAMPLE" }],
    ["another spelling of the number", { phone: "+49 (0) 171 / 123 45 67" }],
    ["the same number on WhatsApp", { whatsapp: "whatsapp:+491711234567" }],
    ["one of several", { name: "E. M.", email: "neu@muster.example", phone: "00491711234567" }],
  ])("finds a known contact by %s", async (_, facts) => {
    const known = await resolve({ name: "Erika Muster", email: "erika@muster.example", phone: "0171 1234567" });
    expect((await resolve(facts))._id).toBe(known._id);
    expect(await everyContact()).toHaveLength(1);
  });

  it("adds new addresses without making them primary, and overwrites nothing", async () => {
    const { _id } = await resolve({ name: "Erika Muster", email: "erika@muster.example", locale: "de-DE" });
    const again = await resolve({
      name: "Frau Muster",
      email: "erika@muster.example",
      phone: "0171 1234567",
      locale: "en-GB",
      timezone: "Europe/Zurich",
    });
    expect(again).toMatchObject({ _id, name: "Erika Muster", locale: "de-DE", timezone: "Europe/Zurich" });
    await resolve({ phone: "0171 1234567", email: "privat@muster.example" });
    expect(await addresses(_id)).toEqual([
      "email erika@muster.example *",
      "sms +491711234567 *",
      "email privat@muster.example",
    ]);
  });

  it("calls a contact by its address until a name is known", async () => {
    const first = await resolve({ email: "erika@muster.example" });
    expect(first).toMatchObject({ name: "erika@muster.example" });
    expect(first.firstName).toBeUndefined();
    expect(await resolve({ email: "erika@muster.example", name: "Erika Muster" })).toMatchObject({
      _id: first._id,
      name: "Erika Muster",
      firstName: "Erika",
    });
  });

  it("prefers the e-mail when the addresses belong to two contacts, and moves none", async () => {
    const erika = await resolve({ name: "Erika", email: "erika@muster.example" });
    const max = await resolve({ name: "Max", phone: "0171 1234567" });
    expect((await resolve({ email: "erika@muster.example", phone: "0171 1234567" }))._id).toBe(erika._id);
    expect(await addresses(erika._id)).toEqual(["email erika@muster.example *"]);
    expect(await addresses(max._id)).toEqual(["sms +491711234567 *"]);
  });

  it("keeps what it cannot read and does not refuse for it", async () => {
    const contact = await resolve({ name: "Erika", email: "erika(at)muster", phone: "keine" });
    expect(contact.attributes).toEqual({ unreadableEmail: "erika(at)muster", unreadablePhone: "keine" });
    expect(await addresses(contact._id)).toEqual([]);
  });

  it("refuses when there is nothing to go by", async () => {
    expect(await errorOf(resolve({ name: " ", email: "kaputt" }))).toMatchObject({ code: "invalid", field: "email" });
    expect(await everyContact()).toEqual([]);
  });

  it("makes one contact of parallel arrivals", async () => {
    const arrivals = Array.from(
      { length: 5 },
      async () => await resolve({ name: "Erika", email: "erika@muster.example" }),
    );
    expect(new Set((await Promise.all(arrivals)).map((contact) => contact._id)).size).toBe(1);
  });

  it("knows nothing of other organisations", async () => {
    const ours = await resolve({ email: "erika@muster.example" });
    const theirs = await resolve({ email: "erika@muster.example" }, await makeOrg(t, "Andere"));
    expect(theirs._id).not.toBe(ours._id);
  });
});

describe("the address to write to", () => {
  const primary = async (contactId: Id<"contacts">) =>
    await t.run(async (ctx) => (await model.primaryAddress(ctx, contactId, "email"))?.address ?? null);

  it("is the primary one, then the next that is valid, then none", async () => {
    const { _id } = await resolve({ name: "Erika", email: "a@b.example", phone: "0171 1234567" });
    await resolve({ phone: "0171 1234567", email: "c@d.example" });
    expect(await primary(_id)).toBe("a@b.example");
    await t.run(
      async (ctx) => await model.markAddressInvalid(ctx, { orgId, channel: "email", address: "a@b.example" }),
    );
    expect(await primary(_id)).toBe("c@d.example");
    await t.run(
      async (ctx) => await model.markAddressInvalid(ctx, { orgId, channel: "email", address: "c@d.example" }),
    );
    expect(await primary(_id)).toBeNull();
    expect(await t.run(async (ctx) => await model.primaryAddress(ctx, _id, "webhook"))).toBeNull();
  });

  it("is unharmed by what bounces elsewhere", async () => {
    const { _id } = await resolve({ email: "a@b.example" });
    const other = await makeOrg(t, "Andere");
    await t.run(async (ctx) => {
      await model.markAddressInvalid(ctx, { orgId: other, channel: "email", address: "a@b.example" });
      await model.markAddressInvalid(ctx, { orgId, channel: "webhook", address: "a@b.example" });
    });
    expect(await primary(_id)).toBe("a@b.example");
  });
});

describe("queries", () => {
  const firstPage = { numItems: 10, cursor: null };

  it("list by name and find by name, whole address and its parts", async () => {
    const { as } = await makeMember(t, orgId, "viewer");
    await resolve({ name: "Max Beispiel", phone: "0171 1234567" });
    await resolve({ name: "Erika Muster", email: "erika@segeln.example" });
    const names = async (text?: string) =>
      (await as.query(api.contacts.queries.list, { orgId, text, paginationOpts: firstPage })).page.map(
        (contact) => contact.name,
      );
    expect(await names()).toEqual(["Erika Muster", "Max Beispiel"]);
    expect(await names("muster")).toEqual(["Erika Muster"]);
    expect(await names("Segeln")).toEqual(["Erika Muster"]);
    expect(await names("erika@segeln.example")).toEqual(["Erika Muster"]);
    expect(await names("niemand")).toEqual([]);
  });

  it("show one contact with its addresses, and refuse foreign ones and strangers", async () => {
    const { as } = await makeMember(t, orgId, "agent");
    const { _id: contactId } = await resolve({ name: "Erika Muster", email: "a@b.example" });
    const shown = await as.query(api.contacts.queries.get, { orgId, contactId });
    expect(shown).toMatchObject({
      id: contactId,
      addresses: [{ address: "a@b.example", isPrimary: true }],
    });
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    const get = api.contacts.queries.get;
    expect(await errorOf(stranger.query(get, { orgId: other, contactId }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(stranger.query(get, { orgId, contactId }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(t.query(get, { orgId, contactId }))).toMatchObject({ code: "unauthenticated" });
  });
});
