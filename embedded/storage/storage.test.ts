import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../clock.ts";
import { openTestDatabase } from "../database/testing.ts";
import type { Database } from "../database/types.ts";
import { parseByteRange } from "./byte-range.ts";
import { removeOrphans } from "./orphans.ts";
import { Storage } from "./storage.ts";

const HOUR_MS = 60 * 60 * 1000;

describe("file storage", () => {
  let dataDir: string;
  let storage: Storage;
  let clock: ManualClock;
  let db: Database;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "switchboard-storage-"));
    ({ db, clock } = openTestDatabase());
    storage = new Storage({ database: db, clock, dataDir, cloudOrigin: "http://host" });
  });
  afterEach(async () => {
    await db.close();
    rmSync(dataDir, { recursive: true });
  });

  async function* bytes(...chunks: string[]): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const tokenOf = (url: string) => new URL(url).searchParams.get("token") ?? "";
  const upload = (component = "") => tokenOf(storage.uploadUrl(component, clock.nowMs()));
  const plain = { contentType: "text/plain", digest: null };
  const stored = () => readdirSync(join(dataDir, "storage")).filter((name) => name !== "upload-secret");

  test("an upload can be read back by its address, whole and in part", async () => {
    const id = await storage.storeUpload(upload(), bytes("hello ", "world"), plain);
    const file = storage.find("", id);
    expect(file).toMatchObject({ id, size: 11, contentType: "text/plain" });
    expect(file?.sha256).toBe(createHash("sha256").update("hello world").digest("base64"));
    const url = file === null ? "" : storage.urlOf("", file);
    expect(url).toMatch(/^http:\/\/host\/api\/storage\/[0-9a-f-]{36}$/);
    const opened = await storage.openFile("", url.split("/").at(-1) ?? "");
    const read = async (range?: { start: number; end: number }) => {
      let text = "";
      for await (const chunk of opened?.stream(range) ?? []) text += String(chunk);
      return text;
    };
    expect([await read(), await read({ start: 6, end: 8 })]).toEqual(["hello world", "wor"]);
    expect(storage.find("", file?.uuid ?? "")?.id).toBe(id);
  });

  test("files belong to the component the upload was made for", async () => {
    const id = await storage.storeUpload(upload("counter"), bytes("x"), plain);
    expect(storage.find("", id)).toBeNull();
    const file = storage.find("counter", id);
    expect(file === null ? "" : storage.urlOf("counter", file)).toMatch(/\?component=counter$/);
    expect(await storage.openFile("", file?.uuid ?? "")).toBeNull();
  });

  test("tokens run out after an hour and can't be made up", async () => {
    const token = upload();
    await clock.advanceTo(clock.nowMs() + HOUR_MS - 1, () => Promise.resolve());
    await storage.storeUpload(token, bytes("x"), plain);
    await clock.advanceTo(clock.nowMs() + 1, () => Promise.resolve());
    await expect(storage.storeUpload(token, bytes("x"), plain)).rejects.toMatchObject({ code: "StorageTokenExpired" });
    const [payload, signature] = upload().split(".");
    for (const forged of ["", "a.b", `${payload}.`, `${payload}x.${signature}`]) {
      await expect(storage.storeUpload(forged, bytes("x"), plain)).rejects.toMatchObject({
        code: "StorageTokenInvalid",
      });
    }
  });

  test("a digest that does not match leaves nothing behind", async () => {
    const digest = `sha-256=${createHash("sha256").update("right").digest("base64")}`;
    await storage.storeUpload(upload(), bytes("right"), { contentType: null, digest });
    await expect(storage.storeUpload(upload(), bytes("wrong"), { contentType: null, digest })).rejects.toMatchObject({
      code: "BadDigest",
    });
    await expect(
      storage.storeUpload(upload(), bytes("x"), { contentType: null, digest: "md5=1" }),
    ).rejects.toMatchObject({
      code: "BadDigest",
    });
    expect(stored()).toHaveLength(1);
  });

  test("a broken upload leaves nothing behind", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("part");
      throw new Error("connection lost");
    }
    await expect(storage.storeUpload(upload(), broken(), plain)).rejects.toThrow("connection lost");
    expect(stored()).toEqual([]);
  });

  test("deleting removes rows and bytes; deleting twice is an error", async () => {
    const id = await storage.store("", [Buffer.from("x")], null);
    await storage.delete("", id);
    expect([storage.find("", id), stored()]).toEqual([null, []]);
    await expect(storage.delete("", id)).rejects.toThrow(`storage id ${id} not found`);
  });

  test("the next process removes what no row names, and only that", async () => {
    const kept = [await storage.storeUpload(upload(), bytes("app"), plain), await storage.storeUpload(upload("gone"), bytes("component"), plain)]; // prettier-ignore
    const orphan = await storage.files.write([Buffer.from("nobody's")]);
    writeFileSync(join(dataDir, "storage", `${orphan.uuid}.partial`), "half");
    const uuids = await storage.files.recover();
    expect(uuids.length).toBe(3);
    const newest = await storage.files.write([Buffer.from("not committed yet")]);
    expect(await removeOrphans(db, storage.files, uuids, new AbortController().signal)).toBe(1);
    expect(kept.map((id, at) => storage.find(["", "gone"][at] ?? "", id)?.size)).toEqual([3, 9]);
    expect(stored().length).toBe(3);
    expect(stored()).toContain(newest.uuid);
  });

  test("an address that is no uuid is refused", async () => {
    await expect(storage.openFile("", "../secret")).rejects.toMatchObject({ code: "InvalidStoragePath", status: 400 });
  });
});

describe("byte ranges", () => {
  test.each([
    [null, 10, { kind: "whole" }],
    ["bytes=0-0", 10, { kind: "part", start: 0, end: 0 }],
    ["bytes=2-", 10, { kind: "part", start: 2, end: 9 }],
    ["bytes=2-100", 10, { kind: "part", start: 2, end: 9 }],
    ["bytes=-3", 10, { kind: "part", start: 7, end: 9 }],
    ["bytes=-30", 10, { kind: "part", start: 0, end: 9 }],
    ["bytes=10-", 10, { kind: "unsatisfiable" }],
    ["bytes=5-4", 10, { kind: "unsatisfiable" }],
    ["bytes=-0", 10, { kind: "unsatisfiable" }],
    ["bytes=-", 10, { kind: "unsatisfiable" }],
    ["bytes=0-1,3-4", 10, { kind: "unsatisfiable" }],
    ["items=0-1", 10, { kind: "unsatisfiable" }],
    ["bytes=0-5", 0, { kind: "whole" }],
  ])("%s of %d bytes", (header, size, expected) => {
    expect(parseByteRange(header, size)).toEqual(expected);
  });
});
