import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";
import type { NodeDependency } from "../functions/node-packages.ts";
import type { ModuleSource } from "../functions/types.ts";

/** What the CLI sends to `start_push` and `evaluate_push` (convex-facts c.3), after parsing. */
export interface PushRequest {
  dryRun: boolean;
  /** Packages that Node modules import from outside their bundle. */
  nodeDependencies: NodeDependency[];
  app: {
    definition: ModuleSource | null;
    dependencies: string[];
    schema: ModuleSource | null;
    changedModules: ModuleSource[];
    unchangedModuleHashes: { path: string; environment: string; sha256: string }[];
    udfServerVersion: string;
  };
  components: ComponentSource[];
}

export interface ComponentSource {
  /** Relative to the functions folder; the identity of a component's code. */
  definitionPath: string;
  definition: ModuleSource;
  dependencies: string[];
  schema: ModuleSource | null;
  functions: ModuleSource[];
  udfServerVersion: string;
}

type Fields = Record<string, JSONValue | undefined>;

/** Throws DeveloperError 400 `BadJsonBody` naming the first field that has the wrong shape. */
export function parsePushRequest(body: Fields): PushRequest {
  const app = fieldsOf(body["appDefinition"], "appDefinition");
  return {
    dryRun: body["dryRun"] === true,
    nodeDependencies: list(body["nodeDependencies"] ?? [], "nodeDependencies", parseDependency),
    app: {
      definition: nullable(app["definition"], "appDefinition.definition", parseModule),
      dependencies: strings(app["dependencies"], "appDefinition.dependencies"),
      schema: nullable(app["schema"], "appDefinition.schema", parseModule),
      changedModules: list(app["changedModules"], "appDefinition.changedModules", parseModule),
      unchangedModuleHashes: list(app["unchangedModuleHashes"], "appDefinition.unchangedModuleHashes", parseHash),
      udfServerVersion: text(app["udfServerVersion"], "appDefinition.udfServerVersion"),
    },
    components: list(body["componentDefinitions"], "componentDefinitions", parseComponent),
  };
}

function parseComponent(value: JSONValue, where: string): ComponentSource {
  const component = fieldsOf(value, where);
  return {
    definitionPath: text(component["definitionPath"], `${where}.definitionPath`),
    definition: parseModule(component["definition"], `${where}.definition`),
    dependencies: strings(component["dependencies"], `${where}.dependencies`),
    schema: nullable(component["schema"], `${where}.schema`, parseModule),
    functions: list(component["functions"], `${where}.functions`, parseModule),
    udfServerVersion: text(component["udfServerVersion"], `${where}.udfServerVersion`),
  };
}

function parseModule(value: JSONValue | undefined, where: string): ModuleSource {
  const module = fieldsOf(value, where);
  return {
    path: text(module["path"], `${where}.path`),
    source: text(module["source"], `${where}.source`),
    sourceMap: typeof module["sourceMap"] === "string" ? module["sourceMap"] : null,
    environment: module["environment"] === "node" ? "node" : "isolate",
  };
}

function parseDependency(value: JSONValue, where: string): NodeDependency {
  const dependency = fieldsOf(value, where);
  return { name: text(dependency["name"], `${where}.name`), version: text(dependency["version"], `${where}.version`) };
}

function parseHash(value: JSONValue, where: string): { path: string; environment: string; sha256: string } {
  const hash = fieldsOf(value, where);
  return {
    path: text(hash["path"], `${where}.path`),
    environment: text(hash["environment"], `${where}.environment`),
    sha256: text(hash["sha256"], `${where}.sha256`),
  };
}

function fieldsOf(value: JSONValue | undefined, where: string): Fields {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw badField(where, "an object");
  return value;
}

function text(value: JSONValue | undefined, where: string): string {
  if (typeof value !== "string") throw badField(where, "a string");
  return value;
}

function list<T>(value: JSONValue | undefined, where: string, parse: (item: JSONValue, where: string) => T): T[] {
  if (!Array.isArray(value)) throw badField(where, "an array");
  return value.map((item, index) => parse(item, `${where}[${index}]`));
}

function strings(value: JSONValue | undefined, where: string): string[] {
  return list(value, where, text);
}

function nullable<T>(
  value: JSONValue | undefined,
  where: string,
  parse: (item: JSONValue, where: string) => T,
): T | null {
  return value === null || value === undefined ? null : parse(value, where);
}

function badField(where: string, expected: string): DeveloperError {
  return new DeveloperError("BadJsonBody", `Expected \`${where}\` to be ${expected}`);
}
