import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DeveloperError } from "../errors.ts";

// The CLI sends 5 MiB at a time, or what CONVEX_IMPORT_CHUNK_SIZE says.
const MAX_PART_BYTES = 128 * 1024 * 1024;
const MAX_PARTS = 10_000;
const TOKEN = /^[0-9a-f]{32}$/;

const WHOLE = "upload";

// As long as a token for an upload may reasonably be used, over restarts too.
const UPLOAD_LIFETIME_MS = 24 * 60 * 60 * 1000;

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
    const whole = join(folder, WHOLE);
    // Synced: what the import's row promises must be there after a power cut.
    await pipeline(Readable.from(contents(parts)), createWriteStream(whole, { flush: true }));
    await Promise.all(parts.map((part) => rm(part, { force: true })));
    return whole;
  }

  async remove(token: string): Promise<void> {
    await rm(this.#path(token), { recursive: true, force: true });
  }

  /** The joined file of an upload, or null when there is none. */
  async find(token: string): Promise<string | null> {
    const whole = join(this.#path(token), WHOLE);
    return (await stat(whole).catch(() => null)) === null ? null : whole;
  }

  /** Removes uploads but those of `tokens`, and those that were begun in the last day: their parts may still come. */
  async removeForgotten(tokens: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names.filter((token) => !tokens.has(token))) {
      const path = join(this.folder, name);
      const info = await stat(path).catch(() => null);
      const isOld = info !== null && Date.now() - info.mtimeMs > UPLOAD_LIFETIME_MS;
      const isJoined = (await stat(join(path, WHOLE)).catch(() => null)) !== null;
      if (isOld || isJoined) await rm(path, { recursive: true, force: true });
    }
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
