import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { JSONValue, Value } from "convex/values";
import type { Namespace } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { decodeValue } from "../value/document.ts";
import { isObjectValue } from "../value/object-value.ts";
import { csvDocuments } from "./csv.ts";
import { parseCleanJson, parseExportJson } from "./export-json.ts";
import { type ZipEntry, ZipReader } from "./zip-reader.ts";

export const IMPORT_FORMATS = ["csv", "jsonLines", "jsonArray", "zip"] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

interface ImportTable {
  component: Namespace;
  table: string;
  /** As the archive says; null where the ids have to tell. */
  number: number | null;
  /** May be called several times. Throws DeveloperError naming the line that cannot be read. */
  documents: () => AsyncIterable<Record<string, Value>>;
}

export interface ImportFile {
  component: Namespace;
  id: string;
  creationTime: number | null;
  sha256: string | null;
  contentType: string | null;
  bytes: () => AsyncIterable<Uint8Array>;
}

/** What an uploaded file brings. */
export interface ImportSource {
  tables: ImportTable[];
  files: ImportFile[];
  close(): Promise<void>;
}

/** Opens an uploaded file. Throws DeveloperError for a zip that is none, or that has files out of place. */
export async function openImport(
  path: string,
  format: ImportFormat,
  target: { component: Namespace; table: string | null },
): Promise<ImportSource> {
  if (format === "zip") return openArchive(path, target.component);
  const { component, table } = target;
  if (table === null) throw new DeveloperError("InvalidImport", `A table name is required for format ${format}.`);
  const documents = { csv: () => csvFile(path), jsonLines: () => jsonLinesFile(path), jsonArray: () => jsonArrayFile(path) }; // prettier-ignore
  const noClose = () => Promise.resolve();
  return { tables: [{ component, table, number: null, documents: documents[format] }], files: [], close: noClose };
}

function csvFile(path: string): AsyncIterable<Record<string, Value>> {
  return csvDocuments(createReadStream(path, { encoding: "utf8" }));
}

function jsonLinesFile(path: string): AsyncIterable<Record<string, Value>> {
  return jsonLines(createReadStream(path), "The file", parseCleanJson);
}

// Convex's own bound: an array has to be parsed whole, which holds up everybody else.
const MAX_ARRAY_BYTES = 8 * 1024 * 1024;

async function* jsonArrayFile(path: string): AsyncGenerator<Record<string, Value>> {
  const { size } = await stat(path);
  if (size > MAX_ARRAY_BYTES) {
    throw new DeveloperError(
      "JsonArrayTooLarge",
      `A JSON array can have at most ${MAX_ARRAY_BYTES} bytes, and this one has ${size}. Import JSON lines (.jsonl) instead.`,
    );
  }
  const parsed = parseCleanJson(await readFile(path, "utf8"));
  if (!Array.isArray(parsed)) throw new DeveloperError("InvalidImport", "The file is not a JSON array.");
  for (const [at, item] of parsed.entries()) yield toDocument(item, `Element ${at}`);
}

async function* jsonLines(
  input: Readable,
  name: string,
  parse: (line: string) => JSONValue,
): AsyncGenerator<Record<string, Value>> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === "") continue;
    const where = `${name}, line ${number}`;
    yield toDocument(
      inPlace(where, () => parse(line)),
      where,
    );
  }
}

function toDocument(json: JSONValue, where: string): Record<string, Value> {
  const { value, hasCommitTs } = inPlace(where, () => decodeValue(json));
  if (hasCommitTs || !isObjectValue(value)) throw new DeveloperError("InvalidImport", `${where}: not a document.`);
  return value as Record<string, Value>;
}

function inPlace<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DeveloperError) throw new DeveloperError(error.code, `${where}: ${error.message}`);
    throw error;
  }
}

// `_components/a/_components/b/table/documents.jsonl`: component folders, folder, file.
const ENTRY = /^((?:_components\/[^/]+\/)*)([^/]+)\/([^/]+)$/;

interface Placed {
  component: Namespace;
  folder: string;
  file: string;
  entry: ZipEntry;
}

async function openArchive(path: string, base: Namespace): Promise<ImportSource> {
  const zip = await ZipReader.open(path);
  try {
    const placed = zip.entries.flatMap((entry) => place(entry, base));
    const numbers = await tableNumbers(zip, placed);
    const uniform = new Set(
      placed
        .filter(({ file }) => file === "generated_schema.jsonl")
        .map(({ component, folder }) => `${component} ${folder}`),
    );
    const tables = placed
      .filter(({ file, folder }) => file === "documents.jsonl" && !folder.startsWith("_"))
      .map(({ component, folder, entry }): ImportTable => ({
        component,
        table: folder,
        number: numbers.get(`${component} ${folder}`) ?? null,
        documents: () =>
          jsonLines(
            Readable.from(zip.read(entry)),
            entry.name,
            uniform.has(`${component} ${folder}`) ? parseExportJson : parseCleanJson,
          ),
      }));
    return { tables, files: await archiveFiles(zip, placed), close: () => zip.close() };
  } catch (error) {
    await zip.close();
    throw error;
  }
}

function place(entry: ZipEntry, base: Namespace): Placed[] {
  const [, components = "", folder = "", file = ""] = ENTRY.exec(entry.name) ?? [];
  if (file === "") return [];
  const names = components.split("/").filter((name, at) => name !== "" && at % 2 === 1);
  return [{ component: [...(base === "" ? [] : [base]), ...names].join("/"), folder, file, entry }];
}

async function tableNumbers(zip: ZipReader, placed: readonly Placed[]): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (const { component, folder, file, entry } of placed) {
    if (folder !== "_tables" || file !== "documents.jsonl") continue;
    for await (const { name, id } of jsonLines(Readable.from(zip.read(entry)), entry.name, parseCleanJson)) {
      if (typeof name === "string" && typeof id === "number") numbers.set(`${component} ${name}`, id);
    }
  }
  return numbers;
}

async function archiveFiles(zip: ZipReader, placed: readonly Placed[]): Promise<ImportFile[]> {
  const stored = placed.filter(({ folder }) => folder === "_storage");
  const files: ImportFile[] = [];
  for (const { component, entry } of stored.filter(({ file }) => file === "documents.jsonl")) {
    for await (const metadata of jsonLines(Readable.from(zip.read(entry)), entry.name, parseCleanJson)) {
      const { _id: id, _creationTime: created, sha256, contentType } = metadata;
      // An extension may follow the id.
      const bytes = stored.find((other) => other.component === component && other.file.split(".")[0] === id);
      if (typeof id !== "string" || bytes === undefined) {
        throw new DeveloperError("InvalidImport", `${entry.name}: the archive lacks the file ${JSON.stringify(id)}.`);
      }
      files.push({
        component,
        id,
        creationTime: typeof created === "number" ? created : null,
        sha256: typeof sha256 === "string" ? sha256 : null,
        contentType: typeof contentType === "string" ? contentType : null,
        bytes: () => zip.read(bytes.entry),
      });
    }
  }
  return files;
}
