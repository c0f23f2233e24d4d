import { createHash } from "node:crypto";
import type { Namespace, StoredDocument, Transaction } from "../database/types.ts";
import type { AuthProvider } from "../auth/providers.ts";
import type { NodeDependency } from "./node-packages.ts";
import { numberField, textField } from "./row-fields.ts";
import type { DeployedComponent, ModuleSource } from "./types.ts";

/**
 * What is deployed. Lives in the root namespace's `_deployment` table as two rows, so that the row every run reads
 * stays small:
 *
 * - `{key: "version", version, pushedAtMs}`: read by every function run; writing it invalidates every subscription and
 *   conflicts with every mutation in flight, which is what a push must do.
 * - `{key: "state", version, state}`: `state` is this interface as JSON text, read once per version.
 *
 * Module sources are rows of `_modules`, written by {@link writeModules}.
 */
export interface Deployment {
  /** Unique per push. */
  version: string;
  /** What `Date.now()` says while modules are imported (convex-facts d.1). */
  pushedAtMs: number;
  /** Npm version of the app's `convex` package at push; some behaviour depends on it (convex-facts d.7). */
  udfServerVersion: string;
  /** Every mounted instance, the app (`path: ""`) included; parents before children. */
  components: DeployedComponent[];
  authProviders: AuthProvider[];
  /** External packages of Node actions; absent in what was pushed before there were any. */
  nodeDependencies?: NodeDependency[];
}

export interface DeploymentVersion {
  version: string;
  pushedAtMs: number;
}

const ROOT: Namespace = "";

function deploymentRow(tx: Transaction, key: "version" | "state"): StoredDocument | null {
  return tx.system.rows(ROOT, "_deployment", "by_key", [key], { limit: 1 })[0] ?? null;
}

/** The version row, recorded in the read set. Null before the first push. */
export function readDeploymentVersion(tx: Transaction): DeploymentVersion | null {
  const row = deploymentRow(tx, "version");
  if (row === null) return null;
  return { version: textField(row, "version"), pushedAtMs: numberField(row, "pushedAtMs") };
}

/** The whole deployment, or null before the first push. Parses the state each time: callers keep it by `version`. */
export function readDeployment(tx: Transaction): Deployment | null {
  const row = deploymentRow(tx, "state");
  return row === null ? null : (JSON.parse(textField(row, "state")) as Deployment);
}

/** Reads the deployment of a transaction's snapshot and keeps it until another version is seen. */
export class DeploymentCache {
  #known: Deployment | null = null;

  read(tx: Transaction): Deployment | null {
    const current = readDeploymentVersion(tx);
    if (current === null) return null;
    if (this.#known?.version !== current.version) this.#known = readDeployment(tx);
    return this.#known;
  }
}

/** Makes `deployment` the one that new runs use, from the commit of `tx` on. */
export function writeDeployment(tx: Transaction, deployment: Deployment): void {
  const { version, pushedAtMs } = deployment;
  upsert(tx, "version", { version, pushedAtMs });
  upsert(tx, "state", { version, state: JSON.stringify(deployment) });
}

function upsert(tx: Transaction, key: "version" | "state", value: Record<string, string | number>): void {
  const row = deploymentRow(tx, key);
  if (row === null) tx.system.insert(ROOT, "_deployment", { key, ...value });
  else tx.system.patch(ROOT, row.id, value);
}

/** SHA-256 in hex over source bytes followed by source map bytes: the hash the CLI compares (convex-facts c.3). */
export function moduleHash(module: ModuleSource): string {
  return createHash("sha256")
    .update(module.source)
    .update(module.sourceMap ?? "")
    .digest("hex");
}

export type StoredModule = ModuleSource & { sha256: string };

function moduleOfRow(row: StoredDocument): StoredModule {
  const { sourceMap, environment } = row.value;
  return {
    path: textField(row, "path"),
    source: textField(row, "source"),
    sourceMap: typeof sourceMap === "string" ? sourceMap : null,
    environment: environment === "node" ? "node" : "isolate",
    sha256: textField(row, "sha256"),
  };
}

/**
 * Modules of one *definition*: `_modules.component` is the definition path (`""` for the app), because every instance
 * of a definition runs the same code.
 */
export function readModules(tx: Transaction, definitionPath: string): StoredModule[] {
  return tx.system.rows(ROOT, "_modules", "by_component_path", [definitionPath]).map(moduleOfRow);
}

/** Brings `_modules` to exactly `modules` for one definition; unchanged rows are not written. */
export function writeModules(tx: Transaction, definitionPath: string, modules: readonly ModuleSource[]): void {
  const stored = new Map(
    tx.system.rows(ROOT, "_modules", "by_component_path", [definitionPath]).map((row) => [textField(row, "path"), row]),
  );
  for (const module of modules) {
    const row = stored.get(module.path);
    stored.delete(module.path);
    const sha256 = moduleHash(module);
    if (row?.value.sha256 === sha256 && row.value.environment === module.environment) continue;
    const value = {
      environment: module.environment,
      source: module.source,
      sourceMap: module.sourceMap ?? undefined,
      sha256,
    };
    if (row === undefined) {
      tx.system.insert(ROOT, "_modules", { component: definitionPath, path: module.path, ...value });
    } else {
      tx.system.patch(ROOT, row.id, value);
    }
  }
  for (const row of stored.values()) tx.system.remove(ROOT, row.id);
}
