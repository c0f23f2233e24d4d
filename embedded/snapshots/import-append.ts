import type { Value } from "convex/values";
import type { Namespace, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { Slices } from "../slices.ts";
import { commitNow } from "./background-rows.ts";
import { batches } from "./import-batches.ts";
import { patchImport } from "./import-rows.ts";
import { fileDocument, type ImportRun, plannedOf, tellWhenDue } from "./import-run.ts";

/**
 * Adds documents to tables that are in use, a batch per transaction, each with the mark of how far it got: a restart goes
 * on behind it. All of it is tried before the first one is written, so that what the schema refuses changes nothing; what
 * others write in between may still stop it half way, as in Convex.
 */
export async function appendImport(run: ImportRun): Promise<void> {
  const { job, source, signal } = run;
  if (job.appended === 0) await rehearse(run);
  let passed = 0;
  for (const { component, table, documents } of source.tables) {
    const total = plannedOf(run, component, table);
    const slices = new Slices();
    const skip = Math.min(total, Math.max(0, job.appended - passed));
    for await (const batch of batches(documents(), skip, slices, run.clock)) {
      signal.throwIfAborted();
      await addBatch(run, batch.length, (tx) => insertAll(run, tx, { component, table }, batch));
      run.progress.at(`documents into "${table}"`, job.appended - passed, total);
      await slices.pause();
    }
    passed += total;
    run.progress.finished(`documents for "${table}"`, total);
  }
  for (const file of source.files.slice(Math.max(0, job.appended - passed))) {
    signal.throwIfAborted();
    const { uuid, sha256, size } = await run.files.write(file.bytes(), file.sha256 ?? undefined);
    try {
      await addBatch(run, 1, (tx) => {
        requireNoFile(tx, file.component, file.id);
        tx.system.insert(file.component, "_storage", fileDocument(file, sha256, size));
        tx.system.insert(file.component, "_file_storage", { storageId: file.id, uuid });
      });
    } catch (error) {
      await run.files.remove(uuid);
      throw error;
    }
    run.progress.at("files", job.appended - passed, source.files.length);
  }
  await commitNow(run.database, "import", (tx) =>
    patchImport(tx, job.id, { state: { state: "completed", num_rows_written: BigInt(job.appended) } }),
  );
}

async function addBatch(run: ImportRun, count: number, write: (tx: Transaction) => void): Promise<void> {
  const appended = run.job.appended + count;
  await commitNow(run.database, "import", (tx) => {
    write(tx);
    patchImport(tx, run.job.id, { appended });
    if (run.progress.isDue) run.progress.tell(tx);
  });
  run.job.appended = appended;
}

/** Does everything and keeps nothing of it. Throws DeveloperError for what would be refused. */
async function rehearse(run: ImportRun): Promise<void> {
  const { database, source, signal } = run;
  for (const { component, table, documents } of source.tables) {
    const total = plannedOf(run, component, table);
    const slices = new Slices();
    const ids = new Set<Value>();
    let checked = 0;
    for await (const batch of batches(documents(), 0, slices, run.clock)) {
      signal.throwIfAborted();
      requireOnce(batch, ids);
      const tx = database.begin();
      try {
        insertAll(run, tx, { component, table }, batch);
      } finally {
        database.abandon(tx);
      }
      checked += batch.length;
      run.progress.at(`documents into "${table}", a first time to check them`, checked, total);
      await tellWhenDue(run);
      if (!slices.mayGoOn()) await slices.pause();
    }
  }
  const tx = database.begin({ readOnly: true });
  try {
    for (const file of source.files) requireNoFile(tx, file.component, file.id);
  } finally {
    database.abandon(tx);
  }
}

function requireOnce(batch: readonly Record<string, Value>[], ids: Set<Value>): void {
  for (const { _id: id } of batch) {
    if (id === undefined) continue;
    if (ids.has(id)) throw new DeveloperError("DocumentExists", `The ID ${JSON.stringify(id)} is there twice.`);
    ids.add(id);
  }
}

function insertAll(
  { plan }: ImportRun,
  tx: Transaction,
  { component, table }: { component: Namespace; table: string },
  batch: readonly Record<string, Value>[],
): void {
  const planned = plan.tables.filter((one) => one.component === component);
  // All of them: documents refer to each other's tables by number.
  const numbers = planned.flatMap(({ table: name, idNumber, archiveNumber }): [string, number][] => {
    // An empty table's number in an archive binds nothing once the table exists.
    const number = idNumber ?? tx.tableNumber(component, name) ?? archiveNumber;
    return number === null ? [] : [[name, number]];
  });
  tx.imports.setNumbers(component, new Map(numbers));
  for (const document of batch) tx.imports.insert(component, table, document);
}

function requireNoFile(tx: Transaction, component: Namespace, id: string): void {
  if (tx.system.get(component, id) === null) return;
  throw new DeveloperError("DocumentExists", `A file with ID "${id}" already exists.`);
}
