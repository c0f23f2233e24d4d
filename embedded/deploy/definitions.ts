import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";
import type { Analyzer, ModuleSource } from "../functions/types.ts";
import type { ComponentSource, PushRequest } from "./push-request.ts";

/** What a `convex.config.js` says (convex-facts c.3 `definition`). */
export interface ComponentDefinition {
  /** Definition path; "" for the app. */
  path: string;
  definitionType: { type: "app"; httpPrefix?: string } | { type: "childComponent"; name: string };
  childComponents: ChildInstance[];
  /** "/prefix/" → `_reference/childComponent/<name>`. */
  httpMounts: Record<string, string>;
  httpPrefix?: string;
  envVars?: [string, { type: "value"; value: string; optional?: boolean }][];
  exports: ExportTree & { type: "branch" };
}

export interface ChildInstance {
  name: string;
  path: string;
  args: JSONValue[];
  env: [string, EnvBinding][] | null;
}

export type EnvBinding = { type: "value"; value: string } | { type: "envVar"; name: string };
export type ExportTree = { type: "leaf"; leaf: string } | { type: "branch"; branch: [string, ExportTree][] };

const APP: string = "";

/** An app without `convex.config.ts`. */
const EMPTY_APP: ComponentDefinition = {
  path: APP,
  definitionType: { type: "app" },
  childComponents: [],
  httpMounts: {},
  exports: { type: "branch", branch: [] },
};

/**
 * Evaluates every definition of a push, children before parents, because a parent's module imports its children.
 * Keyed by definition path, the app under "". Throws DeveloperError `CyclicImport`, or what the code throws.
 */
export async function evaluateDefinitions(
  analyzer: Pick<Analyzer, "definition">,
  request: PushRequest,
): Promise<Map<string, ComponentDefinition>> {
  const definitions = new Map<string, ComponentDefinition>();
  for (const component of childrenFirst(request.components)) {
    definitions.set(
      component.definitionPath,
      await evaluate(analyzer, component.definitionPath, component.definition, definitions),
    );
  }
  const app = request.app.definition;
  definitions.set(APP, app === null ? EMPTY_APP : await evaluate(analyzer, APP, app, definitions));
  return definitions;
}

async function evaluate(
  analyzer: Pick<Analyzer, "definition">,
  path: string,
  module: ModuleSource,
  evaluated: ReadonlyMap<string, ComponentDefinition>,
): Promise<ComponentDefinition> {
  const exported = (await analyzer.definition(
    module,
    importedChildren(module, evaluated),
  )) as unknown as ComponentDefinition;
  return { ...exported, path };
}

const CHILD_IMPORT = /\.\/_componentDeps\/([A-Za-z0-9_-]+)/g;

/** The modules to supply for a definition's imports: specifier → what the child's config stands for. */
function importedChildren(
  module: ModuleSource,
  evaluated: ReadonlyMap<string, ComponentDefinition>,
): Record<string, { componentDefinitionPath: string; defaultName: string }> {
  const children: Record<string, { componentDefinitionPath: string; defaultName: string }> = {};
  for (const [specifier, encoded = ""] of module.source.matchAll(CHILD_IMPORT)) {
    const componentDefinitionPath = Buffer.from(encoded, "base64url").toString("utf8").replace(/^\.\//, "");
    const child = evaluated.get(componentDefinitionPath);
    if (child === undefined || child.definitionType.type !== "childComponent") {
      throw new DeveloperError(
        "ComponentDefinitionMissing",
        `Component definition not found: ${componentDefinitionPath}`,
      );
    }
    children[specifier] = { componentDefinitionPath, defaultName: child.definitionType.name };
  }
  return children;
}

function childrenFirst(components: readonly ComponentSource[]): ComponentSource[] {
  const byPath = new Map(components.map((component) => [component.definitionPath, component]));
  const ordered: ComponentSource[] = [];
  const state = new Map<string, "visiting" | "done">();
  const visit = (path: string): void => {
    const component = byPath.get(path);
    if (component === undefined || state.get(path) === "done") return;
    if (state.get(path) === "visiting") {
      throw new DeveloperError("CyclicImport", `Component definitions import each other in a cycle: ${path}`);
    }
    state.set(path, "visiting");
    component.dependencies.forEach(visit);
    state.set(path, "done");
    ordered.push(component);
  };
  byPath.forEach((_, path) => visit(path));
  return ordered;
}
