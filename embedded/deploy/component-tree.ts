import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";
import type { AnalyzedModule, DeployedComponent } from "../functions/types.ts";
import type { ComponentDefinition, EnvBinding, ExportTree } from "./definitions.ts";

/** One mounted instance as the push answer shows it (convex-facts c.3). */
export interface CheckedComponent {
  definitionPath: string;
  componentPath: string;
  args: Record<string, JSONValue>;
  env: Record<string, EnvBinding>;
  childComponents: Record<string, CheckedComponent>;
  httpRoutes: { httpModuleRoutes: { method: string; path: string }[] | null; mounts: string[] };
  exports: Record<string, CheckedExport>;
}

type CheckedExport =
  | { type: "branch"; children: Record<string, CheckedExport> }
  | { type: "leaf"; resource: { type: "function"; path: { component: string; udfPath: string } } };

/** A definition with what its modules contain. */
export interface AnalyzedDefinition {
  definition: ComponentDefinition;
  functions: Record<string, AnalyzedModule>;
}

const MOUNT_REFERENCE = /^_reference\/childComponent\/([^/]+)$/;

/**
 * Unfolds the definitions into the tree of instances, from the app down. Throws DeveloperError for two children of one
 * name or a child whose definition was not pushed.
 */
export function buildTree(definitions: ReadonlyMap<string, AnalyzedDefinition>): CheckedComponent {
  return instance(definitions, "", "", {});
}

function instance(
  definitions: ReadonlyMap<string, AnalyzedDefinition>,
  definitionPath: string,
  componentPath: string,
  env: Record<string, EnvBinding>,
): CheckedComponent {
  const analyzed = definitions.get(definitionPath);
  if (analyzed === undefined) {
    throw new DeveloperError("ComponentDefinitionMissing", `Component definition not found: ${definitionPath}`);
  }
  const { definition, functions } = analyzed;
  const childComponents: Record<string, CheckedComponent> = {};
  for (const child of definition.childComponents) {
    if (childComponents[child.name] !== undefined) {
      throw new DeveloperError("DuplicateComponentName", `Component name used twice: ${child.name}`);
    }
    const childPath = componentPath === "" ? child.name : `${componentPath}/${child.name}`;
    childComponents[child.name] = instance(definitions, child.path, childPath, Object.fromEntries(child.env ?? []));
  }
  return {
    definitionPath,
    componentPath,
    args: {},
    env,
    childComponents,
    httpRoutes: {
      httpModuleRoutes: functions["http.js"]?.httpRoutes?.map(({ route }) => route) ?? null,
      mounts: Object.keys(definition.httpMounts),
    },
    exports: componentPath === "" ? {} : checkedExports(functions, componentPath),
  };
}

/** Every instance of a tree, parents before children, as `_deployment` keeps them. */
export function flattenTree(
  root: CheckedComponent,
  definitions: ReadonlyMap<string, AnalyzedDefinition>,
): DeployedComponent[] {
  const flat: DeployedComponent[] = [];
  const visit = (component: CheckedComponent, mountPrefix: string | null): void => {
    const analyzed = definitions.get(component.definitionPath);
    if (analyzed === undefined) return;
    const httpMounts = mountsByPrefix(analyzed.definition);
    const httpPrefix = component.componentPath === "" ? (analyzed.definition.httpPrefix ?? null) : mountPrefix;
    flat.push({
      path: component.componentPath,
      definitionPath: component.definitionPath,
      args: component.args,
      env: component.env,
      children: Object.fromEntries(
        Object.entries(component.childComponents).map(([name, child]) => [name, child.componentPath]),
      ),
      httpMounts,
      httpPrefix,
      functions: analyzed.functions,
    });
    for (const [name, child] of Object.entries(component.childComponents)) {
      const prefix = Object.entries(httpMounts).find(([, mounted]) => mounted === name)?.[0] ?? null;
      visit(child, prefix);
    }
  };
  visit(root, null);
  return flat;
}

function mountsByPrefix(definition: ComponentDefinition): Record<string, string> {
  const mounts: Record<string, string> = {};
  for (const [prefix, reference] of Object.entries(definition.httpMounts)) {
    const name = MOUNT_REFERENCE.exec(reference)?.[1];
    if (name === undefined) throw new DeveloperError("BadHttpMount", `Not a child component: ${reference}`);
    mounts[prefix] = name;
  }
  return mounts;
}

interface PublicFunction {
  /** Module path segments, then the function's name. */
  segments: string[];
  /** `dir/mod:fn` */
  path: string;
}

function publicFunctions(functions: Record<string, AnalyzedModule>): PublicFunction[] {
  return Object.keys(functions)
    .sort()
    .flatMap((modulePath) => {
      const module = modulePath.replace(/\.js$/, "");
      const names = (functions[modulePath]?.functions ?? [])
        .filter(({ visibility }) => visibility === null || visibility.kind === "public")
        .map(({ name }) => name)
        .sort();
      return names.map((name) => ({ segments: [...module.split("/"), name], path: `${module}:${name}` }));
    });
}

function checkedExports(functions: Record<string, AnalyzedModule>, component: string): Record<string, CheckedExport> {
  const root: Record<string, CheckedExport> = {};
  for (const { segments, path } of publicFunctions(functions)) {
    const name = segments.pop() ?? "";
    let level = root;
    for (const segment of segments) {
      const next = (level[segment] ??= { type: "branch", children: {} });
      // A folder and a function of one name cannot both be reached; the function wins, as it was first.
      if (next.type === "leaf") break;
      level = next.children;
    }
    level[name] = { type: "leaf", resource: { type: "function", path: { component, udfPath: path } } };
  }
  return root;
}

/** A child component's exports for codegen: all its public functions by module path, then name (convex-facts c.3). */
export function definitionExports(functions: Record<string, AnalyzedModule>): ExportTree & { type: "branch" } {
  const root: ExportTree & { type: "branch" } = { type: "branch", branch: [] };
  for (const { segments, path } of publicFunctions(functions)) {
    const name = segments.pop() ?? "";
    const level = segments.reduce(branchNamed, root);
    level.branch.push([name, { type: "leaf", leaf: `_reference/function/${path}` }]);
  }
  return root;
}

function branchNamed(level: ExportTree & { type: "branch" }, name: string): ExportTree & { type: "branch" } {
  const known = level.branch.find(([other, tree]) => other === name && tree.type === "branch")?.[1];
  if (known?.type === "branch") return known;
  const made: ExportTree & { type: "branch" } = { type: "branch", branch: [] };
  level.branch.push([name, made]);
  return made;
}
