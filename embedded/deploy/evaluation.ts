import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { JSONValue } from "convex/values";
import type { AuthProvider } from "../auth/providers.ts";
import type { SchemaJson } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { moduleHash, type StoredModule } from "../functions/deployment.ts";
import type { NodeDependency, NodePackages } from "../functions/node-packages.ts";
import type { AnalyzedModule, Analyzer, ModuleSource } from "../functions/types.ts";
import { type AnalyzedDefinition, buildTree, type CheckedComponent, definitionExports } from "./component-tree.ts";
import { type ComponentDefinition, evaluateDefinitions } from "./definitions.ts";
import type { PushRequest } from "./push-request.ts";

/** Everything a push means, before it is live. */
export interface EvaluatedPush {
  /** By definition path, the app under "". */
  definitions: ReadonlyMap<string, EvaluatedDefinition>;
  tree: CheckedComponent;
  authProviders: AuthProvider[];
  environment: Record<string, string>;
  udfServerVersion: string;
  nodeDependencies: NodeDependency[];
  /** Names the folder they are installed in; null without any. */
  packageSetId: string | null;
}

interface EvaluatedDefinition extends AnalyzedDefinition {
  definition: ComponentDefinition;
  functions: Record<string, AnalyzedModule>;
  modules: ModuleSource[];
  schema: SchemaJson | null;
  udfServerVersion: string;
}

/** Values that every environment has, set by the backend. */
export interface BuiltInEnvironment {
  CONVEX_CLOUD_URL: string;
  CONVEX_SITE_URL: string;
}

const AUTH_CONFIG = "auth.config.js";

/**
 * Evaluates the code of pushes: definitions, schemas, modules, auth config. Component code is analysed once per
 * content, because every push sends all of it again.
 */
export class PushEvaluator {
  readonly #analysisByContent = new Map<string, Record<string, AnalyzedModule>>();

  constructor(
    private readonly analyzer: Analyzer,
    private readonly builtIn: BuiltInEnvironment,
    private readonly packages: NodePackages,
  ) {}

  /** Throws DeveloperError 400 for code that does not evaluate (convex-facts c.3). */
  async evaluate(
    request: PushRequest,
    stored: readonly StoredModule[],
    environment: Record<string, string>,
  ): Promise<EvaluatedPush> {
    const packageRoot = await this.packages.ensure(request.nodeDependencies);
    const definitions = await evaluateDefinitions(this.analyzer, request);
    const evaluated = new Map<string, EvaluatedDefinition>();
    for (const component of request.components) {
      const definition = requireDefinition(definitions, component.definitionPath);
      // A component sees only the built-in variables at push: bindings differ from instance to instance.
      const functions = await this.#analyze(component.functions, { ...this.builtIn }, null);
      const exports = definitionExports(functions);
      evaluated.set(component.definitionPath, {
        definition: { ...definition, exports },
        functions,
        modules: component.functions,
        schema: await this.#schema(component.schema, component.functions),
        udfServerVersion: component.udfServerVersion,
      });
    }
    const appModules = joinModules(request, stored);
    const fullEnvironment = { ...environment, ...this.builtIn };
    evaluated.set("", {
      definition: requireDefinition(definitions, ""),
      functions: await this.#analyze(appModules, fullEnvironment, packageRoot),
      modules: appModules,
      schema: await this.#schema(request.app.schema, appModules),
      udfServerVersion: request.app.udfServerVersion,
    });
    return {
      definitions: evaluated,
      tree: buildTree(evaluated),
      authProviders: await this.authProviders(appModules, environment),
      environment,
      udfServerVersion: request.app.udfServerVersion,
      nodeDependencies: request.nodeDependencies,
      packageSetId: packageRoot === null ? null : basename(packageRoot),
    };
  }

  /** The providers of `auth.config.js` among the app's modules; none without the file. */
  async authProviders(
    appModules: readonly ModuleSource[],
    environment: Record<string, string>,
  ): Promise<AuthProvider[]> {
    const module = appModules.find(({ path }) => path === AUTH_CONFIG);
    if (module === undefined) return [];
    const providers = await this.analyzer.authConfig(module, chunksOf(appModules), { ...environment, ...this.builtIn });
    return providers as unknown as AuthProvider[];
  }

  async #schema(module: ModuleSource | null, modules: readonly ModuleSource[]): Promise<SchemaJson | null> {
    if (module === null) return null;
    return (await this.analyzer.schema(module, chunksOf(modules))) as unknown as SchemaJson;
  }

  async #analyze(
    modules: ModuleSource[],
    environment: Record<string, string>,
    packageRoot: string | null,
  ): Promise<Record<string, AnalyzedModule>> {
    const key = `${contentKey(modules, environment)} ${packageRoot}`;
    const known = this.#analysisByContent.get(key);
    if (known !== undefined) return known;
    const analysis = await this.analyzer.modules(modules, environment, packageRoot);
    if (this.#analysisByContent.size >= KEPT_ANALYSES) this.#analysisByContent.clear();
    this.#analysisByContent.set(key, analysis);
    return analysis;
  }
}

// A project has tens of definitions; a long `convex dev` session must not collect every version of its code.
const KEPT_ANALYSES = 200;

function contentKey(modules: readonly ModuleSource[], environment: Record<string, string>): string {
  const hash = createHash("sha256").update(JSON.stringify(environment));
  for (const module of modules) hash.update(`\0${module.path}\0${module.environment}\0${moduleHash(module)}`);
  return hash.digest("hex");
}

/** Changed modules as sent, unchanged ones from the store. */
function joinModules(request: PushRequest, stored: readonly StoredModule[]): ModuleSource[] {
  const unchanged = request.app.unchangedModuleHashes.map((wanted) => {
    const module = stored.find(({ path, sha256 }) => path === wanted.path && sha256 === wanted.sha256);
    if (module === undefined) {
      throw new DeveloperError(
        "ModuleHashNotFound",
        `No stored module ${wanted.path} with hash ${wanted.sha256}. Push again.`,
      );
    }
    const { path, source, sourceMap, environment } = module;
    return { path, source, sourceMap, environment };
  });
  return [...request.app.changedModules, ...unchanged];
}

function chunksOf(modules: readonly ModuleSource[]): ModuleSource[] {
  return modules.filter(({ path, environment }) => path.startsWith("_deps/") && environment === "isolate");
}

function requireDefinition(definitions: ReadonlyMap<string, ComponentDefinition>, path: string): ComponentDefinition {
  const definition = definitions.get(path);
  if (definition === undefined) {
    throw new DeveloperError("ComponentDefinitionMissing", `Component definition not found: ${path}`);
  }
  return definition;
}

/** A provider as the push answer lists it. */
export function authInfo(provider: AuthProvider): JSONValue {
  if ("domain" in provider) return { applicationID: provider.applicationID, domain: provider.domain };
  const { type, issuer, jwks, algorithm, applicationID = null } = provider;
  return { type, applicationID, issuer, jwks, algorithm };
}
