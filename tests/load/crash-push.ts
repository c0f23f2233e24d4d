import { LOAD_PROJECT } from "../../scripts/bench/load-project.ts";
import type { TestBackend } from "../support/backend.ts";
import { CliChild } from "../support/cli-child.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";
import { ImportClient } from "../support/uploads.ts";
import type { Besides } from "./crash-harness.ts";

const SCHEMA = "convex/schema.ts";
// Built over the documents of the whole run, which the load is adding to.
const MARKS = "part: v.number() }).index(";
const EXTRA = `.index("by_part", ["part"])`;

/**
 * Pushes a schema with or without one more index while the backend is killed: the schema in force afterwards is the old
 * or the new one, and the next push succeeds from there.
 */
export class PushBesides implements Besides {
  readonly #system: ImportClient;
  #project: ProjectCopy | null = null;
  #plain = "";
  #child: CliChild | null = null;

  constructor(private readonly backend: TestBackend) {
    this.#system = new ImportClient(backend);
  }

  async run(): Promise<void> {
    const project = (this.#project ??= copyProject(LOAD_PROJECT));
    if (this.#plain === "") this.#plain = project.read(SCHEMA);
    this.#child = null;
    // `fetch` fails with a TypeError when the kill came that early.
    const hasExtra = await this.#hasExtra().catch((error: unknown) => {
      if (error instanceof TypeError) return null;
      throw error;
    });
    if (hasExtra === null) return;
    const next = hasExtra ? this.#plain : this.#plain.replace(MARKS, `part: v.number() })${EXTRA}.index(`);
    project.write(SCHEMA, next);
    const args = ["deploy", "--typecheck", "disable", "--codegen", "disable", "--skip-large-indexes-check"];
    this.#child = new CliChild(this.backend, project.dir, args);
  }

  async check(): Promise<string> {
    // It would ask again for a while, and then give up or succeed: neither is what is looked at here.
    await this.#child?.stop("SIGKILL");
    return `extra index ${(await this.#hasExtra()) ? "there" : "not there"}`;
  }

  end(): void {
    this.#project?.remove();
  }

  /** Throws Error when the schema is neither of the two. */
  async #hasExtra(): Promise<boolean> {
    const { active } = await this.#system.system<{ active: string }>("_system/frontend/getSchemas", {});
    const { tables } = JSON.parse(active) as {
      tables: { tableName: string; indexes: { indexDescriptor: string }[] }[];
    };
    const indexes = tables.find(({ tableName }) => tableName === "marks")?.indexes ?? [];
    const names = indexes.map(({ indexDescriptor }) => indexDescriptor).sort();
    if (JSON.stringify(names) === `["by_run_writer_seq"]`) return false;
    if (JSON.stringify(names) === `["by_part","by_run_writer_seq"]`) return true;
    throw new Error(`the schema is neither the old nor the new one: ${JSON.stringify(names)}`);
  }
}
