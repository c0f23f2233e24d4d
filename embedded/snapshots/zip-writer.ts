import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw } from "node:zlib";
import { CENTRAL_HEADER, DEFLATED, END_RECORD, LOCAL_HEADER, MAX_16, MAX_32, ZIP64_END, ZIP64_EXTRA, ZIP64_LOCATOR } from "./zip-format.ts"; // prettier-ignore

// Version 4.5 of the format: sizes of 64 bits. Bit 11: names are UTF-8.
const VERSION = 45;
const FLAGS = 0x0800;
// 1 January 1980, midnight: exports of the same data are then the same bytes.
const DOS_DATE = 0x0021;

interface Written {
  name: Buffer;
  crc: number;
  size: number;
  compressedSize: number;
  offset: number;
}

/** Writes a zip archive entry by entry, whatever its size (APPNOTE.TXT 6.3.10, zip64 included). */
export class ZipWriter {
  readonly #entries: Written[] = [];
  #position = 0;

  private constructor(private readonly file: FileHandle) {}

  /** Fails when the file exists. */
  static async create(path: string): Promise<ZipWriter> {
    return new ZipWriter(await open(path, "wx"));
  }

  async add(name: string, chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): Promise<void> {
    const entry: Written = { name: Buffer.from(name), crc: 0, size: 0, compressedSize: 0, offset: this.#position };
    await this.#append(localHeader(entry));
    const measured = async function* () {
      for await (const chunk of chunks) {
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
        entry.crc = crc32(bytes, entry.crc);
        entry.size += bytes.byteLength;
        yield bytes;
      }
    };
    await pipeline(Readable.from(measured()), createDeflateRaw(), async (compressed: AsyncIterable<Buffer>) => {
      for await (const bytes of compressed) {
        entry.compressedSize += bytes.length;
        await this.#append(bytes);
      }
    });
    // Sizes are known only now.
    await writeAll(this.file, localHeader(entry), entry.offset);
    this.#entries.push(entry);
  }

  /** Writes the directory, syncs and closes. */
  async finish(): Promise<void> {
    const offset = this.#position;
    for (const entry of this.#entries) await this.#append(centralHeader(entry));
    await this.#append(endRecords(this.#entries.length, offset, this.#position - offset));
    await this.file.sync();
    await this.file.close();
  }

  /** Closes without finishing; what was written is no archive. */
  async abort(): Promise<void> {
    await this.file.close();
  }

  async #append(bytes: Buffer): Promise<void> {
    await writeAll(this.file, bytes, this.#position);
    this.#position += bytes.length;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

// The local header always has room for 64 bits, because it is written before the sizes are known.
function localHeader({ name, crc, size, compressedSize }: Written): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL_HEADER, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(MAX_32, 18);
  header.writeUInt32LE(MAX_32, 22);
  header.writeUInt16LE(name.length, 26);
  const extra = zip64Extra([size, compressedSize]);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function centralHeader({ name, crc, size, compressedSize, offset }: Written): Buffer {
  const large = [size, compressedSize, offset].filter((value) => value >= MAX_32);
  const extra = large.length === 0 ? Buffer.alloc(0) : zip64Extra(large);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL_HEADER, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt16LE(DEFLATED, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(Math.min(compressedSize, MAX_32), 20);
  header.writeUInt32LE(Math.min(size, MAX_32), 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(Math.min(offset, MAX_32), 42);
  return Buffer.concat([header, name, extra]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [at, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * at);
  return extra;
}

function endRecords(count: number, offset: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_RECORD, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(Math.min(size, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  if (count < MAX_16 && size < MAX_32 && offset < MAX_32) return end;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(ZIP64_END, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE(VERSION, 12);
  end64.writeUInt16LE(VERSION, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(ZIP64_LOCATOR, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}
