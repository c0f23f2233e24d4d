import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { DeveloperError } from "../errors.ts";

/** Bytes that are on disk, not yet known to any document. */
export interface StoredBytes {
  /** Names the file on disk and, being secret, grants access to it. */
  uuid: string;
  /** Base64. */
  sha256: string;
  size: number;
}

// Ends the name of a file that is still being written.
const PARTIAL = ".partial";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Accepts base64 or hex; answers base64. Null for anything that is no SHA-256. */
function normalizeSha256(text: string): string | null {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? "hex" : "base64");
  return bytes.length === 32 ? bytes.toString("base64") : null;
}

/** Files by uuid in one directory. A file is either whole or absent. */
export class FileStore {
  readonly #directory: string;
  #removals: string[] | null = null;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Writes and syncs all of `chunks`. With `expectedSha256` (base64 or hex) other bytes are refused with DeveloperError
   * `BadDigest` and leave nothing behind.
   */
  async write(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expectedSha256?: string): Promise<StoredBytes> {
    await mkdir(this.#directory, { recursive: true });
    const uuid = randomUUID();
    const partial = join(this.#directory, uuid + PARTIAL);
    try {
      const written = await this.#writePartial(partial, chunks);
      if (expectedSha256 !== undefined && normalizeSha256(expectedSha256) !== written.sha256) {
        throw new DeveloperError("BadDigest", "The sha256 of the uploaded file doesn't match the one that was given");
      }
      await rename(partial, this.path(uuid));
      await this.#syncDirectory();
      return { uuid, ...written };
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** Bytes `start` to `end`, both included, of a file that exists. */
  read(uuid: string, range?: { start: number; end: number }): Readable {
    return createReadStream(this.path(uuid), range);
  }

  async readAll(uuid: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(uuid)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  async exists(uuid: string): Promise<boolean> {
    return stat(this.path(uuid)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return false;
        throw error;
      },
    );
  }

  /** The names of all files. Removes the remains of those that were never whole: only for the beginning of a process. */
  async recover(): Promise<string[]> {
    const names = await readdir(this.#directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const partial = names.filter((name) => name.endsWith(PARTIAL));
    await Promise.all(partial.map((name) => rm(join(this.#directory, name), { force: true })));
    return names.filter(isUuid);
  }

  /** Keeps what is removed meanwhile until `work` has settled, so that it finds every file of an older snapshot. */
  async withoutRemovals(work: () => Promise<void>): Promise<void> {
    if (this.#removals !== null) throw new Error("Removals are held back already");
    this.#removals = [];
    try {
      await work();
    } finally {
      const removals = this.#removals;
      this.#removals = null;
      for (const uuid of removals) await this.remove(uuid);
    }
  }

  /** Gone already is fine. */
  async remove(uuid: string): Promise<void> {
    if (this.#removals !== null) {
      this.#removals.push(uuid);
      return;
    }
    await rm(this.path(uuid), { force: true });
  }

  path(uuid: string): string {
    if (!isUuid(uuid)) throw new Error("A stored file is named by a UUID");
    return join(this.#directory, uuid);
  }

  async #writePartial(
    path: string,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<Omit<StoredBytes, "uuid">> {
    const hash = createHash("sha256");
    let size = 0;
    const file = await open(path, "wx");
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.byteLength;
        await file.write(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { sha256: hash.digest("base64"), size };
  }

  // The name must survive a power cut as well as the bytes.
  async #syncDirectory(): Promise<void> {
    const directory = await open(this.#directory, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}
