import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import type { Value } from "convex/values";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemFunctions } from "../../embedded/deploy/system-functions.ts";
import { UNDEFINED_PLACEHOLDER } from "../../embedded/deploy/system/table-filters.ts";
import { api } from "../fixtures/project/convex/_generated/api.js";
import type { Id } from "../fixtures/project/convex/_generated/dataModel.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { until } from "../support/until.ts";

// What dashboards and the CLI's MCP server ask a deployment: through the stock client with the admin key.

let backend: TestBackend;
let http: ConvexHttpClient;
let admin: ConvexHttpClient;

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
  http = new ConvexHttpClient(backend.cloudUrl);
  admin = new ConvexHttpClient(backend.cloudUrl);
  setAdmin(admin);
});
afterAll(() => backend.stop());

/** The stock clients have it for the CLI and dashboards; their types do not show it. */
function setAdmin(client: unknown): void {
  (client as { setAdminAuth(key: string): void }).setAdminAuth(backend.adminKey);
}

type Shown = Record<string, Value>;
interface ShownPage {
  page: Shown[];
  isDone: boolean;
  continueCursor: string;
}

const ask = <T = Value>(name: string, args: Record<string, Value> = {}) =>
  admin.query(makeFunctionReference<"query", Record<string, Value>, T>(`_system/frontend/${name}`), args);
const change = <T = Value>(name: string, args: Record<string, Value> = {}) =>
  admin.mutation(makeFunctionReference<"mutation", Record<string, Value>, T>(`_system/frontend/${name}`), args);
const page = (numItems: number, cursor: string | null = null) => ({ paginationOpts: { numItems, cursor } });
const get = (path: string) =>
  fetch(backend.cloudUrl + path, { headers: { Authorization: `Convex ${backend.adminKey}` } });
const post = (path: string, body: unknown) =>
  fetch(backend.cloudUrl + path, {
    method: "POST",
    headers: { Authorization: `Convex ${backend.adminKey}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
const filters = (filter: object) => Buffer.from(JSON.stringify(filter)).toString("base64");
const rows = async (table: string, filter: object | null = null) =>
  (await ask<ShownPage>("paginatedTableDocuments", { ...page(100), table, filters: filter === null ? null : filters(filter) })).page; // prettier-ignore

describe("without the admin key", () => {
  const names = Object.keys(
    systemFunctions({
      urls: { cloudUrl: "", siteUrl: "" },
      database: { schemaOf: () => null },
      storage: { urlOf: () => "", uploadUrl: () => "" },
      removeBytes: () => undefined,
    }),
  );

  test("no system function exists, as query or as mutation, over HTTP or the WebSocket", async () => {
    expect(names.length).toBeGreaterThan(40);
    for (const path of names) {
      for (const route of ["query", "mutation", "action"]) {
        const response = await fetch(`${backend.cloudUrl}/api/${route}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ path, args: {}, format: "json" }),
        });
        expect(await response.json(), path).toMatchObject({ status: "error", errorMessage: expect.stringContaining("Could not find public function") as string }); // prettier-ignore
      }
    }
    const client = new ConvexClient(backend.cloudUrl);
    const tables = makeFunctionReference<"query", Record<string, never>>("_system/frontend/getTableMapping");
    await expect(client.query(tables, {})).rejects.toThrow("Could not find public function");
    await client.close();
  });

  test.each([
    ["GET", "/api/shapes2"],
    ["GET", "/api/get_indexes"],
    ["POST", "/api/delete_tables"],
    ["POST", "/api/cancel_job"],
    ["POST", "/api/cancel_all_jobs"],
    ["GET", "/api/app_metrics/udf_rate"],
    ["GET", "/api/app_metrics/stream_function_logs"],
    ["GET", "/api/check_admin_key"],
  ])("%s %s is refused", async (method, path) => {
    const options = method === "POST" ? { method, body: "{}", headers: { "Content-Type": "application/json" } } : {};
    expect((await fetch(backend.cloudUrl + path, options)).status).toBe(403);
  });
});

