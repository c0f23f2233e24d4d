import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../clock.ts";
import { collect, openTestDatabase, push, read, scanQuery, schemaJson, tableJson, write } from "../database/testing.ts";
import type { Database } from "../database/types.ts";
import { FileStore } from "../storage/file-store.ts";
import { encodeId, generateIdBytes } from "../value/ids.ts";
import { findImport, listImports } from "./import-rows.ts";
import { ImportService } from "./import-service.ts";
import { ZipWriter } from "./zip-writer.ts";

let folder: string;
let db: Database;
let clock: ManualClock;
let imports: ImportService;
let errors: unknown[];

const newService = () =>
  new ImportService({
    database: db,
    clock,
    files: new FileStore(join(folder, "storage")),
    dataDir: folder,
    onError: (error) => errors.push(error),
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-import-service-"));
  errors = [];
  ({ db, clock } = openTestDatabase(join(folder, "database.sqlite")));
  imports = newService();
});
afterEach(async () => {
  await imports.close();
  await db.close();
  rmSync(folder, { recursive: true });
  expect(errors).toEqual([]);
});

/** The process ends and another one begins on the same data. */
async function restart(): Promise<void> {
  await imports.close();
  await db.close();
  ({ db, clock } = openTestDatabase(join(folder, "database.sqlite")));
  imports = newService();
}

interface Shown {
  state: string;
  error_message?: string;
  progress_message?: string;
  num_rows_written?: { $integer: string };
}

const stateOf = (id: string) => (read(db, (tx) => findImport(tx, id)) as { state: unknown }).state as Shown;

/** Turns of the event loop until `holds`, which the work under test has to bring about. */
async function turnsUntil(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn > 100_000) throw new Error("It never came to that");
    await nextTurn();
  }
}

async function upload(content: Uint8Array | string, request: Record<string, string>): Promise<string> {
  const token = await imports.uploads.start();
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const part = await imports.uploads.addPart(
    token,
    1,
    (async function* () {
      yield bytes;
    })(),
  );
  return imports.begin(request, token, [part]);
}

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => `{"n":${from + at}}\n`).join("");
const confirmed = async (id: string) => {
  await turnsUntil(() => stateOf(id).state !== "uploaded");
  expect(stateOf(id).state).toBe("waiting_for_confirmation");
  await imports.perform(id);
};
const finished = async (id: string) => {
  await turnsUntil(() => ["completed", "failed"].includes(stateOf(id).state));
  // What it cleans up afterwards included.
  await imports.close();
};
const numbers = () => read(db, (tx) => collect(tx, scanQuery("t")).map(({ value }) => value["n"]));
const jsonLines = (mode: string) => ({ tableName: "t", mode, format: "jsonLines" });
const uploads = () => readdirSync(join(folder, "imports"));
const byN = { indexDescriptor: "by_n", fields: ["n"] };

const COUNT = 3000;
const ALL = Array.from({ length: COUNT }, (_, n) => n);

