import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Database, Namespace, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { deleteFile, fileUrl, findFile, insertFile } from "./file-rows.ts";
import type { FileRecord } from "./file-rows.ts";
import { FileStore, isUuid } from "./file-store.ts";
import { UploadTokens } from "./upload-tokens.ts";

export interface StorageOptions {
  database: Database;
  clock: Clock;
  dataDir: string;
  cloudOrigin: string;
}

/** Headers of an upload that matter (convex-facts b.4). */
export interface UploadHeaders {
  contentType: string | null;
  /** `sha-256=<base64>`. */
  digest: string | null;
}

/** A file that can be read; `sha256` is base64. */
export interface OpenFile {
  size: number;
  sha256: string;
  contentType: string | null;
  /** Both ends included; the whole file without. */
  stream(range?: { start: number; end: number }): Readable;
}

const DIGEST = /^sha-256=(.+)$/i;

/** File storage: bytes in `DATA/storage`, metadata in the transactional store (convex-facts b.4, d.8). */
export class Storage {
  readonly files: FileStore;
  readonly #options: StorageOptions;
  readonly #tokens: UploadTokens;

  constructor(options: StorageOptions) {
    const directory = join(options.dataDir, "storage");
    this.#options = options;
    this.files = new FileStore(directory);
    this.#tokens = new UploadTokens(directory);
  }

  /** The URL that takes one upload for the component during the next hour. */
  uploadUrl(component: Namespace, nowMs: number): string {
    return `${this.#options.cloudOrigin}/api/storage/upload?token=${this.#tokens.issue(component, nowMs)}`;
  }

  urlOf(component: Namespace, file: FileRecord): string {
    return fileUrl(this.#options.cloudOrigin, component, file);
  }

  /**
   * Takes the body of a POST to an upload URL; answers the storage id once it is durable. Throws DeveloperError:
   * `StorageTokenInvalid`, `StorageTokenExpired` (401), `BadDigest` (400).
   */
  async storeUpload(token: string, body: AsyncIterable<Uint8Array>, headers: UploadHeaders): Promise<string> {
    const component = this.#tokens.verify(token, this.#options.clock.nowMs());
    const digest = headers.digest === null ? undefined : DIGEST.exec(headers.digest)?.[1];
    if (headers.digest !== null && digest === undefined) {
      throw new DeveloperError("BadDigest", "The Digest header must look like `sha-256=<base64>`");
    }
    return this.store(component, body, headers.contentType, digest);
  }

  /** Stores bytes in a transaction of its own; answers the storage id once it is durable. */
  async store(
    component: Namespace,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    contentType: string | null,
    sha256?: string,
  ): Promise<string> {
    const bytes = await this.files.write(chunks, sha256);
    return this.#commit("storage:store", (tx) => insertFile(tx, component, bytes, contentType));
  }

  /** Removes a file in a transaction of its own. Throws DeveloperError `StorageIdNotFound`. */
  async delete(component: Namespace, storageId: string): Promise<void> {
    const file = await this.#commit("storage:delete", (tx) => requireDeleted(tx, component, storageId));
    await this.files.remove(file.uuid);
  }

  /** A file by storage id or uuid, at the latest state. */
  find(component: Namespace, storageId: string): FileRecord | null {
    const { database } = this.#options;
    const tx = database.begin({ readOnly: true });
    try {
      return findFile(tx, component, storageId);
    } finally {
      database.abandon(tx);
    }
  }

  /** The file a storage URL names; null when there is none. Throws DeveloperError 400 `InvalidStoragePath`. */
  async openFile(component: Namespace, uuid: string): Promise<OpenFile | null> {
    if (!isUuid(uuid)) {
      throw new DeveloperError("InvalidStoragePath", `Invalid storage path: "${uuid}". Please provide a valid UUID.`);
    }
    const file = this.find(component, uuid);
    if (file === null || !(await this.files.exists(uuid))) return null;
    const { size, sha256, contentType } = file;
    return { size, sha256, contentType, stream: (range) => this.files.read(uuid, range) };
  }

  async #commit<T>(writer: string, work: (tx: Transaction) => T): Promise<T> {
    const { database } = this.#options;
    for (;;) {
      const tx = database.begin();
      let result: T;
      try {
        result = work(tx);
      } catch (error) {
        database.abandon(tx);
        throw error;
      }
      // Begin, work and commit happen without a pause; a conflict can't be, and trying again would settle it.
      const outcome = database.commit(tx, writer);
      if (outcome.kind === "conflict") continue;
      await database.durable(outcome.ts);
      return result;
    }
  }
}

/** Removes a file's rows. Throws DeveloperError `StorageIdNotFound` (convex-facts d.3). */
export function requireDeleted(tx: Transaction, component: Namespace, storageId: string): FileRecord {
  const file = deleteFile(tx, component, storageId);
  if (file !== null) return file;
  throw new DeveloperError("StorageIdNotFound", `storage id ${storageId} not found`, 404);
}
