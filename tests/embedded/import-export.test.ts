import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ZipReader } from "../../embedded/snapshots/zip-reader.ts";
import { ZipWriter } from "../../embedded/snapshots/zip-writer.ts";
import { api } from "../fixtures/project/convex/_generated/api.js";
import type { Id } from "../fixtures/project/convex/_generated/dataModel.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";

let backend: TestBackend;
let http: ConvexHttpClient;
let folder: string;

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
  http = new ConvexHttpClient(backend.cloudUrl);
});
afterAll(() => backend.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-import-"));
  return () => rmSync(folder, { recursive: true });
});

const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const cli = async (...args: string[]) => {
  const result = await backend.cli(args);
  expect(result, result.output).toMatchObject({ code: 0 });
  return result.output;
};
const refused = async (...args: string[]) => {
  const result = await backend.cli(args);
  expect(result.code, result.output).not.toBe(0);
  return result.output;
};
const exportTo = async (name: string, ...options: string[]) => {
  const path = join(folder, name);
  await cli("export", "--path", path, ...options);
  return readArchive(path);
};
const readArchive = async (path: string) => {
  const zip = await ZipReader.open(path);
  const files = new Map<string, string>();
  for (const entry of zip.entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of zip.read(entry)) chunks.push(chunk);
    files.set(entry.name, Buffer.concat(chunks).toString("utf8"));
  }
  await zip.close();
  return files;
};
const writeArchive = async (name: string, files: Record<string, string>) => {
  const zip = await ZipWriter.create(join(folder, name));
  for (const [entry, content] of Object.entries(files)) await zip.add(entry, [content]);
  await zip.finish();
  return join(folder, name);
};
const list = (channel: string) => http.query(api.messages.list, { channel });

describe("one table", () => {
  test("CSV: numbers where they read as numbers, appended twice", async () => {
    const path = file("m.csv", 'channel,body,number\ncsv,"Hello, ""you""",1\ncsv,two,2.5\n');
    expect(await cli("import", "--table", "messages", "--append", path)).toContain("Added 2 documents");
    expect(await list("csv")).toEqual([
      { body: 'Hello, "you"', number: 1 },
      { body: "two", number: 2.5 },
    ]);
    await cli("import", "--table", "messages", "--append", path);
    expect((await list("csv")).length).toBe(4);
  });

  test("without a mode a table that has rows is left alone", async () => {
    const path = file("m.jsonl", '{"channel":"x","body":"y","number":1}\n');
    const output = await refused("import", "--table", "messages", path);
    expect(output).toContain(
      "Table messages already exists. Please choose a new table name, or use replace/append modes.",
    );
    expect(await cli("import", "--table", "fresh", path)).toContain("Added 1 documents");
  });

  test("JSON lines replace a table; the change is announced and wants a yes", async () => {
    await cli("run", "messages:increment", '{"name":"old"}');
    const path = file("c.jsonl", '{"name":"new","value":7}\n\n{"name":"other","value":8}\n');
    const output = await cli("import", "--table", "counters", "--replace", "--yes", path);
    expect(output).toContain("counters | 2      | 1 of 1 |");
    expect(output).toContain("Added 2 documents");
    expect(await http.query(api.messages.counter, { name: "old" })).toBe(0);
    expect(await http.query(api.messages.counter, { name: "new" })).toBe(7);
    const asked = await refused("import", "--table", "counters", "--replace", path);
    expect(asked).toContain("Import change summary:");
    expect(await http.query(api.messages.counter, { name: "other" })).toBe(8);
  });

  test("a JSON array, encoded values included", async () => {
    const path = file("v.json", '[{"kind":"int","value":{"$integer":"BwAAAAAAAAA="}},{"kind":"float","value":7}]');
    await cli("import", "--table", "values", "--append", path);
    const lines = (await exportTo("e.zip")).get("values/documents.jsonl") ?? "";
    expect(lines).toMatch(/"kind":"int".*"value":7}/);
    expect(lines).toMatch(/"kind":"float".*"value":7\.0}/);
  });

  test.each<[string, string, string, string]>([
    ["what the schema refuses", "bad.jsonl", '{"name":1,"value":2}', 'in table "counters" does not match the schema'],
    ["bad JSON, by line", "bad.jsonl", '{"name":"a","value":1}\n{"name"', "line 2: Not JSON"],
    ["bad CSV, by line", "bad.csv", "name,value\na", "CSV line 2 cannot be read"],
    ["no array", "bad.json", "{}", "not a JSON array"],
    ["an id that is none", "bad.jsonl", '{"_id":"x","name":"a","value":1}', '"x" is not an ID'],
  ])("refuses %s, and nothing changes", async (_what, name, content, why) => {
    const before = (await exportTo("before.zip")).get("counters/documents.jsonl");
    const output = await refused("import", "--table", "counters", "--append", file(name, content));
    expect(output.replace(/\s+/g, " ")).toContain(why);
    expect((await exportTo("after.zip")).get("counters/documents.jsonl")).toBe(before);
  });
});

