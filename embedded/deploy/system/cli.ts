import type { JSONValue } from "convex/values";
import type { Namespace, Transaction } from "../../database/types.ts";
import { readDeployment } from "../../functions/deployment.ts";
import { readEnvironment } from "../../functions/environment.ts";
import type { SystemFunction } from "../../functions/top-call.ts";
import type { AnalyzedModule } from "../../functions/types.ts";
import { latestExport } from "../../snapshots/export-service.ts";
import { findImport, listImports } from "../../snapshots/import-rows.ts";
import { argumentsOf, documentJson, documentOrNull, pageJson, pageOf, text } from "./arguments.ts";

/** What the CLI subscribes to (convex-facts c.1). */
export function cliFunctions(urls: { cloudUrl: string; siteUrl: string }): Record<string, SystemFunction> {
  return {
    "_system/cli/queryEnvironmentVariables:default": (tx) => environmentRows(tx),
    "_system/cli/queryEnvironmentVariables:get": (tx, args) => {
      const { name } = argumentsOf(args);
      const value = typeof name === "string" ? readEnvironment(tx)[name] : undefined;
      return value === undefined ? null : { name: name ?? null, value };
    },
    "_system/cli/tables:default": (tx, _args, component) => ({
      page: tx.listTables(component).map((name) => ({ name })),
      isDone: true,
      continueCursor: "end",
    }),
    "_system/cli/tableData:default": (tx, args, component) => {
      const order = argumentsOf(args)["order"] === "asc" ? "asc" : "desc";
      const source = { type: "FullTableScan", tableName: text(args, "table"), order };
      return pageJson(pageOf(tx, component, { source, operators: [] }, args));
    },
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
  };
}

/** Every environment variable, by name. */
export function environmentRows(tx: Transaction): JSONValue[] {
  return tx.system.rows("", "_environment_variables", "by_name", []).map(documentJson);
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
