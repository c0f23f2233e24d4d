import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { runJobs } from "../../../tests/support/delivery";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { guessTargets, readTable } from "../../lib/csv";
import { notePersonWrote, resolveContact } from "../model";
import { CONTACT_COLUMNS, writtenContact } from "./columns";

const { mutations, queries } = api.contacts.imports;
const firstPage = { numItems: 500, cursor: null };

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];

const begin = async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
  ({ as } = await makeMember(t, orgId, "manager"));
};
beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  await begin();
});
afterEach(() => vi.useRealTimers());

let files = 0;
const dryRun = async (text: string) => {
  const read = readTable(text);
  if (!read.ok) throw new Error(read.problem);
  const { table } = read;
  const targets = guessTargets(table.headings, CONTACT_COLUMNS, { groesse: "attribute", größe: "attribute" });
  const rows = table.rows.map(({ line, cells }) => ({ line, written: writtenContact(cells, table.headings, targets) }));
  const importId = await as.mutation(mutations.start, { orgId, fileName: "people.csv", clientId: `file-${++files}` });
  await as.mutation(mutations.stageRows, { orgId, importId, country: "DE", rows });
  await as.mutation(mutations.finishReading, { orgId, importId });
  return importId;
};
const importOf = async (importId: Id<"contactImports">) => await as.query(queries.get, { orgId, importId });
// Only the scheduled batches: pruning waits 30 days.
const apply = async (importId: Id<"contactImports">) => {
  await as.mutation(mutations.apply, { orgId, importId });
  while ((await importOf(importId)).state === "applying") {
    await t.mutation(internal.contacts.imports.jobs.applyBatch, { importId });
  }
};
const undo = async (importId: Id<"contactImports">) => {
  await as.mutation(mutations.undo, { orgId, importId });
  while ((await importOf(importId)).state === "undoing") {
    await t.mutation(internal.contacts.imports.jobs.undoBatch, { importId });
  }
};
const everything = async () =>
  await t.run(async (ctx) => ({
    contacts: await ctx.db.query("contacts").take(500),
    addresses: await ctx.db.query("contactAddresses").take(500),
  }));

it("is begun once, however often the browser says so", async () => {
  const start = async (clientId: string) => await as.mutation(mutations.start, { orgId, fileName: "a.csv", clientId });
  expect(await start("one")).toBe(await start("one"));
  expect(await start("two")).not.toBe(await start("one"));
});

