import { open } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { convexToJson } from "convex/values";
import type { Database, Namespace, StoredDocument, Transaction } from "../database/types.ts";
import { readDeployment } from "../functions/deployment.ts";
import { textField } from "../functions/row-fields.ts";
import { findFile } from "../storage/file-rows.ts";
import type { FileStore } from "../storage/file-store.ts";
import { toExportJson } from "./export-json.ts";
import { ZipWriter } from "./zip-writer.ts";

// Documents read between two looks at the event loop: well under a millisecond of work.
const PAGE_ROWS = 100;

const README = `# Welcome to your Convex snapshot export!

This ZIP file contains a snapshot of the tables in your Convex deployment.

Documents for each table are listed as lines of JSON in <table_name>/documents.jsonl files.
Numbers with a decimal point are float64, those without are int64.

Import it again with \`npx convex import <file>\`.
`;

/** Writes everything that `tx` sees into a new archive at `path`, in the layout of convex-facts c.3. */
export async function writeArchive(path: string, tx: Transaction, files: FileStore | null): Promise<void> {
  const zip = await ZipWriter.create(path);
  try {
    await zip.add("README.md", [README]);
    const components = readDeployment(tx)?.components.map((component) => component.path) ?? [];
    for (const ns of new Set(["", ...components])) await addComponent(zip, tx, ns, files);
  } catch (error) {
    await zip.abort();
    throw error;
  }
  await zip.finish();
}

async function addComponent(zip: ZipWriter, tx: Transaction, ns: Namespace, files: FileStore | null): Promise<void> {
  const folder = componentFolder(ns);
  const tables = tx.listTables(ns).map((name) => ({ name, id: tx.tableNumber(ns, name) }));
  if (ns === "" || tables.length > 0) {
    await zip.add(`${folder}_tables/documents.jsonl`, tables.map((table) => `${JSON.stringify(table)}\n`)); // prettier-ignore
  }
  for (const { name } of tables) {
    await zip.add(`${folder}${name}/documents.jsonl`, documentLines(tx, ns, name));
    await zip.add(`${folder}${name}/generated_schema.jsonl`, ['"uniform"\n']);
  }
  if (files !== null) await addFiles(zip, tx, ns, files);
}

/** Where a component's files are inside an archive: "" or "_components/a/_components/b/". */
function componentFolder(ns: Namespace): string {
  return ns === "" ? "" : ns.split("/").map((name) => `_components/${name}/`).join(""); // prettier-ignore
}

async function* documentLines(tx: Transaction, ns: Namespace, table: string): AsyncGenerator<string> {
  for await (const page of pages(tx, ns, table)) yield page.map(({ value }) => `${toExportJson(value)}\n`).join("");
}

async function* pages(tx: Transaction, ns: Namespace, table: string): AsyncGenerator<StoredDocument[]> {
  let after: string | undefined;
  for (;;) {
    const page = tx.system.rows(ns, table, "by_id", [], { gt: after, limit: PAGE_ROWS });
    if (page.length > 0) yield page;
    if (page.length < PAGE_ROWS) return;
    after = page.at(-1)?.id;
    await nextTurn();
  }
}

async function addFiles(zip: ZipWriter, tx: Transaction, ns: Namespace, files: FileStore): Promise<void> {
  const folder = `${componentFolder(ns)}_storage/`;
  const lines: string[] = [];
  for await (const page of pages(tx, ns, "_storage")) {
    for (const document of page) {
      const file = findFile(tx, ns, document.id);
      const handle = file === null ? null : await openOrNull(files.path(file.uuid));
      // Deleted since the snapshot: the bytes are gone, so the file is left out.
      if (file === null || handle === null) continue;
      await zip.add(`${folder}${document.id}`, handle.createReadStream());
      lines.push(`${JSON.stringify({ ...fileMetadata(document), internalId: file.uuid })}\n`);
    }
  }
  if (lines.length > 0) await zip.add(`${folder}documents.jsonl`, lines);
}

function fileMetadata(document: StoredDocument): Record<string, unknown> {
  const { _creationTime, contentType, size } = document.value;
  return {
    _id: document.id,
    _creationTime: convexToJson(_creationTime ?? null),
    sha256: textField(document, "sha256"),
    size: convexToJson(size ?? null),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

async function openOrNull(path: string) {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A snapshot of the latest state, for as long as `work` takes. */
export async function withSnapshot<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const tx = database.begin({ readOnly: true });
  try {
    return await work(tx);
  } finally {
    database.abandon(tx);
  }
}