describe("a replacing import", () => {
  beforeEach(() => {
    write(db, (tx) => tx.insert("", "t", { n: -1 }));
  });

  test("shows how far it is, and nothing else of itself until it is done", async () => {
    const id = await upload(lines(0, COUNT), jsonLines("replace"));
    await confirmed(id);
    const seen = new Set<number>();
    await turnsUntil(() => {
      if (stateOf(id).state === "in_progress") seen.add(numbers().length);
      return stateOf(id).state === "completed";
    });
    await finished(id);
    expect([...seen]).toEqual([1]);
    expect(numbers()).toEqual(ALL);
    expect(stateOf(id).num_rows_written).toEqual({ $integer: Buffer.from(BigInt64Array.of(BigInt(COUNT)).buffer).toString("base64") }); // prettier-ignore
    expect(uploads()).toEqual([]);
  });

  test("goes on after restarts, without beginning again, and ends whole", async () => {
    const id = await upload(lines(0, COUNT), jsonLines("replace"));
    await confirmed(id);
    const held = () => db.hidden.of(id)[0]?.documents ?? 0;
    await turnsUntil(() => held() > 500);
    await restart();
    const before = held();
    expect(before).toBeGreaterThan(500);
    expect(await imports.recover()).toBe(true);
    await turnsUntil(() => held() > before);
    expect(numbers()).toEqual([-1]);
    await restart();
    await imports.recover();
    await finished(id);
    expect(stateOf(id)).toMatchObject({ state: "completed" });
    expect(numbers()).toEqual(ALL);
    expect(uploads()).toEqual([]);
  });

  test("waits for its confirmation over a restart", async () => {
    const id = await upload(lines(0, 3), jsonLines("replace"));
    await turnsUntil(() => stateOf(id).state === "waiting_for_confirmation");
    await restart();
    await imports.recover();
    await imports.perform(id);
    await finished(id);
    expect(numbers()).toEqual([0, 1, 2]);
  });

  test("begins again when a push changes its table's schema under it", async () => {
    const id = await upload(lines(0, COUNT), jsonLines("replace"));
    await confirmed(id);
    await turnsUntil(() => (db.hidden.of(id)[0]?.documents ?? 0) > 500);
    await push(db, schemaJson(tableJson("t", { indexes: [byN] })));
    await finished(id);
    expect(stateOf(id)).toMatchObject({ state: "completed" });
    const byIndex = { source: { type: "IndexRange", indexName: "t.by_n", range: [], order: "desc" }, operators: [] };
    expect(read(db, (tx) => collect(tx, byIndex).map(({ value }) => value["n"]))).toEqual([...ALL].reverse());
  });

  test("canceled in the middle, leaves everything as it was", async () => {
    const id = await upload(lines(0, COUNT), jsonLines("replace"));
    await confirmed(id);
    await turnsUntil(() => (db.hidden.of(id)[0]?.documents ?? 0) > 100);
    await imports.cancel(id);
    expect(stateOf(id)).toEqual({ state: "failed", error_message: "Import canceled" });
    expect(numbers()).toEqual([-1]);
    expect(db.hidden.of(id)).toEqual([]);
    expect(uploads()).toEqual([]);
    await expect(imports.cancel(id)).rejects.toThrow("is not waiting for confirmation");
  });

  test("that meets a document written meanwhile into a table that was to be empty is refused", async () => {
    const id = await upload(lines(0, COUNT), { ...jsonLines("requireEmpty"), tableName: "fresh" });
    await confirmed(id);
    await turnsUntil(() => (db.hidden.of(id)[0]?.documents ?? 0) > 100);
    write(db, (tx) => tx.insert("", "fresh", {}));
    await finished(id);
    expect(stateOf(id).error_message).toContain("Table fresh already exists");
    expect(read(db, (tx) => tx.count("", "fresh"))).toBe(1);
  });

  test("stores files once, however often it is interrupted, and removes those it replaces", async () => {
    const path = join(folder, "files.zip");
    const zip = await ZipWriter.create(path);
    const ids = Array.from({ length: 40 }, (_, at) => encodeId(generateIdBytes(9, 1_700_000_000_000 + at)));
    for (const [at, id] of ids.entries()) await zip.add(`_storage/${id}`, [`file ${at}`]);
    await zip.add(
      "_storage/documents.jsonl",
      ids.map((id) => `${JSON.stringify({ _id: id })}\n`),
    );
    await zip.finish();
    const file = await new FileStore(join(folder, "storage")).write([Buffer.from("old")]);
    write(db, (tx) => {
      const storageId = tx.system.insert("", "_storage", { sha256: file.sha256, size: 3 });
      tx.system.insert("", "_file_storage", { storageId, uuid: file.uuid });
    });
    const id = await upload(readFileSync(path), { mode: "replaceAll", format: "zip" });
    await confirmed(id);
    await turnsUntil(() => db.hidden.of(id).some(({ documents }) => documents > 5));
    await restart();
    await imports.recover();
    await finished(id);
    expect(stateOf(id)).toMatchObject({ state: "completed" });
    expect(read(db, (tx) => tx.count("", "_storage"))).toBe(40);
    const stored = readdirSync(join(folder, "storage"));
    expect(stored).not.toContain(file.uuid);
    expect(stored.length).toBe(40);
  });
});