describe("importing contacts", () => {
  it("reads an Excel file with semicolons, umlauts, phone-only rows and rows that cannot be used", async () => {
    const importId = await dryRun(
      "\uFEFFVorname;Nachname;E-Mail;Telefon;Größe\r\n" +
        "Jörg;Müßig;JOERG@muessig.example;0171 1234567;XL\r\n" +
        ";;;0171 7654321;\r\n" +
        "Jörg;Doppelt;joerg@MUESSIG.example;;\r\n" +
        "Nie;Mand;;;\r\n" +
        "Kaputt;Mail;keine-adresse;;\r\n",
    );
    const { planned } = await importOf(importId);
    expect(planned).toEqual({ create: 2, update: 0, unchanged: 0, repeated: 1, rejected: 2 });
    const rejected = await as.query(queries.rows, { orgId, importId, verdict: "rejected", paginationOpts: firstPage });
    expect(rejected.page).toMatchObject([
      { line: 5, problem: "no_address" },
      { line: 6, problem: "unreadable_email" },
    ]);
    expect((await everything()).contacts).toEqual([]);
    await apply(importId);
    expect((await importOf(importId)).result).toMatchObject({ created: 2, updated: 0, skipped: 1, failed: 2 });
    const { contacts, addresses } = await everything();
    expect(contacts).toMatchObject([
      { name: "Jörg Müßig", firstName: "Jörg", lastName: "Müßig", attributes: { groesse: "XL" } },
      { name: "+491717654321" },
    ]);
    expect(addresses.map(({ address }) => address)).toEqual([
      "joerg@muessig.example",
      "+491711234567",
      "+491717654321",
    ]);
  });

  it("refuses a line whose addresses belong to two people, and other organisations' imports", async () => {
    await t.run(async (ctx) => await resolveContact(ctx, { orgId, name: "Erika", email: "erika@a.example" }));
    await t.run(async (ctx) => await resolveContact(ctx, { orgId, name: "Max", phone: "+491711234567" }));
    const importId = await dryRun("email,phone\nerika@a.example,+491711234567\n");
    expect((await importOf(importId)).planned).toMatchObject({ rejected: 1 });
    const other = await makeOrg(t, "Other");
    const stranger = await makeMember(t, other, "manager");
    const refused = stranger.as.mutation(mutations.apply, { orgId: other, importId });
    expect(await errorOf(refused)).toMatchObject({ code: "not_found" });
  });

  it("leaves what was worked with since the import", async () => {
    const importId = await dryRun("name,email\nErika,erika@a.example\nMax,max@a.example\n");
    await apply(importId);
    const { contacts } = await everything();
    const [erika] = contacts;
    if (erika === undefined) throw new Error("no contact");
    await t.run(async (ctx) => await ctx.db.patch("contacts", erika._id, { timezone: "Europe/Berlin" }));
    await undo(importId);
    expect((await everything()).contacts).toMatchObject([{ name: "Erika" }]);
    expect((await importOf(importId)).result).toMatchObject({ undone: 1, kept: 1 });
    expect(await errorOf(as.mutation(mutations.undo, { orgId, importId }))).toMatchObject({ code: "conflict" });
  });

  it("leaves people somebody noted something about, tagged or merged since", async () => {
    const importId = await dryRun("name,email\nA,a@a.example\nB,b@a.example\nC,c@a.example\nD,d@a.example\n");
    await apply(importId);
    const ids = (await everything()).contacts.map(({ _id }) => _id);
    const [a, b, c, d] = ids;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("no contacts");
    await as.mutation(api.contacts.notes.mutations.add, { orgId, contactId: a, text: "Stammgast", clientId: "n" });
    await as.mutation(api.contacts.edits.mutations.change, { orgId, contactId: b, tags: ["VIP"] });
    await as.mutation(api.contacts.merges.mutations.merge, { orgId, keptId: b, mergedId: c, taken: [] });
    await undo(importId);
    expect((await everything()).contacts.map(({ _id }) => _id)).toEqual([a, b, c]);
    expect((await importOf(importId)).result).toMatchObject({ undone: 1, kept: 3 });
  });

  it("keeps an address somebody wrote from since", async () => {
    await t.run(async (ctx) => await resolveContact(ctx, { orgId, name: "Erika", email: "erika@a.example" }));
    const importId = await dryRun("email,whatsapp\nerika@a.example,+491711234567\n");
    await apply(importId);
    const key = { orgId, channel: "whatsapp", address: "+491711234567" } as const;
    await t.run(async (ctx) => await notePersonWrote(ctx, key, Date.now()));
    await undo(importId);
    expect((await everything()).addresses).toHaveLength(2);
    expect((await importOf(importId)).result).toMatchObject({ updated: 1, kept: 1 });
  });

  it("forgets the lines after 30 days, and says that it is too late then", async () => {
    const importId = await dryRun("name,email\nErika,erika@a.example\n");
    await as.mutation(mutations.apply, { orgId, importId });
    await runJobs(t);
    expect(await errorOf(as.mutation(mutations.undo, { orgId, importId }))).toMatchObject({ code: "conflict" });
  });
});

describe("undoing", () => {
  const person = fc.record({
    name: fc.constantFrom("", "Erika Muster", "Jörg"),
    email: fc.constantFrom("", "a@x.example", "b@x.example", "C@x.example", "nonsense"),
    phone: fc.constantFrom("", "0171 1234567", "+49 171 1234567", "0171 7654321"),
    locale: fc.constantFrom("", "de-DE", "en"),
  });

  it("leaves the tables as they were before (O-13)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { maxLength: 4 }),
        fc.array(person, { minLength: 1, maxLength: 6 }),
        async (known, file) => {
          await begin();
          for (const { name, email, phone, locale } of known) {
            if (email === "nonsense" || (email === "" && phone === "")) continue;
            await t.run(
              async (ctx) => await resolveContact(ctx, { orgId, name, email, phone, locale: locale || undefined }),
            );
          }
          const before = await everything();
          const lines = file.map((row) => `${row.name};${row.email};${row.phone};${row.locale};L`);
          const importId = await dryRun(`name;email;phone;locale;größe\n${lines.join("\n")}\n`);
          await apply(importId);
          await undo(importId);
          expect(await everything()).toEqual(before);
        },
      ),
      { seed: 7, numRuns: 25 },
    );
  });
});
