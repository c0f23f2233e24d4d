import { request as httpRequest } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { ConvexHttpClient } from "convex/browser";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";

// What strangers send: never a crash, never a 500, always a clear answer.

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
});
afterAll(() => backend.stop());

const POST_ROUTES = [
  "/api/query",
  "/api/mutation",
  "/api/action",
  "/api/function",
  "/api/query_at_ts",
  "/api/query_batch",
  "/api/run/messages/list",
  "/api/get_config_hashes",
  "/api/deploy2/start_push",
  "/api/deploy2/evaluate_push",
  "/api/deploy2/wait_for_schema",
  "/api/deploy2/finish_push",
  "/api/update_environment_variables",
  "/api/import/finish_upload",
  "/api/perform_import",
  "/api/cancel_import",
];

async function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await fetch(backend.cloudUrl + path, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", ...headers },
  });
  return { status: response.status, text: await response.text() };
}

/** Status and path as they are on the wire; `fetch` would tidy the path first. */
function rawGet(path: string, base = backend.cloudUrl): Promise<{ status: number; body: string }> {
  const { port } = new URL(base);
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: "127.0.0.1", path }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    })
      .on("error", reject)
      .end();
  });
}

const isAlive = () => new ConvexHttpClient(backend.cloudUrl).query(api.messages.list, { channel: "x" });

const admin = () => ({ Authorization: `Convex ${backend.adminKey}` });

describe("JSON bodies", () => {
  const likely = fc.record(
    {
      path: fc.oneof(fc.constantFrom("messages:list", "messages:send", "messages:echo", "_system/cli/tableData", "a:b:c", "../x", "", "x".repeat(5000)), fc.string()), // prettier-ignore
      args: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue(), { maxLength: 2 }), fc.constantFrom({ value: { $integer: 1 } }, { value: { $bytes: "?" } }, { value: { $float: "AA" } }, { value: { $undefined: null } }, { channel: "\ud800" })), // prettier-ignore
      format: fc.oneof(fc.constantFrom("json", "convex_encoded_json", "export_json"), fc.jsonValue()),
      componentPath: fc.oneof(fc.constantFrom("rateLimiter", "nothing", "a/b"), fc.jsonValue()),
      ts: fc.oneof(fc.constantFrom("AAAAAAAAAAA=", "//////////8="), fc.jsonValue()),
      queries: fc.jsonValue(),
      changes: fc.oneof(fc.array(fc.record({ name: fc.jsonValue(), value: fc.jsonValue() })), fc.jsonValue()),
      import: fc.jsonValue(),
      uploadToken: fc.oneof(fc.constantFrom("..", "../../x", "0".repeat(32)), fc.jsonValue()),
      partTokens: fc.jsonValue(),
      importId: fc.oneof(fc.constantFrom("x", "k17000000000000000000000000000000"), fc.jsonValue()),
      appDefinition: fc.jsonValue(),
      componentDefinitions: fc.jsonValue(),
      schemaChange: fc.jsonValue(),
      startPush: fc.jsonValue(),
      dryRun: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  test("of any shape are answered, with and without the admin key", async () => {
    const anyCall = fc.tuple(fc.constantFrom(...POST_ROUTES), fc.oneof({ weight: 4, arbitrary: likely }, fc.jsonValue()), fc.boolean()); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(anyCall, async ([path, body, isAdmin]) => {
        const text = JSON.stringify(isAdmin ? withKey(body) : body);
        const { status, text: answer } = await post(path, text, isAdmin ? admin() : {});
        expect(status, `${path} ${text} answered ${answer}`).toBeLessThan(500);
        expect(() => JSON.parse(answer) as unknown).not.toThrow();
      }),
      { numRuns: 600, seed: 17 },
    );
    await isAlive();
  });

  const withKey = (body: unknown) =>
    body !== null && typeof body === "object" && !Array.isArray(body) ? { ...body, adminKey: backend.adminKey } : body;

  test("that are cut, changed or no JSON are refused with a code", async () => {
    const valid = JSON.stringify({ path: "messages:list", args: { channel: "x" }, format: "json" });
    for (let at = 0; at < valid.length; at++) {
      const { status, text } = await post("/api/query", valid.slice(0, at));
      expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([400, "BadJsonBody"]);
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await post("/api/mutation", Uint8Array.from(bytes))).status).toBe(400);
      }),
      { numRuns: 50, seed: 19 },
    );
  });

  test.each<[string, () => string]>([
    ["arrays", () => `{"path":"messages:echo","args":{"value":${"[".repeat(200_000)}${"]".repeat(200_000)}}}`],
    ["objects", () => `{"path":"messages:echo","args":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`],
    ["unclosed arrays", () => "[".repeat(1_000_000)],
  ])("nested too deep are refused: %s", async (_what, body) => {
    for (const path of ["/api/query", "/api/run/messages/echo"]) {
      expect((await post(path, body())).status).toBeLessThan(500);
    }
    const deep = encodeURIComponent("[".repeat(8000) + "]".repeat(8000));
    expect((await rawGet(`/api/query?path=messages:echo&args=${deep}`)).status).toBeLessThan(500);
    await isAlive();
  });

  test("cannot reach prototypes", async () => {
    const body =
      '{"path":"messages:echo","args":{"value":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}}';
    expect((await post("/api/query", body)).status).toBe(200);
    for (const path of [
      "messages:__proto__",
      "messages:constructor",
      "__proto__:list",
      "constructor:toString",
      "messages:toString",
    ]) {
      const { status, text } = await post("/api/query", JSON.stringify({ path, args: {} }));
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('"success"');
    }
  });

  test("larger than allowed, as they are or once decompressed, are refused", async () => {
    const megabytes = (count: number) => "x".repeat(count * 1024 * 1024);
    const large = JSON.stringify({ path: "messages:echo", args: { value: megabytes(17) } });
    // Made first: compressing keeps this process busy for longer than an idle connection is kept.
    const bomb = Uint8Array.from(brotliCompressSync(large));
    const zip = Uint8Array.from(gzipSync(large));
    expect((await post("/api/query", large)).status).toBe(413);
    expect((await post("/api/query", bomb, { "Content-Encoding": "br" })).status).toBe(413);
    expect((await post("/api/query", zip, { "Content-Encoding": "gzip" })).status).toBe(413);
    // The way for large pushes opens with the key only.
    expect((await post("/api/deploy2/start_push", large)).status).toBe(413);
    const damaged = await post("/api/query", bomb.slice(0, 10), { "Content-Encoding": "br" });
    expect(damaged.status).toBe(400);
    expect((await post("/api/query", "{}", { "Content-Encoding": "rot13" })).status).toBe(400);
  });
});

