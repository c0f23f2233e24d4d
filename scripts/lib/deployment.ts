import type { JSONValue } from "convex/values";
import { StartError } from "../../embedded/server/start-error.ts";
import { runToEnd } from "./child.ts";
import { PROJECT_DIR } from "./project.ts";

export const CONVEX_CLI = "node_modules/convex/bin/main.js";

/** Where a deployment is and the key to it. */
export interface DeploymentAccess {
  cloudUrl: string;
  adminKey: string;
}

/** The variables by which the stock CLI finds a self-hosted deployment. */
export function cliEnvironment(access: DeploymentAccess): Record<string, string> {
  return { CONVEX_SELF_HOSTED_URL: access.cloudUrl, CONVEX_SELF_HOSTED_ADMIN_KEY: access.adminKey };
}

/** Pushes `projectDir/convex` with the stock CLI. Throws StartError with the CLI's own words. */
export async function pushFunctions(access: DeploymentAccess, projectDir = PROJECT_DIR): Promise<void> {
  // Types are checked by `npm run types`; generated files belong to the repository.
  const args = ["deploy", "--typecheck", "disable", "--codegen", "disable"];
  // With CI set the CLI asks nothing and reports its crashes to nobody.
  const env = { ...cliEnvironment(access), CI: "1" };
  const { code, output } = await runToEnd(CONVEX_CLI, args, { cwd: projectDir, env });
  if (code !== 0) throw new StartError(`The functions in convex/ could not be pushed:\n${output.trim()}`);
}

/** Admin calls over HTTP. */
export class DeploymentClient {
  constructor(private readonly access: DeploymentAccess) {}

  async environment(): Promise<Record<string, string>> {
    const answer = await this.#request("GET", "/api/v1/list_environment_variables");
    return (answer as { environmentVariables: Record<string, string> }).environmentVariables;
  }

  async setEnvironment(variables: Record<string, string>): Promise<void> {
    const changes = Object.entries(variables).map(([name, value]) => ({ name, value }));
    await this.#request("POST", "/api/update_environment_variables", { changes });
  }

  /** Runs any function, internal ones included. Throws Error with the function's error text. */
  async run(path: string, args: Record<string, JSONValue> = {}): Promise<JSONValue> {
    const answer = (await this.#request("POST", "/api/function", { path, args, format: "json" })) as
      { status: "success"; value: JSONValue } | { status: "error"; errorMessage: string };
    if (answer.status === "error") throw new Error(`${path} failed: ${answer.errorMessage}`);
    return answer.value;
  }

  async #request(method: string, path: string, body?: JSONValue): Promise<unknown> {
    const response = await fetch(this.access.cloudUrl + path, {
      method,
      headers: { Authorization: `Convex ${this.access.adminKey}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
