import { join } from "node:path";
import type { JSONValue } from "convex/values";
import type { Clock } from "../clock.ts";
import type { Database, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import type { FileStore } from "../storage/file-store.ts";
import { commitNow } from "./background-rows.ts";
import { appendImport } from "./import-append.ts";
import { changeSummary, IMPORT_MODES, planChanges, planImport } from "./import-plan.ts";
import { ImportProgress } from "./import-progress.ts";
import { discardHidden, replaceWithImport } from "./import-replace.ts";
import { type ImportJob, type ImportState, insertImport, patchImport, readImport, unfinishedImports } from "./import-rows.ts"; // prettier-ignore
import type { ImportRun } from "./import-run.ts";
import { IMPORT_FORMATS, type ImportSource, openImport } from "./import-source.ts";
import { UploadParts } from "./upload-parts.ts";

// How often an import is begun again because a push has changed the schema under it.
const SCHEMA_TRIES = 3;

// Restarts in a row between which an import has not got on: then it is what ends the process.
const VAIN_RESUMES = 3;

// An upload that nobody confirms takes room; a person has gone home by then.
const WAITS_FOR_CONFIRMATION_MS = 24 * 60 * 60 * 1000;

export interface ImportServiceOptions {
  database: Database;
  files: FileStore;
  clock: Pick<Clock, "nowMs">;
  dataDir: string;
  onError: (error: unknown) => void;
}

/**
 * Imports (convex-facts c.1): upload in parts, read everything once and say what would change, wait for the
 * confirmation, then carry it out beside everything else. The state is a row of `_snapshot_imports`, which the CLI
 * watches and which outlives the process: a restart takes up what was not finished.
 */
export class ImportService {
  readonly uploads: UploadParts;
  readonly #options: ImportServiceOptions;
  readonly #running = new Map<string, { ended: Promise<void>; aborter: AbortController }>();

  constructor(options: ImportServiceOptions) {
    this.#options = options;
    this.uploads = new UploadParts(join(options.dataDir, "imports"));
  }

  /** Takes up what the last process left; answers whether there was anything. */
  async recover(): Promise<boolean> {
    const { database } = this.#options;
    const jobs = this.#read(unfinishedImports);
    for (const job of jobs) await this.#takeUp(job);
    const left = this.#read(unfinishedImports);
    database.hidden.keepOnly(new Set(left.map(({ id }) => id)));
    await this.uploads.removeForgotten(new Set(left.map(({ uploadToken }) => uploadToken)));
    return left.length > 0;
  }

  /** Registers an uploaded file and begins to read it. Answers the import's id. Throws DeveloperError. */
  async begin(request: JSONValue | undefined, uploadToken: string, partTokens: readonly string[]): Promise<string> {
    const settings = parseRequest(request);
    await this.#giveUpForgotten();
    await this.uploads.join(uploadToken, partTokens);
    const { database } = this.#options;
    const id = await commitNow(database, "import", (tx) => insertImport(tx, { ...settings, uploadToken }));
    this.#inBackground(this.#require(id), (job, source, signal) => this.#check(job, source, signal));
    return id;
  }

  /** Carries out a confirmed import, in the background. Throws DeveloperError `ImportNotWaiting`. */
  async perform(id: string): Promise<void> {
    const job = this.#requireWaiting(id);
    await commitNow(this.#options.database, "import", (tx) => new ImportProgress(job).tell(tx));
    this.#inBackground(this.#require(id), (next, source, signal) => this.#perform(next, source, signal));
  }

  /** Gives up an import that waits or runs. Throws DeveloperError `ImportNotWaiting`. */
  async cancel(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return this.#end(this.#requireWaiting(id), CANCELED);
    running.aborter.abort(new DeveloperError("ImportCanceled", CANCELED.error_message));
    await running.ended;
  }

  /** Stops what runs where it is; the next process goes on. */
  async close(): Promise<void> {
    for (const { aborter } of this.#running.values()) aborter.abort(new Interrupted());
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #takeUp(job: ImportJob): Promise<void> {
    const { database } = this.#options;
    const path = job.uploadToken === "" ? null : await this.uploads.find(job.uploadToken);
    if (path === null) {
      return this.#end(job, { state: "failed", error_message: "The backend was restarted. Import again." });
    }
    if (job.state.state === "waiting_for_confirmation") return;
    if (job.resumes >= VAIN_RESUMES) {
      const message = `The backend ended ${VAIN_RESUMES} times while it worked on this import. Import again.`;
      return this.#end(job, { state: "failed", error_message: message });
    }
    await commitNow(database, "import", (tx) => patchImport(tx, job.id, { resumes: job.resumes + 1 }));
    const isRunning = job.state.state === "in_progress";
    this.#inBackground(job, (next, source, signal) =>
      isRunning ? this.#perform(next, source, signal) : this.#check(next, source, signal),
    );
  }

  #inBackground(
    job: ImportJob,
    work: (job: ImportJob, source: ImportSource, signal: AbortSignal) => Promise<void>,
  ): void {
    const aborter = new AbortController();
    const run = async () => {
      try {
        const path = await this.uploads.find(job.uploadToken);
        if (path === null) throw new DeveloperError("UploadLost", "The uploaded file is gone. Import again.");
        const source = await openImport(path, job.format, job);
        try {
          await work(job, source, aborter.signal);
        } finally {
          await source.close();
        }
      } catch (error) {
        if (error instanceof Interrupted) return;
        if (!(error instanceof DeveloperError)) this.#options.onError(error);
        const message = error instanceof DeveloperError ? error.message : "The import failed. See the backend's log.";
        await this.#end(job, { state: "failed", error_message: message });
      }
    };
    const running = { ended: Promise.resolve(), aborter };
    this.#running.set(job.id, running);
    running.ended = run()
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => {
        // By now it may have been confirmed, and be carried out.
        if (this.#running.get(job.id) === running) this.#running.delete(job.id);
      });
  }

  async #check(job: ImportJob, source: ImportSource, signal: AbortSignal): Promise<void> {
    const plan = await planImport(source, signal);
    await commitNow(this.#options.database, "import", (tx) => {
      const changes = planChanges(tx, plan, job.mode, job.component);
      const state: ImportState = {
        state: "waiting_for_confirmation",
        message_to_confirm: changeSummary(changes),
        require_manual_confirmation: changes.some((change) => change.delete > 0),
      };
      patchImport(tx, job.id, { state, plan, resumes: 0 });
    });
  }

  async #perform(job: ImportJob, source: ImportSource, signal: AbortSignal): Promise<void> {
    const { plan } = job;
    if (plan === null) throw new Error(`Import ${job.id} was confirmed without a plan`);
    const progress = new ImportProgress(job);
    const run: ImportRun = { ...this.#options, job, plan, source, progress, signal };
    if (job.mode === "append") await appendImport(run);
    else await this.#replace(run);
    await this.uploads.remove(job.uploadToken);
  }

  async #replace(run: ImportRun): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await replaceWithImport(run);
      } catch (error) {
        const isOvertaken = error instanceof DeveloperError && error.code === "SchemaChanged";
        if (!isOvertaken || attempt === SCHEMA_TRIES) throw error;
        await discardHidden(run.database, run.files, run.job.id);
      }
    }
  }

  #requireWaiting(id: string): ImportJob {
    const job = this.#read((tx) => readImport(tx, id));
    if (job?.state.state === "waiting_for_confirmation") return job;
    throw new DeveloperError("ImportNotWaiting", `Import ${id} is not waiting for confirmation.`);
  }

  #require(id: string): ImportJob {
    const job = this.#read((tx) => readImport(tx, id));
    if (job === null) throw new Error(`Import ${id} has lost its row`);
    return job;
  }

  #read<T>(look: (tx: Transaction) => T): T {
    const { database } = this.#options;
    const tx = database.begin({ readOnly: true });
    try {
      return look(tx);
    } finally {
      database.abandon(tx);
    }
  }

  async #giveUpForgotten(): Promise<void> {
    const before = this.#options.clock.nowMs() - WAITS_FOR_CONFIRMATION_MS;
    const forgotten = this.#read(unfinishedImports).filter(
      ({ state, createdMs }) => state.state === "waiting_for_confirmation" && createdMs < before,
    );
    for (const job of forgotten) {
      await this.#end(job, { state: "failed", error_message: "Nobody confirmed the import for a day. Import again." });
    }
  }

  async #end(job: ImportJob, state: ImportState): Promise<void> {
    const { database, files } = this.#options;
    await discardHidden(database, files, job.id);
    await commitNow(database, "import", (tx) => patchImport(tx, job.id, { state }));
    if (job.uploadToken !== "") await this.uploads.remove(job.uploadToken);
  }
}

const CANCELED = { state: "failed", error_message: "Import canceled" } as const;

/** The process is ending; the import is not. */
class Interrupted extends Error {}

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
