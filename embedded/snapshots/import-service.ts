import { join } from "node:path";
import type { JSONValue, Value } from "convex/values";
import type { Database, Namespace, StoredDocument, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { textField } from "../functions/row-fields.ts";
import type { FileStore, StoredBytes } from "../storage/file-store.ts";
import { tryDecodeId } from "../value/ids.ts";
import { commitNow } from "./background-rows.ts";
import {
  applyImport, changeSummary, countDocuments, IMPORT_MODES, type ImportMode, loadTables, planChanges,
} from "./import-apply.ts"; // prettier-ignore
import { IMPORT_FORMATS, type ImportFile, type ImportFormat, type ImportSource, openImport } from "./import-source.ts";
import { UploadParts } from "./upload-parts.ts";

const TABLE = "_snapshot_imports";
const LISTED = 100;

/** The states of convex-facts c.1, `convex import`. */
type ImportState =
  | { state: "uploaded" }
  | { state: "waiting_for_confirmation"; message_to_confirm: string; require_manual_confirmation: boolean }
  | { state: "in_progress"; progress_message: string; checkpoint_messages: string[] }
  | { state: "completed"; num_rows_written: bigint }
  | { state: "failed"; error_message: string };

interface ImportJob {
  id: string;
  uploadToken: string;
  path: string;
  format: ImportFormat;
  mode: ImportMode;
  component: Namespace;
  table: string | null;
}

export interface ImportServiceOptions {
  database: Database;
  files: FileStore;
  dataDir: string;
  onError: (error: unknown) => void;
}

/**
 * Imports (convex-facts c.1): upload in parts, read everything once and say what would change, wait for the
 * confirmation, then change it in one transaction. The state is a row of `_snapshot_imports`, which the CLI watches.
 */
export class ImportService {
  readonly uploads: UploadParts;
  readonly #options: ImportServiceOptions;
  readonly #jobs = new Map<string, ImportJob>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: ImportServiceOptions) {
    this.#options = options;
    this.uploads = new UploadParts(join(options.dataDir, "imports"));
  }

  /** Uploads do not outlive the process; what was not finished has failed. */
  async recover(): Promise<void> {
    await this.uploads.removeAll();
    await commitNow(this.#options.database, "import", (tx) => {
      for (const row of importRows(tx)) {
        if (isFinished(stateOf(row))) continue;
        const state = { state: "failed", error_message: "The backend was restarted. Import again." };
        tx.system.patch("", row.id, { state });
      }
    });
  }

  /** Registers an uploaded file and begins to read it. Answers the import's id. Throws DeveloperError. */
  async begin(request: JSONValue | undefined, uploadToken: string, partTokens: readonly string[]): Promise<string> {
    const settings = parseRequest(request);
    const path = await this.uploads.join(uploadToken, partTokens);
    const { component, table, ...plain } = settings;
    const row = { ...plain, component_path: component, table_name: table, state: { state: "uploaded" } };
    const id = await commitNow(this.#options.database, "import", (tx) => tx.system.insert("", TABLE, row));
    const job = { id, uploadToken, path, ...settings };
    this.#jobs.set(id, job);
    this.#inBackground(job, (source) => this.#check(job, source));
    return id;
  }

  /** Carries out a confirmed import, in the background. Throws DeveloperError `ImportNotWaiting`. */
  async perform(id: string): Promise<void> {
    const job = this.#requireWaiting(id);
    await this.#setState(id, { state: "in_progress", progress_message: "Importing", checkpoint_messages: [] });
    this.#inBackground(job, (source) => this.#perform(job, source));
  }

  /** Gives up an import that waits. Throws DeveloperError `ImportNotWaiting`. */
  async cancel(id: string): Promise<void> {
    await this.#end(this.#requireWaiting(id), { state: "failed", error_message: "Import canceled" });
  }

  /** Resolves when nothing is being read or written. */
  async close(): Promise<void> {
    await Promise.all(this.#running);
  }

  #inBackground(job: ImportJob, work: (source: ImportSource) => Promise<void>): void {
    const run = async () => {
      try {
        const source = await openImport(job.path, job.format, job);
        try {
          await work(source);
        } finally {
          await source.close();
        }
      } catch (error) {
        if (!(error instanceof DeveloperError)) this.#options.onError(error);
        const message = error instanceof DeveloperError ? error.message : "The import failed. See the backend's log.";
        await this.#end(job, { state: "failed", error_message: message });
      }
    };
    const running = run()
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #check(job: ImportJob, source: ImportSource): Promise<void> {
    const { database } = this.#options;
    const counts = await countDocuments(source);
    const tx = database.begin({ readOnly: true });
    try {
      const changes = planChanges(tx, source, counts, job.mode, job.component);
      await this.#setState(job.id, {
        state: "waiting_for_confirmation",
        message_to_confirm: changeSummary(changes),
        require_manual_confirmation: changes.some((change) => change.delete > 0),
      });
    } finally {
      database.abandon(tx);
    }
  }

  async #perform(job: ImportJob, source: ImportSource): Promise<void> {
    const { database, files } = this.#options;
    const counts = await countDocuments(source);
    const tables = await loadTables(source);
    const stored: { file: ImportFile; bytes: StoredBytes }[] = [];
    try {
      for (const file of source.files) {
        stored.push({ file, bytes: await files.write(file.bytes(), file.sha256 ?? undefined) });
      }
      const { written, obsolete } = await commitNow(database, "import", (tx) => {
        // Planned again: others may have written since the question was asked.
        const changes = planChanges(tx, source, counts, job.mode, job.component);
        return applyImport(tx, changes, tables, stored);
      });
      await this.#end(job, { state: "completed", num_rows_written: BigInt(written) });
      await Promise.all(obsolete.map((uuid) => files.remove(uuid)));
    } catch (error) {
      await Promise.all(stored.map(({ bytes }) => files.remove(bytes.uuid)));
      throw error;
    }
  }

  #requireWaiting(id: string): ImportJob {
    const job = this.#jobs.get(id);
    const { database } = this.#options;
    const tx = database.begin({ readOnly: true });
    try {
      const row = job === undefined ? null : tx.system.get("", id);
      if (job !== undefined && row !== null && stateOf(row) === "waiting_for_confirmation") return job;
    } finally {
      database.abandon(tx);
    }
    throw new DeveloperError("ImportNotWaiting", `Import ${id} is not waiting for confirmation.`);
  }

  async #setState(id: string, state: ImportState): Promise<void> {
    await commitNow(this.#options.database, "import", (tx) =>
      tx.system.patch("", id, { state: state as unknown as Value }),
    );
  }

  async #end(job: ImportJob, state: ImportState): Promise<void> {
    this.#jobs.delete(job.id);
    await this.#setState(job.id, state);
    await this.uploads.remove(job.uploadToken);
  }
}