describe("whole deployments", () => {
  const upload = async (text: string) => {
    const url = await http.mutation(api.storage.uploadUrl, {});
    const response = await fetch(url, { method: "POST", body: text, headers: { "Content-Type": "text/plain" } });
    return ((await response.json()) as { storageId: Id<"_storage"> }).storageId;
  };

  test("an export, imported into another deployment, gives the same export and the same files", async () => {
    const storageId = await upload("kept bytes");
    await http.mutation(api.storage.save, { storageId, name: "kept" });
    await http.mutation(api.components.limited, { key: "k" });
    const original = await exportTo("original.zip", "--include-file-storage");
    expect(original.get("messages/generated_schema.jsonl")).toBe('"uniform"\n');
    expect(original.get("_tables/documents.jsonl")).toContain('"name":"messages"');
    expect(original.get(`_storage/${storageId}`)).toBe("kept bytes");
    expect([...original.keys()].some((name) => name.startsWith("_components/rateLimiter/"))).toBe(true);

    const other = await startTestBackend({ project: FIXTURE_PROJECT });
    try {
      // Other numbers for the tables than the archive's, and rows that must go.
      const otherHttp = new ConvexHttpClient(other.cloudUrl);
      await otherHttp.mutation(api.messages.send, { channel: "gone", body: "gone", number: 1 });
      const imported = await other.cli(["import", "--replace-all", "--yes", join(folder, "original.zip")]);
      expect(imported, imported.output).toMatchObject({ code: 0 });
      const path = join(folder, "copy.zip");
      expect((await other.cli(["export", "--path", path, "--include-file-storage"])).code).toBe(0);
      const copy = await readArchive(path);
      const comparable = (files: Map<string, string>) =>
        Object.fromEntries([...files].filter(([name]) => !/_(storage|tables)\/documents/.test(name)));
      expect(comparable(copy)).toEqual(comparable(original));
      expect(await otherHttp.query(api.messages.list, { channel: "gone" })).toEqual([]);
      const [kept] = await otherHttp.query(api.storage.list, {});
      expect(await (await fetch(kept?.url ?? "")).text()).toBe("kept bytes");
      // The new tables work on: ids, indexes and search.
      expect(await otherHttp.query(api.messages.search, { channel: "csv", text: "two" })).toEqual(["two", "two"]);
      await otherHttp.mutation(api.messages.send, { channel: "csv", body: "three", number: 3 });
      expect((await otherHttp.query(api.messages.list, { channel: "csv" })).length).toBe(5);
      await other.killAndRestart();
      expect((await otherHttp.query(api.messages.list, { channel: "csv" })).length).toBe(5);
    } finally {
      await other.stop();
    }
  });

  test("in export JSON a number without a point is an int64, elsewhere a float64", async () => {
    const path = await writeArchive("n.zip", {
      "uniform/documents.jsonl": '{"a":1,"b":1.0,"c":-0.0,"d":{"$bytes":"AAE="},"e":[9007199254740993]}\n',
      "uniform/generated_schema.jsonl": '"uniform"\n',
      "clean/documents.jsonl": '{"a":1}\n',
    });
    await cli("import", "--append", path);
    const written = await exportTo("e.zip");
    expect(written.get("uniform/documents.jsonl")).toContain(
      '"a":1,"b":1.0,"c":-0.0,"d":{"$bytes":"AAE="},"e":[9007199254740993]}',
    );
    expect(written.get("clean/documents.jsonl")).toContain('"a":1.0}');
  });

  test("an archive that is cut off, is none, or lacks a file changes nothing", async () => {
    await exportTo("whole.zip");
    const bytes = readFileSync(join(folder, "whole.zip"));
    writeFileSync(join(folder, "cut.zip"), bytes.subarray(0, bytes.length / 2));
    expect(await refused("import", "--replace-all", "--yes", join(folder, "cut.zip"))).toContain("not a zip archive");
    const lacking = await writeArchive("lacking.zip", { "_storage/documents.jsonl": '{"_id":"k"}\n' });
    expect(await refused("import", "--append", lacking)).toContain("lacks the file");
    expect(await http.query(api.messages.counter, { name: "new" })).toBe(7);
  });

  test("an outside program finds nothing wrong with the archive", async () => {
    await exportTo("e.zip", "--include-file-storage");
    const check =
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len(z.namelist()))";
    expect(Number(execFileSync("python3", ["-c", check, join(folder, "e.zip")], { encoding: "utf8" }))).toBeGreaterThan(
      5,
    );
  });

  test("uploads are gone afterwards; without the key nothing is answered", async () => {
    // But for the one that nobody confirmed.
    expect(readdirSync(join(backend.dataDir, "imports")).length).toBe(1);
    for (const [method, path] of [
      ["POST", "/api/export/request/zip"],
      ["GET", "/api/export/zip/1"],
      ["POST", "/api/import/start_upload"],
      ["POST", "/api/import/upload_part?uploadToken=..&partNumber=1"],
      ["POST", "/api/import/finish_upload"],
      ["POST", "/api/perform_import"],
    ] as const) {
      expect((await fetch(backend.cloudUrl + path, { method })).status, path).toBe(403);
    }
    const admin = { method: "POST", headers: { Authorization: `Convex ${backend.adminKey}` }, body: "x" };
    const traversal = `${backend.cloudUrl}/api/import/upload_part?uploadToken=..%2f..&partNumber=1`;
    expect((await fetch(traversal, admin)).status).toBe(400);
  });
});
