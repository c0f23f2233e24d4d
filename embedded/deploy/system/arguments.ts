import type { JSONValue } from "convex/values";
import type { Page, PageRequest, StoredDocument, Transaction } from "../../database/types.ts";
import { DeveloperError } from "../../errors.ts";
import type { SystemFunction } from "../../functions/top-call.ts";

export type Arguments = Record<string, JSONValue | undefined>;

// Bounds on what one page looks at, well below a transaction's, so that a filter that fits little gives short pages
// instead of errors.
const PAGE_ROWS_READ = 16_000;
const PAGE_BYTES_READ = 4 * 1024 * 1024;

/** The one object a system function takes. Throws DeveloperError for anything else. */
export function argumentsOf(args: JSONValue): Arguments {
  if (args !== null && typeof args === "object" && !Array.isArray(args)) return args;
  throw new DeveloperError("BadSystemArguments", "System functions take one object");
}

/** A required text. Throws DeveloperError. */
export function text(args: JSONValue, name: string): string {
  const value = argumentsOf(args)[name];
  if (typeof value !== "string") throw new DeveloperError("BadSystemArguments", `\`${name}\` must be a string`);
  return value;
}

/** A text or nothing: absent and null are the same. */
export function optionalText(args: JSONValue, name: string): string | null {
  return (argumentsOf(args)[name] ?? null) === null ? null : text(args, name);
}

/** A required list. Throws DeveloperError. */
export function list(args: JSONValue, name: string): JSONValue[] {
  const value = argumentsOf(args)[name];
  if (!Array.isArray(value)) throw new DeveloperError("BadSystemArguments", `\`${name}\` must be a list`);
  return value;
}

/** A required list of texts. Throws DeveloperError. */
export function texts(args: JSONValue, name: string): string[] {
  return list(args, name).map((item) => {
    if (typeof item !== "string") throw new DeveloperError("BadSystemArguments", `\`${name}\` must hold strings`);
    return item;
  });
}

/** A page of `query` as `args.paginationOpts` asks for it. Throws DeveloperError. */
export function pageOf(tx: Transaction, component: string, query: JSONValue, args: JSONValue): Page {
  const options = argumentsOf(argumentsOf(args)["paginationOpts"] ?? null);
  const cursorOf = (name: string) => (typeof options[name] === "string" ? options[name] : null);
  const request: PageRequest = {
    query,
    cursor: cursorOf("cursor"),
    endCursor: cursorOf("endCursor"),
    pageSize: typeof options["numItems"] === "number" ? options["numItems"] : 100,
    maximumRowsRead: PAGE_ROWS_READ,
    maximumBytesRead: PAGE_BYTES_READ,
  };
  return tx.paginate(component, request);
}

/** A page in the wire form of `PaginationResult`. */
export function pageJson(page: Page, documents: readonly JSONValue[] = page.page.map(documentJson)): JSONValue {
  const { isDone, continueCursor, splitCursor, pageStatus } = page;
  return { page: [...documents], isDone, continueCursor, splitCursor, pageStatus };
}

export function documentJson(document: StoredDocument): JSONValue {
  return JSON.parse(document.json) as JSONValue;
}

export function documentOrNull(document: StoredDocument | null): JSONValue {
  return document === null ? null : documentJson(document);
}

/** For functions that write: asked for as a query they are refused like any other mutation. */
export function mutations(functions: Record<string, SystemFunction>): Record<string, SystemFunction> {
  const guarded = Object.entries(functions).map(([path, run]): [string, SystemFunction] => [
    path,
    (tx, args, component) => {
      if (tx.readOnly) {
        const name = path.replace(":", ".js:");
        throw new DeveloperError(
          "WrongFunctionType",
          `Trying to execute ${name} as Query, but it is defined as Mutation.`,
        );
      }
      return run(tx, args, component);
    },
  ]);
  return Object.fromEntries(guarded);
}
