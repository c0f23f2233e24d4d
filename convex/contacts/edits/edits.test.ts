import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { resolveContact } from "../model";
import { suppress, suppressionOf } from "../suppressions/model";

const { edits, fields, notes, accounts, merges } = api.contacts;

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];
let contactId: Id<"contacts">;

const person = async (email: string, name?: string) =>
  await t.run(async (ctx) => (await resolveContact(ctx, { orgId, email, name }))._id);

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  orgId = await makeOrg(t);
  ({ as } = await makeMember(t, orgId, "manager"));
  contactId = await person("erika@example.com", "Erika Muster");
});
afterEach(() => vi.useRealTimers());

const contactOf = async (id = contactId) => await as.query(api.contacts.queries.get, { orgId, contactId: id });
const change = async (said: object, id = contactId) =>
  await as.mutation(edits.mutations.change, { orgId, contactId: id, ...said });

describe("changing a contact", () => {
  it("keeps name, language, tags and attributes, and finds the person by the new name", async () => {
    await change({ name: " Erika  Muster-Schmidt ", locale: "de-AT", timezone: "Europe/Vienna", tags: ["VIP", "vip"] });
    await change({ attributes: { city: "Kiel", age: 40 } });
    await change({ attributes: { age: null } });
    expect(await contactOf()).toMatchObject({
      name: "Erika Muster-Schmidt",
      lastName: "Muster-Schmidt",
      locale: "de-AT",
      timezone: "Europe/Vienna",
      tags: ["VIP"],
      attributes: { city: "Kiel" },
    });
    const asked = { orgId, text: "schmidt", paginationOpts: { numItems: 9, cursor: null } };
    expect((await as.query(api.contacts.queries.list, asked)).page).toHaveLength(1);
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50));
    expect(entries.filter(({ action }) => action === "contact.changed")).toHaveLength(3);
    await change({ name: "Erika Muster-Schmidt" });
    expect(await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50))).toHaveLength(entries.length);
  });

  it("refuses what cannot be, and says which field", async () => {
    const failing = async (said: object) => await errorOf(change(said));
    expect(await failing({ name: " " })).toMatchObject({ code: "invalid", field: "name" });
    expect(await failing({ locale: "german please" })).toMatchObject({ code: "invalid", field: "locale" });
    expect(await failing({ timezone: "Mars/Base" })).toMatchObject({ code: "invalid", field: "timezone" });
    expect(await failing({ tags: ["x".repeat(99)] })).toMatchObject({ code: "invalid", field: "tags" });
    const other = await person("b@example.com");
    await as.mutation(merges.mutations.merge, { orgId, keptId: contactId, mergedId: other, taken: [] });
    expect(await errorOf(change({ name: "X" }, other))).toMatchObject({ code: "conflict" });
  });

  it("holds values of defined attributes to their kind, and offers no second attribute of one name", async () => {
    const save = async (of: object) =>
      await as.mutation(fields.mutations.save, {
        orgId,
        label: "Größe",
        kind: "choice",
        options: ["S", " M ", "M"],
        isArchived: false,
        ...of,
      });
    expect(await save({})).toBe("groesse");
    expect(await errorOf(change({ attributes: { groesse: "XL" } }))).toMatchObject({ field: "attributes.groesse" });
    await change({ attributes: { groesse: "M" } });
    expect(await save({ options: ["M", "L"] })).toBe("groesse");
    expect(await errorOf(save({ kind: "number" }))).toMatchObject({ field: "kind" });
    expect(await errorOf(save({ label: "?" }))).toMatchObject({ field: "label" });
    expect(await errorOf(save({ label: "Farbe", options: [] }))).toMatchObject({ field: "options" });
    await save({ key: "groesse", label: "Größe", options: ["M"], isArchived: true });
    const list = await as.query(fields.queries.list, { orgId });
    expect(list).toEqual([{ key: "groesse", label: "Größe", kind: "choice", options: ["M"], isArchived: true }]);
    expect((await contactOf()).attributes).toEqual({ groesse: "M" });
  });

  it("puts people under their organisation, made once, and lists them", async () => {
    const ensure = async (kind: "customer" | "partner") =>
      await as.mutation(accounts.mutations.ensure, { orgId, name: "Werft Haff", kind });
    const accountId = await ensure("customer");
    expect(await ensure("customer")).toBe(accountId);
    expect(await ensure("partner")).not.toBe(accountId);
    await change({ accountId });
    await person("b@example.com");
    const paginationOpts = { numItems: 9, cursor: null };
    const { page } = await as.query(api.contacts.queries.list, { orgId, accountId, paginationOpts });
    expect(page.map(({ name, account }) => [name, account?.name])).toEqual([["Erika Muster", "Werft Haff"]]);
    const found = await as.query(accounts.queries.list, { orgId, text: "Werft", paginationOpts });
    expect(found.page.map(({ kind }) => kind)).toEqual(["customer", "partner"]);
    await change({ accountId: null });
    expect((await contactOf()).account).toBeNull();
  });
});

