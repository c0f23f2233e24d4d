import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readOrCreateSecret } from "./secret-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-secret-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (secret: string) => readOrCreateSecret(join(folder, "key"), () => Buffer.from(secret)).toString();

test("is made once, for its owner alone", () => {
  expect([read("first"), read("second")]).toEqual(["first", "first"]);
  expect(statSync(join(folder, "key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["key"]);
});

test("an empty file and the remains of a crash are none", () => {
  writeFileSync(join(folder, "key"), "");
  writeFileSync(join(folder, "key.partial"), "ha");
  expect(read("whole")).toBe("whole");
  expect(readdirSync(folder)).toEqual(["key"]);
});