describe("tables and documents", () => {
  test("are listed with schema, numbers, indexes and sizes", async () => {
    await http.mutation(api.messages.send, { channel: "a", body: "one", number: 1 });
    const schemas = await ask<{ active: string }>("getSchemas");
    expect((JSON.parse(schemas.active) as { tables: { tableName: string }[] }).tables.map(({ tableName }) => tableName)).toContain("messages"); // prettier-ignore
    const mapping = await ask<Record<string, string>>("getTableMapping");
    expect(Object.values(mapping)).toEqual(expect.arrayContaining(["messages", "_storage", "_scheduled_functions"]));
    expect(await ask("tableSize", { tableName: "messages" })).toBe(1);
    expect(await ask("indexes", { tableName: "messages", tableNamespace: null })).toEqual([
      { name: "by_channel_number", staged: false, fields: ["channel", "number", "_creationTime"], backfill: { state: "done" } },
      { name: "search_body", staged: false, fields: { searchField: "body", filterFields: ["channel"] }, backfill: { state: "done" } },
    ]); // prettier-ignore
    const { indexes } = (await (await get("/api/get_indexes")).json()) as {
      indexes: { table: string; name: string }[];
    };
    expect(indexes.map(({ table, name }) => `${table}.${name}`)).toContain("counters.by_name");
  });

  test("are filtered by expressions, by an index and by type, page by page", async () => {
    for (let number = 1; number <= 5; number++) {
      await http.mutation(api.messages.send, { channel: "filters", body: `b${number}`, number });
    }
    const numbers = async (filter: object) => (await rows("messages", filter)).map(({ number }) => number);
    const inChannel = { op: "eq", field: "channel", value: "filters" };
    expect(await numbers({ clauses: [inChannel] })).toEqual([5, 4, 3, 2, 1]);
    expect(await numbers({ order: "asc", clauses: [inChannel, { op: "gt", field: "number", value: 3 }] })).toEqual([
      4, 5,
    ]);
    expect(await numbers({ clauses: [inChannel, { op: "anyOf", field: "number", value: [1, 4] }] })).toEqual([4, 1]);
    expect(await numbers({ clauses: [inChannel, { op: "noneOf", field: "number", value: [1, 4] }] })).toEqual([
      5, 3, 2,
    ]);
    expect(await numbers({ clauses: [inChannel, { op: "eq", field: "author", value: UNDEFINED_PLACEHOLDER }] })).toHaveLength(5); // prettier-ignore
    expect(await numbers({ clauses: [inChannel, { op: "eq", field: "number", value: 2, enabled: false }] })).toHaveLength(5); // prettier-ignore
    expect(await numbers({ clauses: [inChannel, { op: "type", field: "author", value: "unset" }] })).toHaveLength(5);
    expect(await numbers({ clauses: [inChannel, { op: "notype", field: "number", value: "number" }] })).toEqual([]);
    const index = {
      name: "by_channel_number",
      clauses: [
        { type: "indexEq", enabled: true, value: "filters" },
        { type: "indexRange", enabled: true, lowerOp: "gte", lowerValue: 2, upperOp: "lt", upperValue: 4 },
      ],
    };
    expect(await numbers({ order: "asc", clauses: [], index })).toEqual([2, 3]);
    const broken = await rows("messages", {
      clauses: [inChannel, { op: "eq", field: "body", value: { $integer: 1 } }],
    });
    expect(broken).toEqual([{ filter: 1, error: expect.stringContaining("Invalid value") as string }]);
    await expect(ask("paginatedTableDocuments", { ...page(1), table: "messages", filters: "?" })).rejects.toThrow("The filter cannot be read"); // prettier-ignore

    const first = await ask<ShownPage>("paginatedTableDocuments", { ...page(2), table: "messages", filters: null });
    const second = await ask<ShownPage>("paginatedTableDocuments", { ...page(2, first.continueCursor), table: "messages", filters: null }); // prettier-ignore
    expect(first.page.length + second.page.length).toBe(4);
    expect(first.page.map(({ _id }) => _id)).not.toEqual(second.page.map(({ _id }) => _id));
  });

  test("are added, patched, replaced and deleted; what the schema refuses changes nothing", async () => {
    const added = await change("addDocument", { table: "counters", documents: [{ name: "x", value: 1 }, { name: "y", value: 2 }] }); // prettier-ignore
    expect(added).toEqual({ success: true });
    const refused = await change<{ success: boolean; error: string }>("addDocument", { table: "counters", documents: [{ name: "z", value: 3 }, { name: 4 }] }); // prettier-ignore
    expect(refused).toMatchObject({ success: false, error: expect.stringContaining("does not match the schema") as string }); // prettier-ignore
    const counters = await rows("counters");
    expect(counters.map(({ name }) => name)).toEqual(["y", "x"]);
    const ids = counters.map(({ _id }) => _id as string);
    expect(await change("patchDocumentsFields", { table: "counters", ids, fields: { value: 7 } })).toEqual({
      success: true,
    });
    expect((await rows("counters")).map(({ value }) => value)).toEqual([7, 7]);
    const withoutValue = await change("patchDocumentsFields", {
      table: "counters",
      fields: { value: UNDEFINED_PLACEHOLDER },
    });
    expect(withoutValue).toMatchObject({ success: false });
    expect(await change("replaceDocument", { id: ids[0] ?? "", document: { name: "new", value: 9 } })).toEqual({ success: true }); // prettier-ignore
    const [found, system] = await ask<(Shown | null)[]>("listById", { ids: [{ id: ids[0] ?? "", tableName: "counters" }, { id: "x", tableName: "counters" }] }); // prettier-ignore
    expect([found?.["name"], system]).toEqual(["new", null]);
    const toDelete = ids.map((id) => ({ id, tableName: "counters" }));
    expect(await change("deleteDocuments", { toDelete })).toEqual({ success: true });
    expect(await rows("counters")).toEqual([]);
  });

  test("a table is created, shows, is cleared and deleted; one of the schema is not", async () => {
    await change("createTable", { table: "scratch" });
    await change("addDocument", { table: "scratch", documents: [{ a: 1 }, { a: null, b: [true], c: "x" }] });
    const shapes = (await (await get("/api/shapes2")).json()) as Record<string, { type: string; fields: { fieldName: string; optional: boolean; shape: unknown }[] }>; // prettier-ignore
    expect(shapes["values"]).toEqual({ type: "Never" });
    const fields = Object.fromEntries(
      shapes["scratch"]?.fields.map(({ fieldName, ...rest }) => [fieldName, rest]) ?? [],
    );
    expect(fields).toMatchObject({
      _id: { optional: false, shape: { type: "Id", tableName: "scratch" } },
      a: { optional: false, shape: { type: "Union", shapes: [{ type: "Float64" }, { type: "Null" }] } },
      b: { optional: true, shape: { type: "Array", shape: { type: "Boolean" } } },
    });
    expect(await change("clearTablePage", { tableName: "scratch", cursor: null })).toMatchObject({ deleted: 2, hasMore: false }); // prettier-ignore
    await change("addDocument", { table: "scratch", documents: [{ a: 1 }] });
    expect((await post("/api/delete_tables", { tableNames: ["scratch"], componentId: null })).status).toBe(200);
    expect(Object.values(await ask<Record<string, string>>("getTableMapping"))).not.toContain("scratch");
    expect(await rows("scratch")).toEqual([]);
    const declared = await post("/api/delete_tables", { tableNames: ["messages"], componentId: null });
    expect([declared.status, await declared.json()]).toEqual([400, expect.objectContaining({ code: "TableInSchema" })]);
    const system = await post("/api/delete_tables", { tableNames: ["_deployment"], componentId: null });
    expect(system.status).toBe(400);
  });

  test("of a component are asked for by its id", async () => {
    await http.mutation(api.components.limited, { key: "k" });
    const components = await ask<{ id: string; path: string }[]>("components:list");
    const limiter = components.find(({ path }) => path === "rateLimiter");
    const mapping = await ask<Record<string, string>>("getTableMapping", { componentId: limiter?.id ?? "" });
    expect(Object.values(mapping)).toContain("rateLimits");
    expect(await ask("tableSize", { tableName: "rateLimits", componentId: limiter?.id ?? "" })).toBe(1);
    expect(await ask("tableSize", { tableName: "rateLimits", componentId: null })).toBe(0);
    const shapes = (await (await get("/api/shapes2?component=rateLimiter")).json()) as object;
    expect(Object.keys(shapes)).toContain("rateLimits");
  });

  test("a subscription follows them", async () => {
    const client = new ConvexClient(backend.cloudUrl);
    setAdmin(client.client);
    const sizes: number[] = [];
    const size = makeFunctionReference<"query", { tableName: string }, number>("_system/frontend/tableSize");
    client.onUpdate(size, { tableName: "events" }, (value) => sizes.push(value));
    await until("the first size", () => sizes.length > 0);
    await change("addDocument", { table: "events", documents: [{ kind: "k", atMs: 1 }] });
    await until("the next size", () => sizes.at(-1) === 1);
    await client.close();
  });

  test("a function that writes is refused as a query", async () => {
    await expect(ask("createTable", { table: "never" })).rejects.toThrow(
      "Trying to execute _system/frontend/createTable.js:default as Query, but it is defined as Mutation.",
    );
  });
});