describe("a contact entered by hand", () => {
  const nobody = { name: "", email: "", phone: "", locale: "", tags: [] };
  const create = async (said: object) => await as.mutation(edits.mutations.create, { orgId, ...nobody, ...said });
  const everybody = async () => await t.run(async (ctx) => await ctx.db.query("contacts").take(50));

  it("is kept with normalised addresses, language, tags and organisation, and recorded once", async () => {
    const entered = await create({
      name: " Jörg  Müßig ",
      email: "Joerg@Muessig.Example ",
      phone: "0171 1234567",
      locale: "de-DE",
      tags: ["VIP", "vip"],
      account: { name: "Werft Haff", kind: "partner" },
    });
    if (entered.kind !== "created") throw new Error("nobody was entered");
    expect(await contactOf(entered.contactId)).toMatchObject({
      name: "Jörg Müßig",
      firstName: "Jörg",
      locale: "de-DE",
      tags: ["VIP"],
      account: { name: "Werft Haff", kind: "partner" },
      addresses: [
        { channel: "email", address: "joerg@muessig.example", isPrimary: true },
        { channel: "sms", address: "+491711234567", isPrimary: true },
      ],
    });
    const asked = { orgId, text: "müßig", paginationOpts: { numItems: 9, cursor: null } };
    expect((await as.query(api.contacts.queries.list, asked)).page).toHaveLength(1);
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50));
    expect(entries.map(({ action }) => action)).toEqual(["account.created", "contact.created"]);
    expect(JSON.stringify(entries)).not.toContain("muessig");
  });

  it("may have an address alone, and then goes by it", async () => {
    const entered = await create({ email: "nur@example.org" });
    if (entered.kind !== "created") throw new Error("nobody was entered");
    expect(await contactOf(entered.contactId)).toMatchObject({ name: "nur@example.org", tags: [] });
  });

  it("is not written when somebody has one of the addresses: it says who, and makes no organisation", async () => {
    await as.mutation(edits.mutations.addAddress, { orgId, contactId, channel: "whatsapp", address: "+491711234567" });
    const erika = { kind: "taken", contactId, name: "Erika Muster" };
    const account = { name: "Werft Haff", kind: "customer" };
    expect(await create({ name: "E", email: "ERIKA@example.com", account })).toEqual({ ...erika, field: "email" });
    expect(await create({ name: "E", email: "neu@example.org", phone: "0171 1234567" })).toEqual({
      ...erika,
      field: "phone",
    });
    expect(await everybody()).toHaveLength(1);
    expect(await t.run(async (ctx) => await ctx.db.query("accounts").take(5))).toEqual([]);
  });

  it("is refused with the field when it cannot be, and to those who may not edit contacts", async () => {
    const failing = async (said: object) => await errorOf(create(said));
    expect(await failing({})).toMatchObject({ code: "invalid", field: "name" });
    expect(await failing({ name: "x".repeat(201) })).toMatchObject({ code: "invalid", field: "name" });
    expect(await failing({ name: "A", email: "a@" })).toMatchObject({ code: "invalid", field: "email" });
    expect(await failing({ name: "A", phone: "12" })).toMatchObject({ code: "invalid", field: "phone" });
    expect(await failing({ name: "A", locale: "german please" })).toMatchObject({ code: "invalid", field: "locale" });
    expect(await failing({ name: "A", tags: ["x".repeat(99)] })).toMatchObject({ code: "invalid", field: "tags" });
    const account = { name: "x".repeat(201), kind: "customer" };
    expect(await failing({ name: "A", account })).toMatchObject({ code: "invalid", field: "account" });
    expect(await everybody()).toHaveLength(1);
    const viewer = await makeMember(t, orgId, "viewer", "vera");
    const refused = viewer.as.mutation(edits.mutations.create, { orgId, ...nobody, name: "A" });
    expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
  });
});

