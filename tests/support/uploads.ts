import type { JSONValue } from "convex/values";
import type { DeploymentAccess } from "../../scripts/lib/deployment.ts";
import { until } from "./until.ts";

/** An import as `npx convex import` shows it. */
export interface ShownImport {
  _id: string;
  state: { state: string; error_message?: string };
}

/** What the CLI does to import JSON lines, without the CLI. Throws Error for any refusal, TypeError without a server. */
export class ImportClient {
  constructor(private readonly access: DeploymentAccess) {}

  /** Uploads JSON lines, in one part or several, and registers them; answers the import's id. */
  async begin(table: string, mode: "append" | "replace", parts: Iterable<string>): Promise<string> {
    const { uploadToken } = await this.#post<{ uploadToken: string }>("/api/import/start_upload", {});
    const partTokens: string[] = [];
    for (const lines of parts) {
      const path = `/api/import/upload_part?uploadToken=${uploadToken}&partNumber=${partTokens.length + 1}`;
      partTokens.push(await this.#send<string>(path, lines));
    }
    const request = { import: { tableName: table, mode, format: "jsonLines" }, uploadToken, partTokens };
    return (await this.#post<{ importId: string }>("/api/import/finish_upload", request)).importId;
  }

  perform(importId: string): Promise<null> {
    return this.#post("/api/perform_import", { importId });
  }

  /** Waits until the import is in one of these states; answers it. Throws Error when it has failed otherwise. */
  reached(importId: string, states: readonly string[], longestMs: number): Promise<string> {
    return until(
      `the import to be ${states.join(" or ")}`,
      async () => {
        const found = (await this.list()).find(({ _id }) => _id === importId)?.state;
        if (found === undefined) return null;
        if (states.includes(found.state)) return found.state;
        if (found.state === "failed") throw new Error(`The import failed: ${found.error_message}`);
        return null;
      },
      longestMs,
    );
  }

  /** Newest first. */
  list(): Promise<ShownImport[]> {
    return this.system("_system/cli/queryImport:list", {});
  }

  /** Asks a system query. */
  async system<T>(path: string, args: Record<string, JSONValue>): Promise<T> {
    return (await this.#post<{ value: T }>("/api/query", { path, args, format: "json" })).value;
  }

  #post<T>(path: string, body: JSONValue): Promise<T> {
    return this.#send(path, JSON.stringify(body), { "Content-Type": "application/json" });
  }

  async #send<T>(path: string, body: string, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(this.access.cloudUrl + path, {
      method: "POST",
      headers: { Authorization: `Convex ${this.access.adminKey}`, ...headers },
      body,
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
