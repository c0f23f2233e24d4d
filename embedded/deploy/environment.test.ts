import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { openDatabase } from "../database/open.ts";
import type { Database } from "../database/types.ts";
import { readEnvironment } from "../functions/environment.ts";
import { applyEnvironmentChanges, parseEnvironmentChanges } from "./environment.ts";

let folder: string;
let database: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "environment-"));
  database = openDatabase({ path: join(folder, "database.sqlite"), clock: new ManualClock(1_800_000_000_000) });
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

describe("applyEnvironmentChanges", () => {
  test("sets, replaces and removes; what it returns is what is stored", () => {
    const tx = database.begin();
    applyEnvironmentChanges(tx, [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ]);
    const result = applyEnvironmentChanges(tx, [
      { name: "A", value: null },
      { name: "B", value: "3" },
      { name: "GONE", value: null },
    ]);
    expect(result).toEqual({ B: "3" });
    expect(readEnvironment(tx)).toEqual({ B: "3" });
    database.abandon(tx);
  });

  test.each<[string, { name: string; value: string }, string]>([
    ["a built-in name", { name: "CONVEX_SITE_URL", value: "x" }, "EnvVarNameForbidden"],
    ["a name with a dash", { name: "A-B", value: "x" }, "EnvironmentVariableNameInvalid"],
    ["a name that begins with a digit", { name: "1A", value: "x" }, "EnvironmentVariableNameInvalid"],
    ["a name that is too long", { name: "A".repeat(257), value: "x" }, "EnvironmentVariableNameTooLong"],
    ["a value that is too large", { name: "A", value: "ü".repeat(4097) }, "EnvironmentVariableValueTooLarge"],
  ])("refuses %s and writes nothing", (_what, change, code) => {
    const tx = database.begin();
    expect(() => applyEnvironmentChanges(tx, [{ name: "OK", value: "1" }, change])).toThrow(
      expect.objectContaining({ code }),
    );
    expect(readEnvironment(tx)).toEqual({});
    database.abandon(tx);
  });

  test("refuses more variables and more bytes than a deployment may have", () => {
    const tx = database.begin();
    const many = Array.from({ length: 513 }, (_, index) => ({ name: `V${index}`, value: "" }));
    expect(() => applyEnvironmentChanges(tx, many)).toThrow(expect.objectContaining({ code: "EnvVarLimitMet" }));
    const large = Array.from({ length: 70 }, (_, index) => ({ name: `V${index}`, value: "x".repeat(8000) }));
    expect(() => applyEnvironmentChanges(tx, large)).toThrow(
      expect.objectContaining({ code: "EnvVarTotalSizeLimitMet" }),
    );
    database.abandon(tx);
  });
});

test("changes of another shape are refused", () => {
  for (const changes of [undefined, {}, [{}], [{ name: 1, value: "x" }], [{ name: "A", value: 1 }]]) {
    expect(() => parseEnvironmentChanges(changes)).toThrow(expect.objectContaining({ code: "BadJsonBody" }));
  }
});