describe("files, jobs and crons", () => {
  test("files are listed with their address, and deleted with their bytes", async () => {
    const url = await change<string>("fileStorageV2:generateUploadUrl");
    const uploaded = await fetch(url, { method: "POST", body: "content", headers: { "Content-Type": "text/plain" } });
    const { storageId } = (await uploaded.json()) as { storageId: Id<"_storage"> };
    expect(await ask("fileStorageV2:numFiles")).toBe(1);
    const listed = await ask<ShownPage>("fileStorageV2:fileMetadata", { ...page(10), filters: { order: "asc", minCreationTime: 1 } }); // prettier-ignore
    const file = await ask<Shown>("fileStorageV2:getFile", { storageId });
    expect(listed.page).toEqual([file]);
    expect(await (await fetch(file["url"] as string)).text()).toBe("content");
    await change("fileStorageV2:deleteFiles", { storageIds: [storageId] });
    expect(await ask("fileStorageV2:getFile", { storageId })).toBeNull();
    await until("the bytes' end", async () => (await fetch(file["url"] as string)).status === 404);
  });

  test("scheduled functions are listed and canceled, one and all", async () => {
    const ids = [];
    for (const kind of ["a", "b", "c"])
      ids.push(await http.mutation(api.jobs.scheduleIn, { kind, delayMs: 3_600_000 }));
    const first = await ask<ShownPage>("paginatedScheduledJobs", page(2));
    expect(first.page.map(({ _id }) => _id)).toEqual(ids.slice(0, 2));
    expect(first.page[0]).toMatchObject({
      udfPath: "jobs.js:record",
      udfArgs: [{ kind: "a" }],
      state: { type: "pending" },
    });
    const rest = await ask<ShownPage>("paginatedScheduledJobs", page(2, first.continueCursor));
    expect([rest.page.length, rest.isDone]).toEqual([1, true]);
    expect(await ask("scheduler:nextScheduledJobTimestamp")).toBe(first.page[0]?.["nextTs"]);
    expect((await post("/api/cancel_job", { id: ids[0] })).status).toBe(200);
    expect((await ask<ShownPage>("paginatedScheduledJobs", page(9))).page.length).toBe(2);
    expect((await post("/api/cancel_all_jobs", { udfPath: "jobs.js:other" })).status).toBe(200);
    expect((await ask<ShownPage>("paginatedScheduledJobs", page(9))).page.length).toBe(2);
    expect((await post("/api/cancel_all_jobs", {})).status).toBe(200);
    expect((await ask<ShownPage>("paginatedScheduledJobs", page(9))).page).toEqual([]);
    expect((await post("/api/cancel_job", { id: "x" })).status).toBe(400);
  });

  test("crons are listed with their last run and the next", async () => {
    const crons = await ask<Shown[]>("listCronJobs");
    expect(crons).toEqual([
      expect.objectContaining({
        name: "tick",
        cronSpec: expect.objectContaining({ udfPath: "jobs:record" }) as object,
        lastRun: expect.objectContaining({ status: { type: "success" } }) as object,
        nextRun: expect.objectContaining({ state: { type: "pending" } }) as object,
      }),
    ]);
    expect((await ask<Shown[]>("listCronJobRuns")).length).toBe(1);
  });
});

