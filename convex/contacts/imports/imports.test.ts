import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ContactFiles, contactFiles } from "../../../tests/support/contact-files";
import { runJobs } from "../../../tests/support/delivery";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { notePersonWrote, resolveContact } from "../model";

const { mutations, queries } = api.contacts.imports;
const firstPage = { numItems: 500, cursor: null };

let files: ContactFiles;
let t: ContactFiles["t"];
let orgId: ContactFiles["orgId"];
let as: ContactFiles["as"];

const begin = async () => {
  files = await contactFiles();
  ({ t, orgId, as } = files);
};
beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  await begin();
});
afterEach(() => vi.useRealTimers());

const problemsOf = async (importId: Id<"contactImports">) => {
  const of = { orgId, importId, verdict: "rejected", paginationOpts: firstPage } as const;
  return (await as.query(queries.rows, of)).page.map(({ line, problem }) => [line, problem]);
};

it("is begun once, however often the browser says so", async () => {
  const start = async (clientId: string) => await as.mutation(mutations.start, { orgId, fileName: "a.csv", clientId });
  expect(await start("one")).toBe(await start("one"));
  expect(await start("two")).not.toBe(await start("one"));
});

describe("importing contacts", () => {
  it("reads an Excel file with semicolons, umlauts, phone-only rows and rows that cannot be used", async () => {
    const importId = await files.dryRun(
      "\uFEFFVorname;Nachname;E-Mail;Telefon;Größe\r\n" +
        "Jörg;Müßig;JOERG@muessig.example;0171 1234567;XL\r\n" +
        ";;;0171 7654321;\r\n" +
        "Jörg;Doppelt;joerg@MUESSIG.example;;\r\n" +
        "Nie;Mand;;;\r\n" +
        "Kaputt;Mail;keine-adresse;;\r\n",
    );
    const { planned } = await files.importOf(importId);
    expect(planned).toEqual({ create: 2, update: 0, unchanged: 0, repeated: 1, rejected: 2 });
    const rejected = await as.query(queries.rows, { orgId, importId, verdict: "rejected", paginationOpts: firstPage });
    expect(rejected.page).toMatchObject([
      { line: 5, problem: "no_address" },
      { line: 6, problem: "unreadable_email" },
    ]);
    expect((await files.everything()).contacts).toEqual([]);
    await files.apply(importId);
    expect((await files.importOf(importId)).result).toMatchObject({ created: 2, updated: 0, skipped: 1, failed: 2 });
    const { contacts, addresses } = await files.everything();
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
    const importId = await files.dryRun("email,phone\nerika@a.example,+491711234567\n");
    expect((await files.importOf(importId)).planned).toMatchObject({ rejected: 1 });
    const other = await makeOrg(t, "Other");
    const stranger = await makeMember(t, other, "manager");
    const refused = stranger.as.mutation(mutations.apply, { orgId: other, importId });
    expect(await errorOf(refused)).toMatchObject({ code: "not_found" });
  });

  it("leaves what was worked with since the import", async () => {
    const importId = await files.dryRun("name,email\nErika,erika@a.example\nMax,max@a.example\n");
    await files.apply(importId);
    const { contacts } = await files.everything();
    const [erika] = contacts;
    if (erika === undefined) throw new Error("no contact");
    await t.run(async (ctx) => await ctx.db.patch("contacts", erika._id, { timezone: "Europe/Berlin" }));
    await files.undo(importId);
    expect((await files.everything()).contacts).toMatchObject([{ name: "Erika" }]);
    expect((await files.importOf(importId)).result).toMatchObject({ undone: 1, kept: 1 });
    expect(await errorOf(as.mutation(mutations.undo, { orgId, importId }))).toMatchObject({ code: "conflict" });
  });

  it("leaves people somebody noted something about, tagged or merged since", async () => {
    const importId = await files.dryRun("name,email\nA,a@a.example\nB,b@a.example\nC,c@a.example\nD,d@a.example\n");
    await files.apply(importId);
    const ids = (await files.everything()).contacts.map(({ _id }) => _id);
    const [a, b, c, d] = ids;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("no contacts");
    await as.mutation(api.contacts.notes.mutations.add, { orgId, contactId: a, text: "Stammgast", clientId: "n" });
    await as.mutation(api.contacts.edits.mutations.change, { orgId, contactId: b, tags: ["VIP"] });
    await as.mutation(api.contacts.merges.mutations.merge, { orgId, keptId: b, mergedId: c, taken: [] });
    await files.undo(importId);
    expect((await files.everything()).contacts.map(({ _id }) => _id)).toEqual([a, b, c]);
    expect((await files.importOf(importId)).result).toMatchObject({ undone: 1, kept: 3 });
  });

  it("keeps an address somebody wrote from since", async () => {
    await t.run(async (ctx) => await resolveContact(ctx, { orgId, name: "Erika", email: "erika@a.example" }));
    const importId = await files.dryRun("email,whatsapp\nerika@a.example,+491711234567\n");
    await files.apply(importId);
    const key = { orgId, channel: "whatsapp", address: "+491711234567" } as const;
    await t.run(async (ctx) => await notePersonWrote(ctx, key, Date.now()));
    await files.undo(importId);
    expect((await files.everything()).addresses).toHaveLength(2);
    expect((await files.importOf(importId)).result).toMatchObject({ updated: 1, kept: 1 });
  });

  it("forgets the lines after 30 days, and says that it is too late then", async () => {
    const importId = await files.dryRun("name,email\nErika,erika@a.example\n");
    await as.mutation(mutations.apply, { orgId, importId });
    await runJobs(t);
    expect(await errorOf(as.mutation(mutations.undo, { orgId, importId }))).toMatchObject({ code: "conflict" });
  });
});

