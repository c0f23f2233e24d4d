import type { JSONValue } from "convex/values";
import type { AnalyzedModule } from "../types.ts";

type Exports = Record<string, unknown>;

/** What `convex/server` puts on a registered function (convex-facts d.1). */
interface RegisteredFunction {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isPublic?: boolean;
  isInternal?: boolean;
  exportArgs?: () => string;
  exportReturns?: () => string;
}

interface CronExport {
  name: string;
  args: JSONValue[];
  schedule: JSONValue;
}

function udfTypeOf(value: RegisteredFunction): "Query" | "Mutation" | "Action" | null {
  if (value.isQuery === true) return "Query";
  if (value.isMutation === true) return "Mutation";
  return value.isAction === true ? "Action" : null;
}

function describeFunction(name: string, value: unknown): AnalyzedModule["functions"][number] | null {
  if (typeof value !== "function") return null;
  const registered = value as RegisteredFunction;
  const udfType = udfTypeOf(registered);
  // Both marks at once mean that a library is confused; the function is left out (convex-facts d.1).
  if (udfType === null || (registered.isPublic === true && registered.isInternal === true)) return null;
  return {
    name,
    pos: null,
    udfType,
    visibility: { kind: registered.isInternal === true ? "internal" : "public" },
    args: registered.exportArgs?.() ?? null,
    returns: registered.exportReturns?.() ?? null,
  };
}

function describeRoutes(value: unknown): AnalyzedModule["httpRoutes"] {
  const router = value as { isRouter?: boolean; getRoutes?: () => [string, string, unknown][] } | undefined;
  if (router?.isRouter !== true || router.getRoutes === undefined) {
    throw new Error("The default export of `convex/http.js` is not a Router.");
  }
  return router.getRoutes().map(([path, method]) => ({ route: { method, path }, pos: null }));
}

function describeCrons(value: unknown): AnalyzedModule["cronSpecs"] {
  const crons = value as { isCrons?: boolean; export?: () => string } | undefined;
  if (crons?.isCrons !== true || crons.export === undefined) {
    throw new Error("The default export of `convex/crons.js` is not a Crons object.");
  }
  const specs = JSON.parse(crons.export()) as Record<string, CronExport>;
  return Object.entries(specs).map(([identifier, { name, args, schedule }]) => ({
    identifier,
    spec: { udfPath: name, udfArgs: args, cronSchedule: schedule },
  }));
}

/** What push-time analysis records of one evaluated module (convex-facts c.3, d.1). */
export function describeModule(path: string, exports: Exports): AnalyzedModule {
  return {
    functions: Object.entries(exports).flatMap(([name, value]) => describeFunction(name, value) ?? []),
    httpRoutes: path === "http.js" ? describeRoutes(exports.default) : null,
    cronSpecs: path === "crons.js" ? describeCrons(exports.default) : null,
    sourceMapped: null,
  };
}