describe("the deployment", () => {
  test("tells its modules, their source, its addresses and state", async () => {
    const modules = new Map(await ask<[string, { functions: { name: string; udfType: string; visibility: object }[] }][]>("modules:list")); // prettier-ignore
    expect(modules.get("messages.js")?.functions).toContainEqual(
      expect.objectContaining({ name: "sendMany", udfType: "Mutation", visibility: { kind: "internal" } }),
    );
    expect(modules.get("http.js")?.functions.map(({ udfType }) => udfType)).toContain("HttpAction");
    expect(await ask("modules:getSourceCode", { path: "messages.js" })).toContain(
      `.query("counters").withIndex("by_name"`,
    );
    const all = await ask<[string | null, unknown[]][]>("modules:listForAllComponents");
    expect(all.map(([component]) => component)).toEqual(expect.arrayContaining([null, "rateLimiter"]));
    expect(await ask("convexCloudUrl")).toBe(backend.cloudUrl);
    expect(await ask("convexSiteUrl")).toBe(backend.siteUrl);
    expect(await ask("getVersion")).toBe("1.48.0");
    expect(await ask("deploymentState:deploymentState")).toEqual({ state: "running" });
    expect((await ask<Shown[]>("listEnvironmentVariables")).map(({ name }) => name)).toContain("FIXTURE_JWKS");
    expect((await ask<Shown[]>("listAuthProviders")).length).toBeGreaterThan(0);
    expect(await ask("snapshotImport:list")).toEqual([]);
    expect(await ask("latestExport")).toBeNull();
    expect(await (await get("/api/app_metrics/function_concurrency")).json()).toEqual([]);
  });
});

