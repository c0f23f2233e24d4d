import type { JSONValue } from "convex/values";
import type { Namespace, Transaction } from "../../database/types.ts";
import { authInfo } from "../evaluation.ts";
import { readDeployment, readModules } from "../../functions/deployment.ts";
import type { SystemFunction } from "../../functions/top-call.ts";
import type { AnalyzedModule, DeployedComponent } from "../../functions/types.ts";
import { latestExport } from "../../snapshots/export-service.ts";
import { listImports } from "../../snapshots/import-rows.ts";
import { documentOrNull, text } from "./arguments.ts";
import { environmentRows } from "./cli.ts";

/** What a dashboard asks about the deployment itself (convex-facts c.4). */
export function deploymentFunctions(urls: { cloudUrl: string; siteUrl: string }): Record<string, SystemFunction> {
  return {
    "_system/frontend/components:list": (tx) =>
      deployed(tx).map(({ path, args }) => ({
        // Components have no number of their own: the path says which.
        id: path,
        path,
        name: path.split("/").at(-1) ?? path,
        args,
        state: "active",
      })),
    "_system/frontend/modules:list": (tx, _args, component) => modulesOf(tx, component),
    "_system/frontend/modules:listForAllComponents": (tx) =>
      deployed(tx).map(({ path }) => [path === "" ? null : path, modulesOf(tx, path)]),
    "_system/frontend/modules:getSourceCode": (tx, args, component) => sourceCode(tx, component, text(args, "path")),
    "_system/frontend/convexCloudUrl:default": () => urls.cloudUrl,
    "_system/frontend/convexSiteUrl:default": () => urls.siteUrl,
    "_system/frontend/listEnvironmentVariables:default": (tx) => environmentRows(tx),
    "_system/frontend/listAuthProviders:default": (tx) => (readDeployment(tx)?.authProviders ?? []).map(authInfo) as JSONValue, // prettier-ignore
    "_system/frontend/getVersion:default": (tx) => readDeployment(tx)?.udfServerVersion ?? null,
    "_system/frontend/deploymentState:deploymentState": () => ({ state: "running" }),
    "_system/frontend/backendState:backendState": () => ({
      system: "running",
      usage_limit: "running",
      user: "running",
    }),
    "_system/frontend/latestExport:default": (tx) => documentOrNull(latestExport(tx)),
    "_system/frontend/latestExport:canExportFileStorage": () => true,
    "_system/frontend/snapshotImport:list": (tx) => listImports(tx),
    "_system/frontend/node:version": (tx) =>
      usesNode(tx) ? `nodejs${process.versions.node.split(".")[0] ?? ""}.x` : null,
    // What this backend does not have: log streams, a record of the deployment's events, backups by the clock.
    "_system/frontend/listConfiguredSinks:default": () => [],
    "_system/frontend/listDeploymentEventsFromTime:default": () => [],
    "_system/frontend/paginatedDeploymentEvents:default": () => ({ page: [], isDone: true, continueCursor: "" }),
    "_system/frontend/periodicBackup:get": () => null,
  };
}

function deployed(tx: Transaction): DeployedComponent[] {
  return readDeployment(tx)?.components ?? [];
}

function modulesOf(tx: Transaction, component: Namespace): JSONValue {
  const deployment = readDeployment(tx);
  const found = deployment?.components.find(({ path }) => path === component);
  const version = deployment?.version ?? "";
  return Object.entries(found?.functions ?? {})
    .filter(([path]) => !path.startsWith("_"))
    .map(([path, module]) => [path, moduleJson(module, version)]);
}

/** `sourcePackageId` changes with every push, so that who shows source code asks for it again. */
function moduleJson({ functions, httpRoutes, cronSpecs }: AnalyzedModule, sourcePackageId: string): JSONValue {
  const shown = functions.map(({ name, udfType, visibility, args, pos }): JSONValue => ({
    name,
    udfType,
    visibility: visibility ?? { kind: "public" },
    argsValidator: args ?? '{"type":"any"}',
    ...(pos === null ? {} : { lineno: pos.start_lineno }),
  }));
  const routes = (httpRoutes ?? []).map(({ route }): JSONValue => ({
    name: `${route.method} ${route.path}`,
    udfType: "HttpAction",
    visibility: { kind: "public" },
    argsValidator: '{"type":"any"}',
  }));
  const crons = cronSpecs?.map(({ identifier, spec }): JSONValue => [identifier, spec as JSONValue]);
  return { functions: [...shown, ...routes], ...(crons === undefined ? {} : { cronSpecs: crons }), sourcePackageId };
}

/** The author's file where the source map brought it, else the code as it was pushed; null for an unknown module. */
function sourceCode(tx: Transaction, component: Namespace, path: string): string | null {
  const definition = deployed(tx).find((one) => one.path === component)?.definitionPath;
  const module = definition === undefined ? undefined : readModules(tx, definition).find((one) => one.path === path);
  if (module === undefined) return null;
  const map = JSON.parse(module.sourceMap ?? "{}") as { sources?: string[]; sourcesContent?: (string | null)[] };
  const stem = path.replace(/\.js$/, ".");
  const at = (map.sources ?? []).findIndex((source) => source.replace(/[^.]*$/, "").endsWith(`/${stem}`));
  return map.sourcesContent?.[at] ?? module.source;
}

function usesNode(tx: Transaction): boolean {
  return readModules(tx, "").some(({ environment }) => environment === "node");
}
