import { setImmediate as nextTurn } from "node:timers/promises";
import type { Value } from "convex/values";
import type { Database, HiddenTable, Namespace, WantedTable } from "../database/types.ts";
import { textField } from "../functions/row-fields.ts";
import { Slices } from "../slices.ts";
import type { FileStore } from "../storage/file-store.ts";
import { commitNow } from "./background-rows.ts";
import { batches } from "./import-batches.ts";
import { planChanges } from "./import-plan.ts";
import { patchImport } from "./import-rows.ts";
import { fileDocument, type ImportRun, plannedOf, tellWhenDue } from "./import-run.ts";
import type { ImportFile } from "./import-source.ts";

// Files whose names are read at once.
const PAGE_ROWS = 100;

/**
 * Fills hidden tables, then puts them in the place of the old ones in one transaction: readers see all of it or nothing,
 * and until then nobody waits for it. After a crash it goes on with what is there. Throws DeveloperError
 * `SchemaChanged` when a push came between; it may then be tried again.
 */
export async function replaceWithImport(run: ImportRun): Promise<void> {
  const { database, job, plan, source, signal } = run;
  const hidden = database.hidden.open(job.id, wantedTables(run));
  const find = (component: Namespace, name: string): HiddenTable => {
    const found = hidden.find(({ ns, table }) => ns === component && table === name);
    if (found === undefined) throw new Error(`There is no hidden table "${name}"`);
    return found;
  };
  for (const { component, table, documents } of source.tables) {
    await fill(run, find(component, table), documents(), plannedOf(run, component, table));
  }
  for (const { component } of plan.files) {
    const tables = { storage: find(component, "_storage"), secrets: find(component, "_file_storage") };
    await storeFiles(run, tables, source.files.filter((file) => file.component === component)); // prettier-ignore
  }
  signal.throwIfAborted();
  for (const uuid of await switchOver(run, hidden)) await run.files.remove(uuid);
}

/** Deletes what was staged, bytes of files included. */
export async function discardHidden(database: Database, files: FileStore, id: string): Promise<void> {
  const uuids: string[] = [];
  for (const table of database.hidden.of(id)) {
    if (table.table === "_file_storage") for await (const uuid of uuidsIn(table)) uuids.push(uuid);
  }
  database.hidden.discard(id);
  for (const uuid of uuids) await files.remove(uuid);
}

/** The number inside the ids decides; without ids that of the table there is, then that of the archive. */
function wantedTables({ database, plan }: ImportRun): WantedTable[] {
  const tx = database.begin({ readOnly: true });
  const tables = plan.tables.map(({ component: ns, table, idNumber, archiveNumber }) => ({
    ns,
    table,
    number: idNumber ?? tx.tableNumber(ns, table) ?? archiveNumber,
  }));
  database.abandon(tx);
  const files = plan.files.flatMap(({ component: ns }) =>
    ["_storage", "_file_storage"].map((table) => ({ ns, table, number: null })),
  );
  return [...tables, ...files];
}

async function fill(
  run: ImportRun,
  target: HiddenTable,
  documents: AsyncIterable<Record<string, Value>>,
  total: number,
): Promise<void> {
  const slices = new Slices();
  const name = `"${target.table}"`;
  for await (const batch of batches(documents, target.documents, slices, run.clock)) {
    run.signal.throwIfAborted();
    target.insert(batch);
    run.progress.at(`documents into ${name}`, target.documents, total);
    await tellWhenDue(run);
    if (!slices.mayGoOn()) await slices.pause();
  }
  run.progress.finished(`documents for ${name}`, target.documents);
}

async function storeFiles(
  run: ImportRun,
  { storage, secrets }: { storage: HiddenTable; secrets: HiddenTable },
  files: readonly ImportFile[],
): Promise<void> {
  for (const file of files.slice(storage.documents)) {
    run.signal.throwIfAborted();
    const { uuid, sha256, size } = await run.files.write(file.bytes(), file.sha256 ?? undefined);
    try {
      // Both in one turn: on disk at once or not at all.
      storage.insert([fileDocument(file, sha256, size)]);
      secrets.insert([{ storageId: file.id, uuid }]);
    } catch (error) {
      await run.files.remove(uuid);
      throw error;
    }
    run.progress.at("files", storage.documents, files.length);
    await tellWhenDue(run);
  }
  run.progress.finished("files", storage.documents);
}

/** Answers the files whose bytes nothing names any more. */
async function switchOver(run: ImportRun, hidden: readonly HiddenTable[]): Promise<string[]> {
  const { database, job, plan } = run;
  const replacesFiles = job.mode === "replace" || job.mode === "replaceAll";
  const components = replacesFiles ? plan.files.map(({ component }) => component) : [];
  const obsolete: string[] = [];
  for (const component of components) obsolete.push(...(await fileNames(database, component)));
  return commitNow(database, "import", (tx) => {
    // Planned again: others may have written since the question was asked.
    const changes = planChanges(tx, plan, job.mode, job.component);
    const written = changes.reduce((sum, { create }) => sum + create, 0);
    for (const ns of new Set(changes.map(({ component }) => component))) {
      const cleared = changes.filter((change) => change.component === ns && change.create === 0);
      const none = cleared.map(({ table }): [string, null] => [table, null]);
      const filled = hidden.filter((table) => table.ns === ns).map((table): [string, HiddenTable] => [table.table, table]); // prettier-ignore
      tx.imports.replaceTables(ns, new Map<string, HiddenTable | null>([...none, ...filled]));
    }
    patchImport(tx, job.id, { state: { state: "completed", num_rows_written: BigInt(written) } });
    return obsolete;
  });
}

/** The secret names of a component's files. Those that come meanwhile are found by the next start (`orphans.ts`). */
async function fileNames(database: Database, component: Namespace): Promise<string[]> {
  const uuids: string[] = [];
  for (;;) {
    const tx = database.begin({ readOnly: true });
    const range = { gt: uuids.at(-1), limit: PAGE_ROWS };
    const rows = tx.system.rows(component, "_file_storage", "by_uuid", [], range);
    database.abandon(tx);
    uuids.push(...rows.map((row) => textField(row, "uuid")));
    if (rows.length < PAGE_ROWS) return uuids;
    await nextTurn();
  }
}

async function* uuidsIn(table: HiddenTable): AsyncGenerator<string> {
  let after: string | null = null;
  for (;;) {
    const page = table.page(after, PAGE_ROWS);
    for (const row of page) yield textField(row, "uuid");
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE_ROWS) return;
    await nextTurn();
  }
}
