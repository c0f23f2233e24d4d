import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { giveHistory, makeBookings } from "../../../tests/support/contact-history";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import schema from "../../schema";
import { consentOf, recordConsent } from "../consents/model";
import { findByAddress, resolveContact } from "../model";
import { suppress, suppressionOf } from "../suppressions/model";

const { mutations, queries } = api.contacts.merges;

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];

const begin = async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
  ({ as } = await makeMember(t, orgId, "agent"));
};
beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  await begin();
});
afterEach(() => vi.useRealTimers());

const person = async (facts: { name?: string; email?: string; phone?: string; whatsapp?: string }) =>
  await t.run(async (ctx) => (await resolveContact(ctx, { orgId, ...facts }))._id);
const contactOf = async (contactId: Id<"contacts">) => await as.query(api.contacts.queries.get, { orgId, contactId });
const merge = async (keptId: Id<"contacts">, mergedId: Id<"contacts">, taken: string[] = []) => {
  const mergeId = await as.mutation(mutations.merge, { orgId, keptId, mergedId, taken });
  while ((await stateOf(mergeId)) === "moving") await t.mutation(internal.contacts.merges.jobs.moveBatch, { mergeId });
  return mergeId;
};
const undo = async (mergeId: Id<"contactMerges">) => {
  await as.mutation(mutations.undo, { orgId, mergeId });
  while ((await stateOf(mergeId)) === "undoing") await t.mutation(internal.contacts.merges.jobs.undoBatch, { mergeId });
};
const stateOf = async (mergeId: Id<"contactMerges">) =>
  await t.run(async (ctx) => (await ctx.db.get("contactMerges", mergeId))?.state.kind);

const OWN_RECORDS = ["contactMerges", "auditEntries", "_scheduled_functions"];
const TABLES = (Object.keys(schema.tables) as (keyof typeof schema.tables)[]).filter(
  (name) => !OWN_RECORDS.includes(name),
);

/** Every row of every table but the merge's own records, in one text. */
const everything = async () =>
  await t.run(async (ctx) => {
    const tables: [string, unknown][] = [];
    for (const name of TABLES) tables.push([name, await ctx.db.query(name).take(1000)]);
    return JSON.stringify(tables, null, 1);
  });

const history = async (contactId: Id<"contacts">, of: { threads: number; bookings: Id<"bookings">[] }) =>
  await t.run(async (ctx) => await giveHistory(ctx, { orgId, contactId, ...of }));
const newBookings = async (count: number) => await t.run(async (ctx) => await makeBookings(ctx, orgId, count));