describe("addresses by hand", () => {
  const add = async (channel: "email" | "sms" | "whatsapp", address: string, id = contactId) =>
    await as.mutation(edits.mutations.addAddress, { orgId, contactId: id, channel, address });
  const shown = async () =>
    (await contactOf()).addresses.map((row) => `${row.channel} ${row.address}${row.isPrimary ? " first" : ""}`);

  it("are normalised, found, preferred and taken away", async () => {
    await add("email", " Erika.Privat@Example.COM ");
    await add("sms", "0171 3920003");
    await add("sms", "+49 171 3920003");
    expect(await shown()).toEqual([
      "email erika@example.com first",
      "email erika.privat@example.com",
      "sms +491713920003 first",
    ]);
    const asked = { orgId, text: "privat", paginationOpts: { numItems: 9, cursor: null } };
    expect((await as.query(api.contacts.queries.list, asked)).page).toHaveLength(1);
    const second = { orgId, contactId, channel: "email" as const, address: "erika.privat@example.com" };
    await as.mutation(edits.mutations.makePrimary, second);
    expect((await shown()).slice(0, 2)).toEqual(["email erika@example.com", "email erika.privat@example.com first"]);
    await as.mutation(edits.mutations.removeAddress, second);
    expect(await shown()).toEqual(["email erika@example.com first", "sms +491713920003 first"]);
    expect((await as.query(api.contacts.queries.list, asked)).page).toEqual([]);
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50));
    const actions = entries.map(({ action }) => action).filter((action) => action.startsWith("contact.address"));
    expect(actions.map((action) => action.split("_")[1])).toEqual(["added", "added", "preferred", "removed"]);
    expect(JSON.stringify(entries)).not.toContain("privat");
  });

  it("are refused when they are none, somebody else's, or not there", async () => {
    expect(await errorOf(add("email", "erika@"))).toMatchObject({ code: "invalid", field: "address" });
    expect(await errorOf(add("sms", "12"))).toMatchObject({ code: "invalid", field: "address" });
    await person("b@example.com", "Berta");
    expect(await errorOf(add("email", "B@example.com"))).toMatchObject({ code: "conflict", field: "address" });
    const gone = { orgId, contactId, channel: "email" as const, address: "b@example.com" };
    expect(await errorOf(as.mutation(edits.mutations.removeAddress, gone))).toMatchObject({ code: "not_found" });
    const viewer = await makeMember(t, orgId, "viewer", "vera");
    const refused = viewer.as.mutation(edits.mutations.addAddress, { ...gone, address: "c@example.com" });
    expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
  });

  it("keep their suppression, whoever adds them again", async () => {
    const address = "erika@example.com";
    await t.run(async (ctx) => {
      await suppress(ctx, { orgId, channel: "email", address, reason: "complaint" });
    });
    const which = { orgId, contactId, channel: "email" as const, address };
    await as.mutation(edits.mutations.removeAddress, which);
    await add("email", address);
    const found = await t.run(
      async (ctx) => await suppressionOf(ctx, { orgId, channel: "email", address, purpose: "marketing" }),
    );
    expect(found).not.toBeNull();
  });
});

describe("notes about a contact", () => {
  it("are kept once, go along with a merge and back, and can be taken away", async () => {
    const add = async (text: string, clientId: string, id = contactId) =>
      await as.mutation(notes.mutations.add, { orgId, contactId: id, text, clientId });
    const texts = async (id = contactId) => {
      const list = await as.query(notes.queries.list, { orgId, contactId: id });
      return list.map(({ text }) => text);
    };
    const noteId = await add(" Mag keine Anrufe ", "n1");
    expect(await add("Mag keine Anrufe", "n1")).toBe(noteId);
    expect(await errorOf(add("  ", "n2"))).toMatchObject({ code: "invalid", field: "text" });
    const other = await person("b@example.com");
    await add("Kommt zu zweit", "n3", other);
    const pair = { orgId, keptId: contactId, mergedId: other, taken: [] };
    const mergeId = await as.mutation(merges.mutations.merge, pair);
    expect(await texts()).toEqual(["Kommt zu zweit", "Mag keine Anrufe"]);
    await as.mutation(merges.mutations.undo, { orgId, mergeId });
    expect([await texts(), await texts(other)]).toEqual([["Mag keine Anrufe"], ["Kommt zu zweit"]]);
    await as.mutation(notes.mutations.remove, { orgId, noteId });
    await as.mutation(notes.mutations.remove, { orgId, noteId });
    expect(await texts()).toEqual([]);
  });
});