describe("orders of contacts", () => {
  const HEAD = "Name;E-Mail;Auftragsnummer;Auftragsstatus\n";
  const ERIKA = "Erika;erika@a.example";
  const MAX = "Max;max@a.example";

  it("come one a line, several of one person, and a number again is the same order", async () => {
    const importId = await files.dryRun(`${HEAD}${ERIKA};A-1;offen\n${MAX};;\n${ERIKA};A-2;\n${ERIKA};a-1;versandt\n`);
    expect((await files.importOf(importId)).planned).toEqual({
      create: 2,
      update: 1,
      unchanged: 0,
      repeated: 1,
      rejected: 0,
    });
    expect((await files.everything()).orders).toEqual([]);
    await files.apply(importId);
    expect((await files.importOf(importId)).result).toMatchObject({ created: 2, updated: 1, skipped: 1, failed: 0 });
    expect(await files.ordersOf("Erika")).toEqual([
      ["A-1", "offen"],
      ["A-2", undefined],
    ]);
    const again = await files.dryRun(`${HEAD}${ERIKA};a-1;\n`);
    expect((await files.importOf(again)).planned).toMatchObject({ unchanged: 1 });
    const later = await files.imported(`${HEAD}${ERIKA};a-1;versandt\n${ERIKA};A-2;\n`);
    expect((await files.importOf(later)).result).toMatchObject({ created: 0, updated: 1, skipped: 1 });
    expect(await files.ordersOf("Erika")).toEqual([
      ["A-1", "versandt"],
      ["A-2", undefined],
    ]);
    const contactId = (await files.everything()).contacts.find(({ name }) => name === "Erika")!._id;
    const shown = await as.query(api.contacts.orders.queries.ofContact, {
      orgId,
      contactId,
      paginationOpts: firstPage,
    });
    expect(shown.page).toMatchObject([
      { number: "A-1", status: "versandt" },
      { number: "A-2", status: null },
    ]);
  });

  it("never change hands: a number of somebody else is refused, known or in the same file", async () => {
    await files.imported(`${HEAD}${ERIKA};A-1;offen\n`);
    const importId = await files.dryRun(
      `${HEAD}${MAX};a-1;versandt\n${MAX};B-1;\nLea;lea@a.example;b-1;\nKim;kim@a.example;;x\n`,
    );
    expect((await files.importOf(importId)).planned).toMatchObject({ create: 1, update: 0, repeated: 0, rejected: 3 });
    expect(await problemsOf(importId)).toEqual([
      [2, "order_of_another"],
      [4, "order_of_another"],
      [5, "order_without_number"],
    ]);
    await files.apply(importId);
    expect((await files.importOf(importId)).result).toMatchObject({ created: 1, failed: 3 });
    expect(await files.ordersOf("Erika")).toEqual([["A-1", "offen"]]);
    expect(await files.ordersOf("Max")).toEqual([["B-1", undefined]]);
    expect((await files.everything()).contacts.map(({ name }) => name)).toEqual(["Erika", "Max"]);
  });

  it("are refused, with their line, when somebody else got the number after the dry run", async () => {
    const importId = await files.dryRun(`${HEAD}${MAX};A-1;offen\n`);
    await files.imported(`${HEAD}${ERIKA};A-1;offen\n`);
    await files.apply(importId);
    expect((await files.importOf(importId)).result).toMatchObject({ created: 0, failed: 1 });
    expect((await files.everything()).contacts.map(({ name }) => name)).toEqual(["Erika"]);
    const failed = await as.query(queries.failedRows, { orgId, importId, paginationOpts: firstPage });
    expect(failed.page).toMatchObject([{ line: 2, problem: "order_of_another" }]);
  });

  it("are taken back with the import: made ones go, changed ones get their status back", async () => {
    const first = await files.imported(`${HEAD}${ERIKA};A-1;offen\n`);
    const before = await files.everything();
    const second = await files.imported(`${HEAD}${ERIKA};A-1;versandt\n${ERIKA};A-2;offen\n${MAX};B-1;\n`);
    expect((await files.everything()).orders).toHaveLength(3);
    await files.undo(second);
    expect(await files.everything()).toEqual(before);
    expect((await files.importOf(second)).result).toMatchObject({ undone: 3, kept: 0 });
    await files.undo(first);
    expect(await files.everything()).toEqual({ contacts: [], addresses: [], orders: [] });
  });

  it("stay, and are counted, where another import has changed them since", async () => {
    const first = await files.imported(`${HEAD}${ERIKA};A-1;offen\n${MAX};B-1;offen\n${MAX};B-2;offen\n`);
    await files.imported(`${HEAD}${ERIKA};A-1;versandt\n${MAX};B-2;versandt\n`);
    await files.undo(first);
    expect((await files.importOf(first)).result).toMatchObject({ undone: 0, kept: 3 });
    expect(await files.ordersOf("Erika")).toEqual([["A-1", "versandt"]]);
    expect(await files.ordersOf("Max")).toEqual([
      ["B-1", "offen"],
      ["B-2", "versandt"],
    ]);
  });

  it("go along when two contacts are merged, and are that person's from then on", async () => {
    await files.imported(`${HEAD}${ERIKA};A-1;offen\n${MAX};B-1;\n`);
    const [erika, max] = (await files.everything()).contacts;
    const merge = { orgId, keptId: erika!._id, mergedId: max!._id, taken: [] };
    await as.mutation(api.contacts.merges.mutations.merge, merge);
    expect((await files.ordersOf("Erika")).map(([number]) => number)).toEqual(["A-1", "B-1"]);
    const importId = await files.imported(`${HEAD}${ERIKA};B-1;bezahlt\n`);
    expect((await files.importOf(importId)).result).toMatchObject({ updated: 1, failed: 0 });
  });
});

