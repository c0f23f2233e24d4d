import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ZipReader } from "./zip-reader.ts";
import { ZipWriter } from "./zip-writer.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-zip-"));
  path = join(folder, "a.zip");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function writeZip(files: readonly (readonly [string, Uint8Array])[]): Promise<void> {
  rmSync(path, { force: true });
  const writer = await ZipWriter.create(path);
  for (const [name, bytes] of files) await writer.add(name, [bytes]);
  await writer.finish();
}

async function readZip(): Promise<[string, Buffer][]> {
  const reader = await ZipReader.open(path);
  try {
    const files: [string, Buffer][] = [];
    for (const entry of reader.entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of reader.read(entry)) chunks.push(chunk);
      files.push([entry.name, Buffer.concat(chunks)]);
    }
    return files;
  } finally {
    await reader.close();
  }
}

test("what is written is read back, names of any script included", async () => {
  const file = fc.tuple(fc.string({ minLength: 1, unit: "grapheme" }), fc.uint8Array({ maxLength: 5000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 6 }), async (files) => {
      await writeZip(files);
      expect(await readZip()).toEqual(files.map(([name, bytes]) => [name, Buffer.from(bytes)]));
    }),
    { numRuns: 40, seed: 3 },
  );
});

test("a changed byte never goes unnoticed as content", async () => {
  const original = Buffer.from("a document with some content, again and again, again and again");
  await writeZip([["t/documents.jsonl", original]]);
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at++) {
    const broken = Buffer.from(bytes);
    broken[at] = (broken[at] ?? 0) ^ 0x55;
    writeFileSync(path, broken);
    const read = await readZip().then(
      (files) => files.find(([name]) => name === "t/documents.jsonl")?.[1],
      () => null,
    );
    // Fields that nobody reads (dates, versions) may change; content may not.
    if (read) expect(read.equals(original)).toBe(true);
  }
});

test("what is no archive is refused in one sentence", async () => {
  for (const content of ["", "hello", "PK".repeat(100)]) {
    writeFileSync(path, content);
    await expect(ZipReader.open(path)).rejects.toThrow(/^The file is not a zip archive that can be read: .*\.$/);
  }
});