describe("graphs", () => {
  const instant = (ms: number) => ({ secs_since_epoch: Math.floor(ms / 1000), nanos_since_epoch: (ms % 1000) * 1e6 });
  const metric = async <T>(name: string, query: Record<string, string> = {}) => {
    const nowMs = Date.now();
    const window = JSON.stringify({ start: instant(nowMs - 3_600_000), end: instant(nowMs), num_buckets: 6 });
    const response = await get(`/api/app_metrics/${name}?${new URLSearchParams({ window, ...query }).toString()}`);
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  type Series = [{ secs_since_epoch: number }, number | null][];
  const values = (series: Series) => series.flatMap(([, value]) => (value === null ? [] : [value]));

  test("show how often functions ran, failed and how long they took", async () => {
    await http.mutation(api.messages.send, { channel: "graphs", body: "one", number: 1 });
    const path = { path: "messages:send", udfType: "Mutation", componentPath: "" };
    const rate = await metric<Series>("udf_rate", { ...path, metric: "invocations" });
    expect(rate).toHaveLength(6);
    expect(values(rate).some((perSecond) => perSecond > 0)).toBe(true);
    expect(values(await metric<Series>("udf_rate", { ...path, metric: "errors" })).every((n) => n === 0)).toBe(true);
    const [[percentile, times] = []] = await metric<[number, Series][]>("latency_percentiles", { ...path, percentiles: "[50]" }); // prettier-ignore
    expect(percentile).toBe(50);
    expect(values(times ?? []).some((seconds) => seconds >= 0.001)).toBe(true);
    const counts = await metric<[string, Series][]>("function_call_count_top_k", { k: "25" });
    expect(counts.map(([name]) => name)).toContain("messages.js:send");
  });

  test("say what is wrong with a question", async () => {
    expect((await get("/api/app_metrics/udf_rate?path=messages:send&metric=errors")).status).toBe(400);
  });
});
