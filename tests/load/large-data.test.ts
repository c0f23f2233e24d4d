import { createCipheriv } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import type { JSONValue } from "convex/values";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOAD_PROJECT } from "../../scripts/bench/load-project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { CliChild } from "../support/cli-child.ts";
import { checkDatabaseFile } from "../support/database-file.ts";
import { startDeployProxy } from "../support/deploy-proxy.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";
import { type ProbeReport, QueryProbe } from "../support/query-probe.ts";
import { until } from "../support/until.ts";

// What takes long must hold nobody up: one backend with 200,000 documents goes through an import, pushes and an export.

const DOCUMENTS = 200_000;
const LIVE_ROWS = 500;

let backend: TestBackend;
let folder: string;
let project: ProjectCopy;
let http: ConvexHttpClient;

const countRef = makeFunctionReference<"query", { group: string; from: number; to: number }, number>(
  "bench:countBetween",
);
const fillRef = makeFunctionReference<"mutation", { group: string; from: number; count: number; body: string }>("bench:fill"); // prettier-ignore

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-large-"));
  project = copyProject(LOAD_PROJECT);
  backend = await startTestBackend({ project: LOAD_PROJECT });
  http = new ConvexHttpClient(backend.cloudUrl);
  await http.mutation(fillRef, { group: "live", from: 0, count: LIVE_ROWS, body: "" });
});
afterAll(async () => {
  await backend.stop();
  project.remove();
  rmSync(folder, { recursive: true });
});

/** Queries a few rows elsewhere while something goes on. */
const probe = () =>
  new QueryProbe((n) =>
    http.query(countRef, { group: "elsewhere", from: n, to: n + 1 }).catch((error: unknown) => {
      // While the backend is down there is nobody to be held up.
      if (!(error instanceof TypeError)) throw error;
    }),
  );

/** Bounds that hold on a busy machine and that one long transaction would break by far. */
function expectUndisturbed(report: ProbeReport): void {
  expect(report.asked).toBeGreaterThan(100);
  expect(report.p99).toBeLessThan(250);
  expect(report.longest).toBeLessThan(2500);
}

async function system(path: string, args: Record<string, JSONValue>): Promise<JSONValue> {
  const response = await fetch(`${backend.cloudUrl}/api/query`, {
    method: "POST",
    headers: { Authorization: `Convex ${backend.adminKey}`, "Content-Type": "application/json" },
    body: JSON.stringify({ path, args, format: "json" }),
  });
  return ((await response.json()) as { value: JSONValue }).value;
}
const rowCount = () => system("_system/cli/tableSize", { tableName: "rows" });

describe("an import of 200,000 documents", () => {
  const imported = (printed: string) =>
    Math.max(
      0,
      ...[...printed.matchAll(/\(([\d,]+) of 200,000\)/g)].map(([, n = ""]) => Number(n.replaceAll(",", ""))),
    );

  test("holds nobody up, goes on after kill -9, and tells the CLI how far it is", async () => {
    const path = join(folder, "rows.jsonl");
    const out = createWriteStream(path);
    const body = "x".repeat(500);
    for (let n = 0; n < DOCUMENTS; n++) {
      if (!out.write(`${JSON.stringify({ group: "imported", n, body })}\n`)) await once(out, "drain");
    }
    await new Promise((resolve) => out.end(resolve));
    expect(statSync(path).size).toBeGreaterThan(100_000_000);

    const cli = new CliChild(backend, project.dir, ["import", "--table", "rows", "--replace", "--yes", path]);
    await cli.waitFor("500 of 500 |");
    await until("a quarter", () => imported(cli.printed) > DOCUMENTS / 4, 60_000);
    await backend.kill();
    const before = imported(cli.printed);
    checkDatabaseFile(backend.dataDir);
    await backend.restart();
    expect(await rowCount()).toBe(LIVE_ROWS);
    const questions = probe();
    await cli.waitFor(`Added ${DOCUMENTS} documents to table "rows".`);
    expectUndisturbed(await questions.stop());
    expect(await cli.ended).toBe(0);
    // It went on; it did not begin again.
    const [, after = ""] = cli.printed.split(String(before.toLocaleString("en")));
    expect(Math.min(...[...after.matchAll(/\(([\d,]+) of 200,000\)/g)].map(([, n = ""]) => Number(n.replaceAll(",", ""))))).toBeGreaterThanOrEqual(before); // prettier-ignore
    expect(await rowCount()).toBe(DOCUMENTS);
    expect(await http.query(countRef, { group: "imported", from: 199_990, to: 300_000 })).toBe(10);
    expect(await http.query(countRef, { group: "live", from: 0, to: LIVE_ROWS })).toBe(0);
  });
});