describe("merging two contacts", () => {
  it("moves addresses, conversations and bookings, and finds the person by either address", async () => {
    const kept = await person({ name: "Erika Muster", email: "erika@example.com" });
    const merged = await person({ name: "E. Muster", email: "muster@work.example", phone: "+491711234567" });
    const [booking] = await newBookings(1);
    await history(merged, { threads: 2, bookings: booking === undefined ? [] : [booking] });
    await merge(kept, merged);
    const { addresses, name } = await contactOf(kept);
    expect(name).toBe("Erika Muster");
    expect(addresses.map(({ address, isPrimary }) => [address, isPrimary])).toEqual([
      ["erika@example.com", true],
      ["muster@work.example", false],
      ["+491711234567", true],
    ]);
    const found = await t.run(
      async (ctx) => await findByAddress(ctx, { orgId, channel: "email", address: "muster@work.example" }),
    );
    expect(found?._id).toBe(kept);
    const counts = await t.run(async (ctx) => ({
      threads: (
        await ctx.db
          .query("threads")
          .withIndex("by_contact", (q) => q.eq("contactId", kept))
          .take(9)
      ).length,
      wrote: (
        await ctx.db
          .query("messages")
          .withIndex("by_sender", (q) => q.eq("sender.contactId", kept))
          .take(9)
      ).length,
      bookings: (
        await ctx.db
          .query("bookingPeople")
          .withIndex("by_contact", (q) => q.eq("contactId", kept))
          .take(9)
      ).length,
    }));
    expect(counts).toEqual({ threads: 2, wrote: 2, bookings: 1 });
    expect((await contactOf(merged)).mergedInto).toBe(kept);
    const list = await as.query(api.contacts.queries.list, { orgId, paginationOpts: { numItems: 9, cursor: null } });
    expect(list.page.map(({ id }) => id)).toEqual([kept]);
  });

  it("takes the values that were chosen and fills blanks with the others", async () => {
    const kept = await person({ name: "Erika Muster", email: "erika@example.com" });
    const merged = await person({ name: "Erika Muster-Schmidt", email: "new@example.com" });
    await t.run(async (ctx) => {
      await ctx.db.patch("contacts", kept, { locale: "de", attributes: { city: "Kiel", boat: "Jolle" } });
      await ctx.db.patch("contacts", merged, {
        locale: "nl",
        timezone: "Europe/Amsterdam",
        attributes: { city: "Delft", age: 40 },
      });
    });
    const { fields } = await as.query(queries.preview, { orgId, keptId: kept, mergedId: merged });
    expect(fields).toContainEqual({ field: "attribute:city", kept: "Kiel", merged: "Delft" });
    expect(fields).toContainEqual({ field: "email", kept: "erika@example.com", merged: "new@example.com" });
    await merge(kept, merged, ["name", "attribute:city", "email"]);
    const contact = await contactOf(kept);
    expect(contact).toMatchObject({
      name: "Erika Muster-Schmidt",
      lastName: "Muster-Schmidt",
      locale: "de",
      timezone: "Europe/Amsterdam",
      attributes: { city: "Delft", boat: "Jolle", age: 40 },
    });
    expect(contact.addresses.find(({ isPrimary }) => isPrimary)?.address).toBe("new@example.com");
  });

  it("counts what either said, leaves the ledger as it is and keeps suppressions with their address", async () => {
    const kept = await person({ name: "A", email: "a@example.com" });
    const merged = await person({ name: "B", email: "b@example.com" });
    const say = async (contactId: Id<"contacts">, state: "granted" | "withdrawn", at: number) =>
      await t.run(async (ctx) => {
        const of = {
          orgId,
          contactId,
          channel: "email",
          purpose: "marketing",
          wordingVersion: "1",
          source: "agent",
        } as const;
        return await recordConsent(ctx, { ...of, state, at });
      });
    const marketing = async (id: Id<"contacts">) =>
      await t.run(async (ctx) => await consentOf(ctx, id, "email", "marketing"));
    await say(kept, "granted", 1_000);
    await say(merged, "withdrawn", 2_000);
    await t.run(
      async (ctx) => await suppress(ctx, { orgId, channel: "email", address: "b@example.com", reason: "complaint" }),
    );
    const before = await t.run(async (ctx) => await ctx.db.query("consents").take(9));
    const mergeId = await merge(kept, merged);
    expect(await marketing(kept)).toBe("withdrawn");
    expect(await t.run(async (ctx) => await ctx.db.query("consents").take(9))).toEqual(before);
    const ledger = await as.query(api.contacts.consents.queries.ledger, {
      orgId,
      contactId: kept,
      paginationOpts: { numItems: 9, cursor: null },
    });
    expect(ledger.page.map(({ state }) => state)).toEqual(["withdrawn", "granted"]);
    const scope = { orgId, channel: "email", address: "b@example.com", purpose: "marketing" } as const;
    expect(await t.run(async (ctx) => (await suppressionOf(ctx, scope))?.reason)).toBe("complaint");
    // An old link of the merged contact speaks for the one it is part of.
    await say(merged, "granted", 3_000);
    expect(await marketing(kept)).toBe("granted");
    await undo(mergeId);
    expect([await marketing(kept), await marketing(merged)]).toEqual(["granted", "withdrawn"]);
  });

  it("is undone exactly, whatever the two had", async () => {
    const facts = fc.record({
      name: fc.constantFrom("Erika Muster", "E. Muster", ""),
      emails: fc.integer({ min: 0, max: 3 }),
      phone: fc.boolean(),
      locale: fc.option(fc.constantFrom("de", "nl"), { nil: undefined }),
      attributes: fc.dictionary(
        fc.constantFrom("city", "boat", "age"),
        fc.oneof(fc.string(), fc.integer(), fc.boolean()),
      ),
      threads: fc.integer({ min: 0, max: 3 }),
      bookings: fc.subarray([0, 1, 2]),
      yes: fc.boolean(),
    });
    const taken = fc.subarray(["name", "locale", "attribute:city", "attribute:age", "email", "sms"]);
    await fc.assert(
      fc.asyncProperty(facts, facts, taken, fc.boolean(), async (a, b, chosen, isThird) => {
        await begin();
        const bookings = await newBookings(3);
        const make = async (of: typeof a, mark: string) => {
          const id = await person({ name: of.name || mark, email: `${mark}@example.com` });
          await t.run(async (ctx) => {
            await ctx.db.patch("contacts", id, { locale: of.locale, attributes: of.attributes });
            for (let each = 0; each < of.emails; each++) {
              await resolveContact(ctx, {
                orgId,
                email: `${mark}@example.com`,
                whatsapp: `+4917112345${each}${mark === "a" ? 1 : 2}`,
              });
            }
            if (of.phone)
              await resolveContact(ctx, {
                orgId,
                email: `${mark}@example.com`,
                phone: `+49171999999${mark === "a" ? 1 : 2}`,
              });
            const said = {
              orgId,
              contactId: id,
              channel: "email",
              purpose: "marketing",
              wordingVersion: "1",
              source: "agent",
            } as const;
            if (of.yes) await recordConsent(ctx, { ...said, state: "granted" });
          });
          await history(id, {
            threads: of.threads,
            bookings: bookings.filter((_, each) => of.bookings.includes(each)),
          });
          return id;
        };
        const kept = await make(a, "a");
        const merged = await make(b, "b");
        const third = await make(b, "c");
        const first = isThird ? await merge(merged, third) : null;
        const before = await everything();
        const mergeId = await merge(kept, merged, chosen);
        expect(await everything()).not.toBe(before);
        await undo(mergeId);
        expect(await everything()).toBe(before);
        if (first !== null) await undo(first);
      }),
      { numRuns: 10, seed: 20_261_121 },
    );
  });

  it("hands a long history over in several transactions, and back", async () => {
    const kept = await person({ name: "A", email: "a@example.com" });
    const merged = await person({ name: "B", email: "b@example.com" });
    await history(merged, { threads: 1, bookings: [] });
    await t.run(async (ctx) => {
      const written = await ctx.db.query("messages").first();
      if (written === null) throw new Error("There is no message.");
      const { _id, _creationTime, ...fields } = written;
      for (let each = 0; each < 800; each++) await ctx.db.insert("messages", fields);
    });
    const before = await everything();
    const mergeId = await as.mutation(mutations.merge, { orgId, keptId: kept, mergedId: merged, taken: [] });
    expect(await stateOf(mergeId)).toBe("moving");
    expect(await errorOf(as.mutation(mutations.undo, { orgId, mergeId }))).toMatchObject({ code: "conflict" });
    const again = await as.mutation(mutations.merge, { orgId, keptId: kept, mergedId: merged, taken: [] });
    expect(again).toBe(mergeId);
    while ((await stateOf(mergeId)) === "moving")
      await t.mutation(internal.contacts.merges.jobs.moveBatch, { mergeId });
    const left = await t.run(
      async (ctx) =>
        await ctx.db
          .query("messages")
          .withIndex("by_sender", (q) => q.eq("sender.contactId", merged))
          .first(),
    );
    expect(left).toBeNull();
    await undo(mergeId);
    expect(await everything()).toBe(before);
  });

  it("keeps what changed since the merge when it is undone", async () => {
    const kept = await person({ name: "Erika", email: "a@example.com" });
    const merged = await person({ name: "Erika Muster", email: "b@example.com" });
    const mergeId = await merge(kept, merged, ["name"]);
    await t.run(async (ctx) => await ctx.db.patch("contacts", kept, { name: "Erika Neu" }));
    await undo(mergeId);
    expect([(await contactOf(kept)).name, (await contactOf(merged)).name]).toEqual(["Erika Neu", "Erika Muster"]);
    expect((await contactOf(merged)).addresses.map(({ address }) => address)).toEqual(["b@example.com"]);
  });

  it("refuses what cannot be: one contact twice, somebody merged already, undoing out of order or too late", async () => {
    const [a, b, c] = [
      await person({ email: "a@x.example" }),
      await person({ email: "b@x.example" }),
      await person({ email: "c@x.example" }),
    ];
    const call = async (keptId: Id<"contacts">, mergedId: Id<"contacts">) =>
      await errorOf(as.mutation(mutations.merge, { orgId, keptId, mergedId, taken: [] }));
    expect(await call(a, a)).toMatchObject({ code: "invalid" });
    const first = await merge(a, b);
    expect(await call(c, b)).toMatchObject({ code: "conflict" });
    const second = await merge(a, c);
    expect(await errorOf(as.mutation(mutations.undo, { orgId, mergeId: first }))).toMatchObject({ code: "conflict" });
    await undo(second);
    await undo(first);
    const late = await merge(a, b);
    await t.mutation(internal.contacts.merges.jobs.expire, { mergeId: late });
    expect(await errorOf(as.mutation(mutations.undo, { orgId, mergeId: late }))).toMatchObject({ code: "conflict" });
    const { as: viewer } = await makeMember(t, orgId, "viewer", "viewer");
    const asViewer = errorOf(viewer.mutation(mutations.merge, { orgId, keptId: a, mergedId: c, taken: [] }));
    expect(await asViewer).toMatchObject({ code: "forbidden" });
  });

  it("suggests the same number and the same name, nothing that is merely similar", async () => {
    const erika = await person({ name: "Erika Muster", email: "a@example.com" });
    const namesake = await person({ name: "Erika Muster", email: "b@example.com" });
    await person({ name: "Erika Musters", email: "c@example.com" });
    const number = await person({ name: "Jan", email: "d@example.com" });
    await t.run(async (ctx) => {
      const at = { orgId, address: "+491711234567", isPrimary: true, state: "unverified" } as const;
      await ctx.db.insert("contactAddresses", { ...at, contactId: erika, channel: "sms" });
      await ctx.db.insert("contactAddresses", { ...at, contactId: number, channel: "whatsapp" });
    });
    const found = await as.query(queries.suggestions, { orgId, contactId: erika });
    expect(found.map(({ contactId, match }) => [contactId, match])).toEqual([
      [number, "number"],
      [namesake, "name"],
    ]);
  });
});
