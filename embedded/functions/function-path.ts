import { DeveloperError } from "../errors.ts";

/** A function inside one component: `modulePath` ends in `.js`. */
export interface FunctionPath {
  readonly modulePath: string;
  readonly exportName: string;
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const MODULE_SEGMENT = /^[A-Za-z0-9_.]+$/;

// Callers name the same few functions again and again; anybody may name any others.
const MAX_KNOWN = 10_000;
const known = new Map<string, FunctionPath>();

/**
 * Reads `dir/mod:fn`, `dir/mod.js:fn` and `mod` (its default export). Throws DeveloperError
 * `BadConvexFunctionIdentifier` (convex-facts b.2).
 */
export function parseFunctionPath(text: string): FunctionPath {
  let path = known.get(text);
  if (path === undefined) {
    path = readFunctionPath(text);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, path);
  }
  return path;
}

function readFunctionPath(text: string): FunctionPath {
  const colon = text.indexOf(":");
  const modulePart = colon === -1 ? text : text.slice(0, colon);
  const exportName = colon === -1 ? "default" : text.slice(colon + 1);
  const segments = modulePart.replace(/\.js$/, "").split("/");
  const reason = badPathReason(segments, exportName);
  if (reason !== null) {
    throw new DeveloperError(
      "BadConvexFunctionIdentifier",
      `${text} is not a valid path to a Convex function. ${reason} ` +
        "A path looks like `module:function` or `directory/module:function`.",
    );
  }
  return { modulePath: `${segments.join("/")}.js`, exportName };
}

function badPathReason(segments: readonly string[], exportName: string): string | null {
  const bad = segments.find((segment) => !MODULE_SEGMENT.test(segment));
  if (bad === "") return "Path components must not be empty.";
  if (bad !== undefined) {
    return `Path component ${bad} can only contain alphanumeric characters, underscores, or periods.`;
  }
  return IDENTIFIER.test(exportName) ? null : `Function name ${exportName} is not an identifier.`;
}

/** `dir/mod.js:fn`: how functions are named in stored records and in most error texts. */
export function canonicalPath(path: FunctionPath): string {
  return `${path.modulePath}:${path.exportName}`;
}

/** `dir/mod:fn`: how functions are named to clients and in `ctx.meta`. */
export function shortPath(path: FunctionPath): string {
  return `${withoutExtension(path.modulePath)}:${path.exportName}`;
}

/** As {@link shortPath}, a default export by its module alone: how clients write it. */
export function clientPath(path: FunctionPath): string {
  return path.exportName === "default" ? withoutExtension(path.modulePath) : shortPath(path);
}

/** The advice in every answer about a function that is not there. */
export const FORGOT_TO_PUSH = "Did you forget to run `npx convex dev` or `npx convex deploy`?";

function withoutExtension(modulePath: string): string {
  return modulePath.endsWith(".js") ? modulePath.slice(0, -3) : modulePath;
}