describe("credentials", () => {
  test.each(["Convex ", "Convex x", "Convex switchboard|", `Convex switchboard|${"0".repeat(64)}`, "Convex :e30=", "Basic x", "Bearer", "Bearer a.b.c", "x".repeat(9000)])(
    "header %# opens nothing",
    async (authorization) => {
      const headers = { Authorization: authorization };
      const body = JSON.stringify({ path: "messages:sendMany", args: { channel: "x", count: 1 } });
      const { status, text } = await post("/api/function", body, headers);
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain(backend.adminKey);
    },
  ); // prettier-ignore

  test("system functions do not exist without the key", async () => {
    for (const path of [
      "_system/cli/queryEnvironmentVariables",
      "_system/cli/tableData",
      "_system/cli/queryImport:list",
    ]) {
      const { text } = await post("/api/query", JSON.stringify({ path, args: { name: "x", table: "messages" } }));
      expect(JSON.parse(text)).toMatchObject({ status: "error", errorMessage: expect.stringContaining("Could not find public function") as string }); // prettier-ignore
    }
  });
});

describe("paths", () => {
  const key = () => readFileSync(join(backend.dataDir, "admin-key"), "utf8").trim();

  test.each([
    "/../../../admin-key",
    "/..%2f..%2fadmin-key",
    "/%2e%2e/%2e%2e/admin-key",
    "/api/storage/../admin-key",
    "/api/storage/..%2fadmin-key",
    "/api/storage/..%5cadmin-key",
    "/api/storage/upload-secret",
    "/api/storage/00000000-0000-0000-0000-000000000000%00",
    "/api/storage/?component=../..",
    "/api/export/zip/..%2f..%2fadmin-key",
    "//etc/passwd",
    "/\\..\\admin-key",
    "/%",
    "/%ff%fe",
    "/http/../admin-key",
    `/${"a/".repeat(4000)}`,
  ])("path %# leads nowhere", async (path) => {
    for (const base of [backend.cloudUrl, backend.siteUrl]) {
      const { status, body } = await rawGet(path, base);
      expect(status).toBeLessThan(500);
      expect(body).not.toContain(key());
      expect(body).not.toContain("root:");
    }
  });

  test("an upload without a token, or with another's, leaves nothing behind", async () => {
    for (const token of ["", "x", "e30.e30", "..%2f..", "a".repeat(8000)]) {
      expect((await post(`/api/storage/upload?token=${token}`, "content")).status).toBe(401);
    }
  });
});
