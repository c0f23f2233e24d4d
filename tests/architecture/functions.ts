/// <reference types="vite/client" />
import { makeFunctionReference } from "convex/server";
import type { JSONValue } from "convex/values";

/** A function as Convex sees it: its name, who may call it, and its validators as exported. */
export interface DeclaredFunction {
  /** "inbox/queries:listThreads" */
  name: string;
  type: "query" | "mutation" | "action" | "http";
  isPublic: boolean;
  args: ValidatorJson;
  returns: ValidatorJson | null;
}

export type ValidatorJson =
  | { type: "null" | "number" | "bigint" | "boolean" | "string" | "bytes" | "any" | "commitTs" }
  | { type: "literal"; value: JSONValue }
  | { type: "id"; tableName: string }
  | { type: "array"; value: ValidatorJson }
  | { type: "record"; keys: ValidatorJson; values: { fieldType: ValidatorJson; optional: boolean } }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "object"; value: Record<string, { fieldType: ValidatorJson; optional: boolean }> };

interface Registered {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isHttp?: boolean;
  isPublic?: boolean;
  isInternal?: boolean;
  exportArgs?: () => string;
  exportReturns?: () => string;
}

const modules = import.meta.glob([
  "../../convex/**/*.ts",
  "!../../convex/**/*.test.ts",
  "!../../convex/**/*.d.ts",
  "!../../convex/_generated/**",
  "!../../convex/*.config.ts",
]);

function typeOf(fn: Registered): DeclaredFunction["type"] | null {
  if (fn.isQuery) return "query";
  if (fn.isMutation) return "mutation";
  if (fn.isAction) return "action";
  return fn.isHttp ? "http" : null;
}

/** Every function `convex/` exports, sorted by name. */
export async function declaredFunctions(): Promise<DeclaredFunction[]> {
  const found: DeclaredFunction[] = [];
  for (const [file, load] of Object.entries(modules)) {
    const path = file.replace("../../convex/", "").replace(/\.ts$/, "");
    const exported = (await load()) as Record<string, unknown>;
    for (const [key, value] of Object.entries(exported)) {
      const fn = value as Registered;
      const type = typeof value === "function" ? typeOf(fn) : null;
      if (type === null || type === "http") continue;
      found.push({
        name: `${path}:${key}`,
        type,
        isPublic: fn.isPublic === true && fn.isInternal !== true,
        args: JSON.parse(fn.exportArgs?.() ?? '{"type":"any"}') as ValidatorJson,
        returns: JSON.parse(fn.exportReturns?.() ?? "null") as ValidatorJson | null,
      });
    }
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/** Callable references by name, for functions found above. */
export const queryReference = (name: string) => makeFunctionReference<"query", Record<string, unknown>>(name);
export const mutationReference = (name: string) => makeFunctionReference<"mutation", Record<string, unknown>>(name);

/** Where sampleValue takes ids from, and whether optional fields that hold ids are filled too. */
export interface SampleOptions {
  idOf: (table: string) => string;
  optionalIds: boolean;
}

/** A value that satisfies `validator`; everything but ids is the smallest that fits. */
export function sampleValue(validator: ValidatorJson, options: SampleOptions): unknown {
  switch (validator.type) {
    case "null":
    case "any":
      return null;
    case "number":
      return 1;
    case "bigint":
    case "commitTs":
      return 1n;
    case "boolean":
      return false;
    case "string":
      return "x";
    case "bytes":
      return new ArrayBuffer(0);
    case "literal":
      return validator.value;
    case "id":
      return options.idOf(validator.tableName);
    case "array":
      return [sampleValue(validator.value, options)];
    case "record":
      return {};
    case "union":
      return sampleValue(preferredMember(validator.value), options);
    case "object":
      return sampleObject(validator.value, options);
  }
}

/** The member of a union that samples take: an id where there is one, because another tenant's row could slip in there. */
export function preferredMember(members: ValidatorJson[]): ValidatorJson {
  const chosen = members.find((member) => member.type === "id") ?? members[0];
  if (chosen === undefined) throw new Error("empty union");
  return chosen;
}

function sampleObject(
  fields: Record<string, { fieldType: ValidatorJson; optional: boolean }>,
  options: SampleOptions,
): Record<string, unknown> {
  const entries = Object.entries(fields)
    .filter(([, field]) => !field.optional || (options.optionalIds && mentionsId(field.fieldType)))
    .map(([key, field]) => [key, key === "cursor" ? null : sampleValue(field.fieldType, options)] as const);
  return Object.fromEntries(entries);
}

/** True when the validator can hold an id of `table` anywhere. */
export function namesTable(validator: ValidatorJson, table: string): boolean {
  return holdsId(validator, (tableName) => tableName === table);
}

/** True when the validator can hold an id anywhere. */
export function mentionsId(validator: ValidatorJson): boolean {
  return holdsId(validator, () => true);
}

function holdsId(validator: ValidatorJson, isMeant: (table: string) => boolean): boolean {
  switch (validator.type) {
    case "id":
      return isMeant(validator.tableName);
    case "array":
      return holdsId(validator.value, isMeant);
    case "union":
      return validator.value.some((member) => holdsId(member, isMeant));
    case "object":
      return Object.values(validator.value).some((field) => holdsId(field.fieldType, isMeant));
    default:
      return false;
  }
}