describe("an appending import", () => {
  test("goes on behind the last document that is in: none is lost, none is there twice", async () => {
    const id = await upload(lines(0, COUNT), jsonLines("append"));
    await confirmed(id);
    for (const share of [0.2, 0.5, 0.8]) {
      await turnsUntil(() => numbers().length > COUNT * share);
      await restart();
      expect(numbers().length).toBeLessThan(COUNT);
      await imports.recover();
    }
    await finished(id);
    expect(stateOf(id)).toMatchObject({ state: "completed" });
    expect(numbers()).toEqual(ALL);
  });

  test("tries everything first: what the schema refuses at the end changes nothing", async () => {
    const n = { fieldType: { type: "number" }, optional: false };
    await push(db, schemaJson(tableJson("t", { documentType: { type: "object", value: { n } } })));
    const id = await upload(`${lines(0, COUNT)}{"n":"x"}\n`, jsonLines("append"));
    await confirmed(id);
    await finished(id);
    expect(stateOf(id).error_message).toContain("does not match the schema");
    expect(numbers()).toEqual([]);
  });

  test("an id that is there twice is refused, even far apart", async () => {
    const twice = `{"_id":"${encodeId(generateIdBytes(10_001, 1_700_000_000_000))}"}\n`;
    const id = await upload(twice + lines(0, 500) + twice, jsonLines("append"));
    await confirmed(id);
    await finished(id);
    expect(stateOf(id).error_message).toContain("is there twice");
    expect(numbers()).toEqual([]);
  });
});

describe("what is left over", () => {
  test("an import whose process ended again and again is given up", async () => {
    const id = await upload(lines(0, 200_000), jsonLines("replace"));
    for (let start = 0; start < 4; start++) {
      await restart();
      await imports.recover();
    }
    expect(stateOf(id).error_message).toContain("The backend ended 3 times while it worked on this import");
    expect(uploads()).toEqual([]);
  });

  test("nobody's uploads and tables are removed, others' are kept", async () => {
    const half = await imports.uploads.start();
    const waiting = await upload(lines(0, 3), jsonLines("append"));
    await turnsUntil(() => stateOf(waiting).state === "waiting_for_confirmation");
    db.hidden.open("nobody", [{ ns: "", table: "t", number: null }]);
    const lost = await imports.uploads.start();
    writeFileSync(join(folder, "imports", lost, "upload"), "x");
    await restart();
    expect(await imports.recover()).toBe(true);
    expect(db.hidden.of("nobody")).toEqual([]);
    expect(uploads().length).toBe(2);
    expect(uploads()).toContain(half);
  });

  test("an upload that is gone fails its import in one sentence", async () => {
    const id = await upload(lines(0, 3), jsonLines("append"));
    await turnsUntil(() => stateOf(id).state === "waiting_for_confirmation");
    rmSync(join(folder, "imports"), { recursive: true });
    await restart();
    await imports.recover();
    expect(stateOf(id)).toEqual({ state: "failed", error_message: "The backend was restarted. Import again." });
  });

  test("an import that nobody confirms is given up after a day", async () => {
    const id = await upload(lines(0, 3), jsonLines("append"));
    await turnsUntil(() => stateOf(id).state === "waiting_for_confirmation");
    await clock.jumpTo(clock.nowMs() + 25 * 60 * 60 * 1000, () => Promise.resolve());
    await upload(lines(0, 3), jsonLines("append"));
    expect(stateOf(id).error_message).toContain("Nobody confirmed");
    expect(read(db, (tx) => listImports(tx)).length).toBe(2);
  });
});
