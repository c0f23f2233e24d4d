import { type JSONValue } from "convex/values";
import type { Namespace, StoredDocument, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { readDeployment } from "../functions/deployment.ts";
import { readEnvironment } from "../functions/environment.ts";
import type { SystemFunction } from "../functions/top-call.ts";
import type { AnalyzedModule } from "../functions/types.ts";
import { latestExport } from "../snapshots/export-service.ts";
import { findImport, listImports } from "../snapshots/import-rows.ts";

type Arguments = Record<string, JSONValue | undefined>;

/** The `_system/...` queries that the CLI subscribes to (convex-facts c.1, c.4), by canonical `module:function`. */
export function systemFunctions(urls: { cloudUrl: string; siteUrl: string }): Record<string, SystemFunction> {
  return {
    "_system/cli/queryEnvironmentVariables:default": (tx) => environmentRows(tx).map(documentJson),
    "_system/cli/queryEnvironmentVariables:get": (tx, args) => {
      const { name } = argumentsOf(args);
      const value = typeof name === "string" ? readEnvironment(tx)[name] : undefined;
      return value === undefined ? null : { name: name ?? null, value };
    },
    "_system/cli/tables:default": (tx, _args, component) => ({
      page: tx
        .listTables(component)
        .filter((name) => !name.startsWith("_"))
        .map((name) => ({ name })),
      isDone: true,
      continueCursor: "end",
    }),
    "_system/cli/tableData:default": tableData,
    "_system/cli/tableSize:default": (tx, args, component) => tx.count(component, text(args, "tableName")),
    // The number means nothing; it changes because the query runs again when the table does.
    "_system/cli/queryTable:default": (tx, args, component) => {
      tx.count(component, text(args, "tableName"));
      return Math.random();
    },
    "_system/cli/exports:getLatest": (tx) => documentOrNull(latestExport(tx)),
    "_system/cli/queryImport:default": (tx, args) => findImport(tx, text(args, "importId")),
    "_system/cli/queryImport:list": (tx) => listImports(tx),
    "_system/cli/modules:apiSpec": (tx, _args, component) => apiSpec(tx, component),
    "_system/cli/convexUrl:cloudUrl": () => urls.cloudUrl,
    "_system/cli/convexUrl:siteUrl": () => urls.siteUrl,
    "_system/frontend/components:list": (tx) =>
      (readDeployment(tx)?.components ?? [])
        .filter(({ path }) => path !== "")
        .map(({ path, args }) => ({ id: path, path, name: path.split("/").at(-1) ?? path, args, state: "active" })),
  };
}

function environmentRows(tx: Transaction): StoredDocument[] {
  return tx.system.rows("", "_environment_variables", "by_name", []);
}

function documentOrNull(document: StoredDocument | null): JSONValue {
  return document === null ? null : documentJson(document);
}

function documentJson(document: StoredDocument): JSONValue {
  return JSON.parse(document.json) as JSONValue;
}

function tableData(tx: Transaction, args: JSONValue, component: Namespace): JSONValue {
  const { paginationOpts: options, order } = argumentsOf(args);
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new DeveloperError("BadSystemArguments", "`paginationOpts` must be an object");
  }
  const source = { type: "FullTableScan", tableName: text(args, "table"), order: order === "asc" ? "asc" : "desc" };
  const page = tx.paginate(component, {
    query: { source, operators: [] },
    cursor: typeof options["cursor"] === "string" ? options["cursor"] : null,
    endCursor: null,
    pageSize: typeof options["numItems"] === "number" ? options["numItems"] : 100,
  });
  return { page: page.page.map(documentJson), isDone: page.isDone, continueCursor: page.continueCursor };
}

function apiSpec(tx: Transaction, component: Namespace): JSONValue {
  const deployed = readDeployment(tx)?.components.find(({ path }) => path === component);
  return Object.entries(deployed?.functions ?? {}).flatMap(([path, module]) => moduleSpec(path, module));
}

function moduleSpec(path: string, module: AnalyzedModule): JSONValue[] {
  const functions = module.functions.map(({ name, udfType, visibility, args, returns }) => ({
    functionType: udfType,
    identifier: `${path}:${name}`,
    visibility: visibility ?? { kind: "public" },
    args: validator(args),
    returns: validator(returns),
  }));
  const routes = (module.httpRoutes ?? []).map(({ route }) => ({ functionType: "HttpAction", ...route }));
  return [...functions, ...routes];
}

function validator(json: string | null): JSONValue {
  return json === null ? { type: "any" } : (JSON.parse(json) as JSONValue);
}

function argumentsOf(args: JSONValue): Arguments {
  if (args !== null && typeof args === "object" && !Array.isArray(args)) return args;
  throw new DeveloperError("BadSystemArguments", "System functions take one object");
}

function text(args: JSONValue, name: string): string {
  const value = argumentsOf(args)[name];
  if (typeof value !== "string") throw new DeveloperError("BadSystemArguments", `\`${name}\` must be a string`);
  return value;
}