describe("undoing", () => {
  const person = fc.record({
    name: fc.constantFrom("", "Erika Muster", "Jörg"),
    email: fc.constantFrom("", "a@x.example", "b@x.example", "C@x.example", "nonsense"),
    phone: fc.constantFrom("", "0171 1234567", "+49 171 1234567", "0171 7654321"),
    locale: fc.constantFrom("", "de-DE", "en"),
    order: fc.constantFrom("", "A-1", "a-1", "B-1"),
    status: fc.constantFrom("", "offen", "versandt"),
    orders: fc.constantFrom("", "A-1", "B-1 (offen)|C-1", "C-1 (versandt)|D-1"),
  });
  const linesOf = (
    people: readonly { [key in "name" | "email" | "phone" | "locale" | "order" | "status" | "orders"]: string }[],
  ) =>
    people
      .map(({ name, email, phone, locale, order, status, orders }) =>
        [name, email, phone, locale, "L", order, status, `"${orders.replace("|", ";")}"`].join(";"),
      )
      .join("\n");
  const HEAD = "name;email;phone;locale;größe;order;order status;orders\n";

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
          if (known.length > 0) await files.imported(HEAD + linesOf(known));
          const before = await files.everything();
          const importId = await files.imported(HEAD + linesOf(file));
          await files.undo(importId);
          expect(await files.everything()).toEqual(before);
        },
      ),
      { seed: 7, numRuns: 25 },
    );
  });
});
