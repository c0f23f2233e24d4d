import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { exportTable } from "../../../src/features/contacts/export-rows";
import { type ContactFiles, contactFiles } from "../../../tests/support/contact-files";
import { errorOf } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import { writeCsv } from "../../lib/csv";
import { resolveContact } from "../model";
import { pruneContactRows } from "./model";

// Several orders of a contact in one cell of a file, as the export writes them.

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

const HEAD = "Name;E-Mail;Aufträge\n";
const ERIKA = "Erika;erika@a.example";
const MAX = "Max;max@a.example";

it("come with the contact, and again say nothing new", async () => {
  const importId = await files.imported(`${HEAD}${ERIKA};"A-1 (offen); A-2"\n${MAX};\n`);
  expect((await files.importOf(importId)).result).toMatchObject({ created: 2, updated: 0, failed: 0 });
  expect(await files.ordersOf("Erika")).toEqual([
    ["A-1", "offen"],
    ["A-2", undefined],
  ]);
  const again = await files.dryRun(`${HEAD}${ERIKA};"a-2; a-1"\n`);
  expect((await files.importOf(again)).planned).toMatchObject({ unchanged: 1, update: 0 });
  await files.imported(`${HEAD}${ERIKA};"A-3; A-1 (versandt)"\n`);
  expect(await files.ordersOf("Erika")).toEqual([
    ["A-1", "versandt"],
    ["A-2", undefined],
    ["A-3", undefined],
  ]);
});

it("are refused with their line, which says which order it is", async () => {
  await files.imported(`${HEAD}${ERIKA};A-1\n`);
  const importId = await files.dryRun(
    [
      `${HEAD}${MAX};"B-1; a-1; C-1"`,
      `Lea;lea@a.example;"D-1; ${"x".repeat(257)}"`,
      'Kim;kim@a.example;"E-1, E-2; E-3"',
      'Tom;tom@a.example;"F-1 (a); F-1 (b)"',
      'Ida;ida@a.example;"G-1; G-2"',
      'Jan;jan@a.example;"H-1; g-2"',
      'Ida;ida@a.example;"G-2; G-1"',
      'Ida;ida@a.example;"G-2; G-3"',
    ].join("\n"),
  );
  expect((await files.importOf(importId)).planned).toMatchObject({ create: 1, update: 1, repeated: 1, rejected: 5 });
  const of = { orgId, importId, verdict: "rejected", paginationOpts: firstPage } as const;
  const { page } = await as.query(queries.rows, of);
  expect(page.map(({ line, problem, about }) => [line, problem, about])).toEqual([
    [2, "order_of_another", "a-1"],
    [3, "long_order", `${"x".repeat(59)}…`],
    [4, "unreadable_orders", "E-1, E-2"],
    [5, "order_twice", "F-1"],
    [7, "order_of_another", "g-2"],
  ]);
  await files.apply(importId);
  expect((await files.everything()).contacts.map(({ name }) => name)).toEqual(["Erika", "Ida"]);
  expect((await files.ordersOf("Ida")).map(([number]) => number)).toEqual(["G-1", "G-2", "G-3"]);
});

it("are refused as a whole when somebody else got one of the numbers after the dry run", async () => {
  const importId = await files.dryRun(`${HEAD}${MAX};"B-1; A-1"\n`);
  await files.imported(`${HEAD}${ERIKA};A-1\n`);
  await files.apply(importId);
  const failed = await as.query(queries.failedRows, { orgId, importId, paginationOpts: firstPage });
  expect(failed.page).toMatchObject([{ line: 2, problem: "order_of_another", about: "A-1" }]);
  expect((await files.everything()).orders).toMatchObject([{ number: "A-1" }]);
});

it("are taken back with the import, but for those changed since", async () => {
  const first = await files.imported(`${HEAD}${ERIKA};"A-1 (offen); A-2"\n`);
  const before = await files.everything();
  await files.undo(await files.imported(`${HEAD}${ERIKA};"A-1 (versandt); A-3"\n${MAX};"B-1; B-2"\n`));
  expect(await files.everything()).toEqual(before);
  await files.imported(`${HEAD}${ERIKA};"A-2 (bezahlt)"\n`);
  await files.undo(first);
  expect((await files.importOf(first)).result).toMatchObject({ undone: 0, kept: 1 });
  expect((await files.ordersOf("Erika")).map(([number]) => number)).toEqual(["A-1", "A-2"]);
});

