import type { JSONValue } from "convex/values";
import type { Database, Namespace } from "../database/types.ts";
import type { SystemFunction } from "../functions/top-call.ts";
import { argumentsOf, optionalText } from "./system/arguments.ts";
import { cliFunctions } from "./system/cli.ts";
import { deploymentFunctions } from "./system/deployment.ts";
import { documentFunctions } from "./system/documents.ts";
import { type FileFunctionDeps, fileFunctions } from "./system/files.ts";
import { jobFunctions } from "./system/jobs.ts";
import { tableFunctions } from "./system/tables.ts";

export interface SystemFunctionDeps extends FileFunctionDeps {
  database: Pick<Database, "schemaOf">;
  urls: { cloudUrl: string; siteUrl: string };
}

/**
 * The `_system/...` functions that the CLI and dashboards call (convex-facts c.1, c.4), by canonical `module:function`.
 * They run for the admin key only: without it they do not exist.
 */
export function systemFunctions(deps: SystemFunctionDeps): Record<string, SystemFunction> {
  const functions = {
    ...cliFunctions(deps.urls),
    ...deploymentFunctions(deps.urls),
    ...tableFunctions(deps.database),
    ...documentFunctions(),
    ...fileFunctions(deps),
    ...jobFunctions(),
  };
  return Object.fromEntries(Object.entries(functions).map(([path, run]) => [path, inComponent(run)]));
}

// Dashboards name the component in the arguments, the CLI beside them.
function inComponent(run: SystemFunction): SystemFunction {
  return (tx, args, component) => run(tx, args, componentOf(args) ?? component);
}

function componentOf(args: JSONValue): Namespace | null {
  return argumentsOf(args)["componentId"] === undefined ? null : (optionalText(args, "componentId") ?? "");
}
