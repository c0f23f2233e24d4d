import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Database, StoredDocument, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { textField } from "../functions/row-fields.ts";
import type { FileStore } from "../storage/file-store.ts";
import { commitNow } from "./background-rows.ts";
import { withSnapshot, writeArchive } from "./export-archive.ts";

// As long as Convex keeps them.
const LIFETIME_MS = 14 * 24 * 60 * 60 * 1000;
const TABLE = "_exports";

export interface ExportServiceOptions {
  database: Database;
  files: FileStore;
  dataDir: string;
  onError: (error: unknown) => void;
}

/**
 * Snapshot exports (convex-facts c.1, `convex export`): one at a time, made beside everything else from one snapshot,
 * kept in `DATA/exports`. The state is a row of `_exports`, so that the CLI can subscribe to it.
 */
export class ExportService {
  readonly #options: ExportServiceOptions;
  readonly #folder: string;
  #running: Promise<void> | null = null;

  constructor(options: ExportServiceOptions) {
    this.#options = options;
    this.#folder = join(options.dataDir, "exports");
  }

  /** After a restart nothing is running any more; what was not finished has failed. */
  async recover(): Promise<void> {
    const unfinished = await commitNow(this.#options.database, "export", (tx) =>
      exportRows(tx)
        .filter((row) => isUnfinished(row))
        .map((row) => {
          tx.system.patch("", row.id, { state: "failed" });
          return textField(row, "zip_object_key");
        }),
    );
    await Promise.all(unfinished.map((file) => rm(join(this.#folder, file), { force: true })));
  }

  /** Begins an export. Throws DeveloperError 409 `ExportInProgress`. */
  async request(includeStorage: boolean): Promise<void> {
    if (this.#running !== null) {
      throw new DeveloperError("ExportInProgress", "There is already an export requested or in progress.", 409);
    }
    // Set before the first pause, so that a second request meets it.
    let begun = () => {};
    const ready = new Promise<void>((resolve) => (begun = resolve));
    this.#running = this.#run(includeStorage, begun).finally(() => {
      this.#running = null;
      begun();
    });
    await ready;
  }

  /** The archive of a finished export, by its timestamp or row id. Throws DeveloperError 404 `ExportNotFound`. */
  async open(name: string): Promise<{ fileName: string; size: number; stream: () => Readable }> {
    const row = await withSnapshot(this.#options.database, async (tx) =>
      exportRows(tx).find((row) => row.id === name || textField(row, "zip_object_key") === `${name}.zip`),
    );
    const path = row === undefined ? null : join(this.#folder, textField(row, "zip_object_key"));
    const info = path === null ? null : await stat(path).catch(() => null);
    if (row?.value["state"] !== "completed" || path === null || info === null) {
      throw new DeveloperError("ExportNotFound", "There is no such export, or it has expired.", 404);
    }
    const fileName = `snapshot_${textField(row, "zip_object_key")}`;
    return { fileName, size: info.size, stream: () => createReadStream(path) };
  }

  /** Resolves when nothing is being written. */
  async close(): Promise<void> {
    await this.#running;
  }

  async #run(includeStorage: boolean, begun: () => void): Promise<void> {
    const { database, files, onError } = this.#options;
    try {
      await this.#removeExpired();
      await withSnapshot(database, async (snapshot) => {
        const file = `${snapshot.beginTs}.zip`;
        const row = { state: "in_progress", start_ts: snapshot.beginTs, zip_object_key: file, include_storage: includeStorage }; // prettier-ignore
        const id = await commitNow(database, "export", (tx) => tx.system.insert("", TABLE, row));
        begun();
        const setState = (state: Record<string, string | bigint>) =>
          commitNow(database, "export", (tx) => tx.system.patch("", id, state));
        try {
          await mkdir(this.#folder, { recursive: true, mode: 0o700 });
          await writeArchive(join(this.#folder, file), snapshot, includeStorage ? files : null);
          await setState({ state: "completed", complete_ts: database.latestTs });
        } catch (error) {
          onError(error);
          await rm(join(this.#folder, file), { force: true });
          await setState({ state: "failed" });
        }
      });
    } catch (error) {
      onError(error);
    }
  }

  async #removeExpired(): Promise<void> {
    const before = Date.now() - LIFETIME_MS;
    const expired = await commitNow(this.#options.database, "export", (tx) =>
      exportRows(tx)
        .filter(({ value }) => Number(value["start_ts"]) / 1e6 < before)
        .map((row) => {
          tx.system.remove("", row.id);
          return textField(row, "zip_object_key");
        }),
    );
    await Promise.all(expired.map((file) => rm(join(this.#folder, file), { force: true })));
  }
}

/** The newest export's row, or null: what the CLI subscribes to. */
export function latestExport(tx: Transaction): StoredDocument | null {
  return tx.system.rows("", TABLE, "by_creation_time", [], { order: "desc", limit: 1 })[0] ?? null;
}

function exportRows(tx: Transaction): StoredDocument[] {
  return tx.system.rows("", TABLE, "by_creation_time", []);
}

function isUnfinished({ value }: StoredDocument): boolean {
  return value["state"] !== "completed" && value["state"] !== "failed";
}
