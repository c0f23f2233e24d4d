import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { DeveloperError } from "../errors.ts";
import { CENTRAL_HEADER, DEFLATED, END_RECORD, LOCAL_HEADER, MAX_16, MAX_32, STORED, ZIP64_END, ZIP64_EXTRA, ZIP64_LOCATOR } from "./zip-format.ts"; // prettier-ignore

/** One file of an archive. */
export interface ZipEntry {
  name: string;
  /** Uncompressed bytes. */
  size: number;
  method: number;
  crc: number;
  compressedSize: number;
  offset: number;
}

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
const CHUNK_BYTES = 64 * 1024;
// The directory is read as a whole; a million entries with long names fit.
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;

/** Reads a zip archive in place: stored and deflated entries, zip64, no encryption. Throws DeveloperError `InvalidZip`. */
export class ZipReader {
  private constructor(
    private readonly file: FileHandle,
    readonly entries: readonly ZipEntry[],
  ) {}

  static async open(path: string): Promise<ZipReader> {
    const file = await open(path, "r");
    try {
      return new ZipReader(file, await readDirectory(file));
    } catch (error) {
      await file.close();
      if (error instanceof RangeError) throw invalid("its directory is damaged");
      throw error;
    }
  }

  /** The uncompressed bytes; the stream fails when they do not have the checksum that the directory gives. */
  async *read(entry: ZipEntry): AsyncGenerator<Buffer> {
    let crc = 0;
    let size = 0;
    for await (const chunk of await this.#decompressed(entry)) {
      const bytes = chunk as Buffer;
      crc = crc32(bytes, crc);
      size += bytes.length;
      // A directory that promises less than there is: a bomb, or damage.
      if (size > entry.size) throw invalid(`${entry.name} is larger than its directory says`);
      yield bytes;
    }
    if (size !== entry.size || crc !== entry.crc) throw invalid(`${entry.name} is damaged`);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async #decompressed(entry: ZipEntry): Promise<Readable> {
    const header = await readBytes(this.file, entry.offset, 30);
    if (header.readUInt32LE(0) !== LOCAL_HEADER) throw invalid(`${entry.name} is not where its directory says`);
    const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const raw = Readable.from(this.#bytes(start, entry.compressedSize));
    if (entry.method === STORED) return raw;
    if (entry.method !== DEFLATED) throw invalid(`${entry.name} is compressed by an unknown method (${entry.method})`);
    const inflater = createInflateRaw();
    raw.on("error", (error) => inflater.destroy(error));
    inflater.on("close", () => raw.destroy());
    return raw.pipe(inflater);
  }

  async *#bytes(start: number, length: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      yield await readBytes(this.file, start + at, Math.min(CHUNK_BYTES, length - at));
    }
  }
}

async function readDirectory(file: FileHandle): Promise<ZipEntry[]> {
  const { size: fileSize } = await file.stat();
  const tailLength = Math.min(fileSize, END_BYTES + MAX_COMMENT_BYTES + LOCATOR_BYTES);
  const tail = await readBytes(file, fileSize - tailLength, tailLength);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_RECORD) end--;
  if (end < 0) throw invalid("it has no directory");
  let count = tail.readUInt16LE(end + 10);
  let size = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  const locator = end - LOCATOR_BYTES;
  const hasZip64 = locator >= 0 && tail.readUInt32LE(locator) === ZIP64_LOCATOR;
  if (hasZip64 && (count === MAX_16 || size === MAX_32 || offset === MAX_32)) {
    const end64 = await readBytes(file, Number(tail.readBigUInt64LE(locator + 8)), 56);
    if (end64.readUInt32LE(0) !== ZIP64_END) throw invalid("its directory is damaged");
    count = Number(end64.readBigUInt64LE(32));
    size = Number(end64.readBigUInt64LE(40));
    offset = Number(end64.readBigUInt64LE(48));
  }
  if (offset + size > fileSize || size > MAX_DIRECTORY_BYTES) throw invalid("its directory is damaged");
  return parseDirectory(await readBytes(file, offset, size), count);
}

function parseDirectory(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (directory.readUInt32LE(at) !== CENTRAL_HEADER) throw invalid("its directory is damaged");
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const nameEnd = at + 46 + nameLength;
    const sizes = { size: directory.readUInt32LE(at + 24), compressedSize: directory.readUInt32LE(at + 20), offset: directory.readUInt32LE(at + 42) }; // prettier-ignore
    entries.push({
      name: directory.toString("utf8", at + 46, nameEnd),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      ...wideSizes(sizes, directory.subarray(nameEnd, nameEnd + extraLength)),
    });
    at = nameEnd + extraLength + directory.readUInt16LE(at + 32);
  }
  return entries;
}

type Sizes = Pick<ZipEntry, "size" | "compressedSize" | "offset">;

/** Takes from the zip64 extra field what does not fit into 32 bits. */
function wideSizes(sizes: Sizes, extra: Buffer): Sizes {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_EXTRA) continue;
    let next = at + 4;
    const wide = (value: number) => {
      if (value !== MAX_32) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    };
    return { size: wide(sizes.size), compressedSize: wide(sizes.compressedSize), offset: wide(sizes.offset) };
  }
  return sizes;
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw invalid("it ends too early");
    done += bytesRead;
  }
  return bytes;
}

function invalid(why: string): DeveloperError {
  return new DeveloperError("InvalidZip", `The file is not a zip archive that can be read: ${why}.`);
}
