import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DeveloperError } from "../errors.ts";

// The CLI sends 5 MiB at a time, or what CONVEX_IMPORT_CHUNK_SIZE says.
const MAX_PART_BYTES = 128 * 1024 * 1024;
const MAX_PARTS = 10_000;
const TOKEN = /^[0-9a-f]{32}$/;

/** Files that arrive in numbered parts, each upload in a folder named by its token. */
export class UploadParts {
  constructor(private readonly folder: string) {}

  /** Begins an upload; answers its token. */
  async start(): Promise<string> {
    const token = randomBytes(16).toString("hex");
    await mkdir(this.#path(token), { recursive: true, mode: 0o700 });
    return token;
  }

  /** Takes one part, counted from 1; answers the token that `join` wants. Throws DeveloperError 400, 413. */
  async addPart(token: string, number: number, body: AsyncIterable<Uint8Array>): Promise<string> {
    const folder = await this.#requireFolder(token);
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
      throw new DeveloperError("InvalidPartNumber", `\`partNumber\` must be a number from 1 to ${MAX_PARTS}`);
    }
    await pipeline(Readable.from(limited(body)), createWriteStream(join(folder, `part-${number}`)));
    return `part-${number}`;
  }

  /** Puts the parts together in the order of their tokens; answers the file's path. */
  async join(token: string, partTokens: readonly string[]): Promise<string> {
    const folder = await this.#requireFolder(token);
    const parts = partTokens.map((part) => {
      if (!/^part-\d{1,5}$/.test(part)) throw new DeveloperError("InvalidPartToken", "An unknown part was named");
      return join(folder, part);
    });
    const whole = join(folder, "upload");
    await pipeline(Readable.from(contents(parts)), createWriteStream(whole));
    await Promise.all(parts.map((part) => rm(part, { force: true })));
    return whole;
  }

  async remove(token: string): Promise<void> {
    await rm(this.#path(token), { recursive: true, force: true });
  }

  /** Everything, after a restart. */
  async removeAll(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #requireFolder(token: string): Promise<string> {
    const isKnown = TOKEN.test(token) && (await stat(this.#path(token)).catch(() => null)) !== null;
    if (isKnown) return this.#path(token);
    throw new DeveloperError("InvalidUploadToken", "The upload token is unknown; start the upload again");
  }

  #path(token: string): string {
    if (!TOKEN.test(token)) throw new DeveloperError("InvalidUploadToken", "The upload token is malformed");
    return join(this.folder, token);
  }
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_PART_BYTES) {
      throw new DeveloperError("RequestTooLarge", `A part is larger than ${MAX_PART_BYTES} bytes.`, 413);
    }
    yield chunk;
  }
}

async function* contents(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}