it("are forgotten with the person: no line of a file says which they were", async () => {
  await files.imported(`${HEAD}${ERIKA};"A-1; A-2"\n${MAX};B-1\n`);
  const { contacts } = await files.everything();
  const erase = { orgId, contactId: contacts[0]!._id, cursor: null };
  await t.mutation(internal.contacts.privacy.jobs.erase, erase);
  const left = await t.run(async (ctx) => await ctx.db.query("contactImportOrders").take(5));
  expect(left.map(({ key }) => key)).toEqual(["b-1"]);
});

it("are as many in a call as one transaction takes, and the batches are as large", async () => {
  const line = (person: number) => {
    const orders = Array.from({ length: 150 }, (_, at) => `${person}-${at}`).join("; ");
    return `${person};${person}@a.example;"${orders}"`;
  };
  expect(await errorOf(files.dryRun(`${HEAD}${[1, 2, 3].map(line).join("\n")}\n`))).toMatchObject({ code: "invalid" });
  const importId = await as.mutation(mutations.start, { orgId, fileName: "a.csv", clientId: "large" });
  for (const person of [1, 2, 3]) {
    const written = { email: `${person}@a.example`, orders: line(person).split('"')[1] ?? "", attributes: {} };
    await as.mutation(mutations.stageRows, { orgId, importId, rows: [{ line: person + 1, written }] });
  }
  await as.mutation(mutations.finishReading, { orgId, importId });
  await as.mutation(mutations.apply, { orgId, importId });
  const { jobs } = internal.contacts.imports;
  await t.mutation(jobs.applyBatch, { importId });
  expect(await files.importOf(importId)).toMatchObject({ state: "applying", result: { created: 2 } });
  await t.mutation(jobs.applyBatch, { importId });
  expect(await files.importOf(importId)).toMatchObject({ state: "applied", result: { created: 3 } });
  expect((await files.everything()).orders).toHaveLength(450);
  await files.undo(importId);
  expect(await files.everything()).toEqual({ contacts: [], addresses: [], orders: [] });
  while (await t.run(async (ctx) => await pruneContactRows(ctx, importId)));
  expect(await t.run(async (ctx) => await ctx.db.query("contactImportOrders").take(1))).toEqual([]);
});

it("go out with the export and come back into an empty organisation as they were", async () => {
  const { orders } = api.contacts;
  const add = async (email: string, given: readonly (readonly [string, string])[]) => {
    const contactId = await t.run(async (ctx) => (await resolveContact(ctx, { orgId, name: email, email }))._id);
    for (const [number, status] of given) {
      await as.mutation(orders.mutations.add, { orgId, contactId, number, status });
    }
  };
  await add("erika@a.example", [
    ["=1+1", "in Arbeit (fast fertig)"],
    ["A; 2", ""],
    ['1,5 "Zoll" (neu)', "a; b, c"],
  ]);
  await add("max@a.example", [["B-1", "offen"]]);
  await add("lea@a.example", []);
  const exported = async () => {
    const { page } = await as.query(api.contacts.queries.list, { orgId, text: "", paginationOpts: firstPage });
    const contactIds = page.map(({ id }) => id);
    const of = await as.query(orders.queries.ofContacts, { orgId, contactIds });
    const byName = [...page].sort((a, b) => a.name.localeCompare(b.name));
    const { columns, rows } = exportTable(byName, new Map(of.map((each) => [each.contactId, each.orders])));
    return { text: writeCsv(columns, rows), rows: rows.map((row) => [row[0], row[columns.indexOf("orders")]]) };
  };
  const before = await exported();
  await begin();
  expect((await files.everything()).orders).toEqual([]);
  const importId = await files.imported(before.text);
  expect((await files.importOf(importId)).result).toMatchObject({ created: 3, failed: 0 });
  expect(await files.ordersOf("erika@a.example")).toEqual([
    ['1,5 "Zoll" (neu)', "a; b, c"],
    ["=1+1", "in Arbeit (fast fertig)"],
    ["A; 2", undefined],
  ]);
  expect((await exported()).rows).toEqual(before.rows);
});
