import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { CONTACT_COLUMNS, writtenContact } from "../../convex/contacts/imports/columns";
import { guessTargets, readTable } from "../../convex/lib/csv";
import { setupConvex } from "./convex";
import { makeMember, makeOrg } from "./members";

const { mutations, queries } = api.contacts.imports;

export type ContactFiles = Awaited<ReturnType<typeof contactFiles>>;

/** A new organisation, files of contacts that its manager imports as the browser does it, and what became of them. */
export async function contactFiles() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId, "manager");
  let files = 0;
  const importOf = async (importId: Id<"contactImports">) => await as.query(queries.get, { orgId, importId });
  const dryRun = async (text: string) => {
    const read = readTable(text);
    if (!read.ok) throw new Error(read.problem);
    const { table } = read;
    const targets = guessTargets(table.headings, CONTACT_COLUMNS, { groesse: "attribute", größe: "attribute" });
    const rows = table.rows.map(({ line, cells }) => ({
      line,
      written: writtenContact(cells, table.headings, targets),
    }));
    const importId = await as.mutation(mutations.start, { orgId, fileName: "people.csv", clientId: `file-${++files}` });
    await as.mutation(mutations.stageRows, { orgId, importId, country: "DE", rows });
    await as.mutation(mutations.finishReading, { orgId, importId });
    return importId;
  };
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
  const imported = async (text: string) => {
    const importId = await dryRun(text);
    await apply(importId);
    return importId;
  };
  const everything = async () =>
    await t.run(async (ctx) => ({
      contacts: await ctx.db.query("contacts").take(500),
      addresses: await ctx.db.query("contactAddresses").take(500),
      orders: await ctx.db.query("orders").take(500),
    }));
  const ordersOf = async (name: string) => {
    const { contacts, orders } = await everything();
    const owner = contacts.find((contact) => contact.name === name);
    return orders.filter(({ contactId }) => contactId === owner?._id).map(({ number, status }) => [number, status]);
  };
  return { t, orgId, as, importOf, dryRun, apply, undo, imported, everything, ordersOf };
}
