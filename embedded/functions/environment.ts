import type { Namespace, Transaction } from "../database/types.ts";
import type { DeployedCode } from "./modules/deployed-code.ts";
import { textField } from "./row-fields.ts";

/** Where the deployment is reached from outside; `CONVEX_CLOUD_URL` and `CONVEX_SITE_URL` inside functions. */
export interface Origins {
  cloud: string;
  site: string;
}

const ROOT: Namespace = "";

function builtIn(name: string, origins: Origins, sitePrefix: string): string | undefined {
  if (name === "CONVEX_CLOUD_URL") return origins.cloud;
  if (name === "CONVEX_SITE_URL") return origins.site + sitePrefix;
  return undefined;
}

/** Every variable set on the deployment. */
export function readEnvironment(tx: Transaction): Record<string, string> {
  return Object.fromEntries(
    tx.system
      .rows(ROOT, "_environment_variables", "by_name", [])
      .map((row) => [textField(row, "name"), textField(row, "value")]),
  );
}

function deploymentVariable(tx: Transaction, name: string): string | undefined {
  const row = tx.system.rows(ROOT, "_environment_variables", "by_name", [name], { limit: 1 })[0];
  return row === undefined ? undefined : textField(row, "value");
}

/**
 * `process.env` as one component sees it in one transaction: every deployment variable in the app, only the bound ones
 * in a component (convex-facts d.11). Each name read becomes part of the read set, so a changed variable re-runs what
 * looked at it.
 */
export class Environment {
  readonly #tx: Transaction;
  readonly #code: DeployedCode;
  readonly #origins: Origins;

  constructor(tx: Transaction, code: DeployedCode, origins: Origins) {
    this.#tx = tx;
    this.#code = code;
    this.#origins = origins;
  }

  get(component: Namespace, name: string): string | undefined {
    const deployed = this.#code.components.get(component)?.component;
    const prefix = component === ROOT ? "" : (deployed?.httpPrefix ?? "").replace(/\/$/, "");
    const own = builtIn(name, this.#origins, prefix);
    if (own !== undefined) return own;
    if (component === ROOT) return deploymentVariable(this.#tx, name);
    const binding = deployed?.env[name];
    if (binding === undefined) return undefined;
    return binding.type === "value" ? binding.value : this.get(parentOf(component), binding.name);
  }

  names(component: Namespace): string[] {
    const bound = this.#code.components.get(component)?.component.env ?? {};
    const names = component === ROOT ? Object.keys(readEnvironment(this.#tx)) : Object.keys(bound);
    return ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL", ...names].filter((name) => this.get(component, name) !== undefined);
  }

  /** The whole of it, for workers. */
  all(component: Namespace): Record<string, string> {
    if (component === ROOT) {
      const { cloud: CONVEX_CLOUD_URL, site: CONVEX_SITE_URL } = this.#origins;
      return { ...readEnvironment(this.#tx), CONVEX_CLOUD_URL, CONVEX_SITE_URL };
    }
    const variables: Record<string, string> = {};
    for (const name of this.names(component)) {
      const value = this.get(component, name);
      if (value !== undefined) variables[name] = value;
    }
    return variables;
  }
}

/** `"a/b"` → `"a"`, `"a"` → `""`. */
function parentOf(component: Namespace): Namespace {
  return component.slice(0, Math.max(0, component.lastIndexOf("/")));
}