describe("a push on 200,000 documents", () => {
  const SCHEMA = "convex/schema.ts";
  const ROWS = `.index("by_group_n", ["group", "n"])`;
  // The CLI would ask a person whether an index on so large a table may take its time.
  const deploy = ["deploy", "--typecheck", "disable", "--codegen", "disable", "--skip-large-indexes-check"];

  test("builds an index in the background, with progress that the CLI shows, and holds nobody up", async () => {
    project.edit(SCHEMA, ROWS, `${ROWS}.index("by_n", ["n"])`);
    const proxy = await startDeployProxy(backend.cloudUrl, 100);
    const questions = probe();
    const cli = new CliChild({ ...backend, cloudUrl: proxy.url }, project.dir, deploy);
    await cli.waitFor("Backfilling indexes (0/1 ready)");
    await cli.waitFor("rows.by_n");
    expect(await cli.ended).toBe(0);
    expectUndisturbed(await questions.stop());
    await proxy.close();
    expect(proxy.schemaAnswers.filter(({ type }) => type === "inProgress").length).toBeGreaterThan(3);
    expect(proxy.schemaAnswers.at(-1)).toEqual({ type: "complete" });
  });

  test("killed half way leaves nothing behind, and the next one succeeds", async () => {
    project.edit(SCHEMA, ROWS, `${ROWS}.index("by_body", ["body"])`);
    const proxy = await startDeployProxy(backend.cloudUrl, 100);
    const cut = new CliChild({ ...backend, cloudUrl: proxy.url }, project.dir, deploy);
    await cut.waitFor("Backfilling indexes (0/1 ready)");
    await backend.kill();
    checkDatabaseFile(backend.dataDir);
    await backend.restart();
    // The CLI asks again and hears that its push is not known any more.
    expect(await cut.ended).toBe(1);
    await proxy.close();
    expect(cut.printed).toContain("Schema was overwritten by another push.");
    expect(await http.query(countRef, { group: "imported", from: 0, to: 10 })).toBe(10);
    const again = await backend.cli(deploy, { cwd: project.dir });
    expect(again, again.output).toMatchObject({ code: 0 });
    expect(again.output).toContain("rows.by_body");
  });

  test("that the data breaks is refused and names the document; the old schema goes on", async () => {
    const row = (await system("_system/cli/tableData", {
      table: "rows",
      order: "asc",
      paginationOpts: { cursor: null, numItems: 1 },
    })) as { page: { _id: string }[] };
    project.edit(SCHEMA, "n: v.number(), body: v.string()", "n: v.number(), body: v.number()");
    const questions = probe();
    const refused = await backend.cli(deploy, { cwd: project.dir });
    expect((await questions.stop()).longest).toBeLessThan(2500);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("Schema validation failed");
    expect(refused.output).toMatch(/Document with ID "\w{32}" in table "rows" does not match the schema/);
    expect(row.page.length).toBe(1);
    await http.mutation(fillRef, { group: "after", from: 0, count: 1, body: "still text" });
    project.edit(SCHEMA, "n: v.number(), body: v.number()", "n: v.number(), body: v.string()");
  });

  test("with a staged index does not open it before it is enabled, and then at once", async () => {
    project.write(
      "convex/staged.ts",
      `import { queryGeneric } from "convex/server";
       export const largest = queryGeneric({
         args: {},
         handler: async (ctx) =>
           (await ctx.db.query("rows").withIndex("by_staged" as never).order("desc").first())?.n ?? null,
       });`,
    );
    const index = (options: string) => `.index("by_staged", ${options})`;
    project.edit(SCHEMA, ROWS, ROWS + index(`{ fields: ["n", "group"], staged: true }`));
    const staged = await backend.cli(deploy, { cwd: project.dir });
    expect(staged, staged.output).toMatchObject({ code: 0 });
    expect(staged.output).toContain("rows.by_staged");
    const largest = makeFunctionReference<"query", Record<string, never>, number>("staged:largest");
    await expect(http.query(largest, {})).rejects.toThrow("is currently staged and not available to query until it is enabled"); // prettier-ignore
    project.edit(SCHEMA, index(`{ fields: ["n", "group"], staged: true }`), index(`["n", "group"]`));
    const startedMs = performance.now();
    const enabled = await backend.cli(deploy, { cwd: project.dir });
    expect(enabled, enabled.output).toMatchObject({ code: 0 });
    // Nothing is built again: far less than the build took.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(await http.query(largest, {})).toBe(DOCUMENTS - 1);
  });
});

describe("an export of more than 100 MB", () => {
  const FILES = 6;
  const FILE_BYTES = 20 * 1024 * 1024;

  test("with its files goes into another deployment, and neither side is held up", async () => {
    for (let at = 0; at < FILES; at++) {
      const url = (await backend.client.run("files:uploadUrl")) as string;
      // Bytes that do not compress.
      const body = createCipheriv("aes-256-ctr", Buffer.alloc(32, at), Buffer.alloc(16)).update(Buffer.alloc(FILE_BYTES)); // prettier-ignore
      expect((await fetch(url, { method: "POST", body })).status).toBe(200);
    }
    const path = join(folder, "all.zip");
    const questions = probe();
    const exported = await backend.cli(["export", "--path", path, "--include-file-storage"], { cwd: project.dir });
    expectUndisturbed(await questions.stop());
    expect(exported, exported.output).toMatchObject({ code: 0 });
    expect(statSync(path).size).toBeGreaterThan(100_000_000);

    const source = backend;
    const digests = await backend.client.run("files:digests");
    expect(digests).toHaveLength(FILES);
    backend = await startTestBackend({ project: LOAD_PROJECT });
    http = new ConvexHttpClient(backend.cloudUrl);
    try {
      const others = probe();
      const imported = await backend.cli(["import", "--replace-all", "--yes", path], { cwd: project.dir });
      expectUndisturbed(await others.stop());
      expect(imported, imported.output).toMatchObject({ code: 0 });
      expect(await rowCount()).toBe(DOCUMENTS + 1);
      expect(await backend.client.run("files:digests")).toEqual(digests);
    } finally {
      await backend.stop();
      backend = source;
    }
  });
});