/** The row of one import, or null for an id that is none. */
export function findImport(tx: Transaction, id: string): StoredDocument | null {
  const row = tryDecodeId(id) === null ? null : tx.system.get("", id);
  return row?.table === TABLE ? row : null;
}

/** The newest imports first. */
export function listImports(tx: Transaction): StoredDocument[] {
  return importRows(tx, LISTED);
}

function importRows(tx: Transaction, limit?: number): StoredDocument[] {
  return tx.system.rows("", TABLE, "by_creation_time", [], { order: "desc", limit });
}

function stateOf(row: StoredDocument): string {
  const { state } = row.value;
  const name = typeof state === "object" && state !== null ? (state as Record<string, Value>)["state"] : null;
  return typeof name === "string" ? name : textField(row, "state");
}

function isFinished(state: string): boolean {
  return state === "completed" || state === "failed";
}

function parseRequest(json: JSONValue | undefined): Pick<ImportJob, "format" | "mode" | "component" | "table"> {
  const fields = typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
  const format = IMPORT_FORMATS.find((known) => known === fields["format"]);
  const mode = IMPORT_MODES.find((known) => known === fields["mode"]);
  if (format === undefined)
    throw new DeveloperError("InvalidImport", "`format` must be csv, jsonLines, jsonArray or zip");
  if (mode === undefined) throw new DeveloperError("InvalidImport", "`mode` must be append, replace, replaceAll or requireEmpty"); // prettier-ignore
  const { componentPath, tableName } = fields;
  const table = typeof tableName === "string" ? tableName : null;
  if (table?.startsWith("_") === true)
    throw new DeveloperError("InvalidTableName", `Cannot import into table ${table}.`);
  return { format, mode, component: typeof componentPath === "string" ? componentPath : "", table };
}
