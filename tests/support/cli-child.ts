import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { cliEnvironment, CONVEX_CLI, type DeploymentAccess } from "../../scripts/lib/deployment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";

// Far above what any command takes to say something, on a machine that does much else.
const LONGEST_WAIT_MS = 60_000;

/** The stock CLI while it runs: what it prints can be waited for. */
export class CliChild {
  readonly #child: ChildProcess;
  readonly #look = new Set<() => void>();
  #printed = "";
  #seen = 0;
  /** Settles with the exit code, or null after a signal. */
  readonly ended: Promise<number | null>;

  /** `environment` is added to what leads the CLI to the deployment. */
  constructor(
    access: DeploymentAccess,
    cwd: string,
    args: readonly string[],
    environment: Record<string, string> = {},
  ) {
    this.#child = spawn(process.execPath, [join(PROJECT_DIR, CONVEX_CLI), ...args], {
      cwd,
      env: { ...process.env, ...cliEnvironment(access), CI: "1", ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#printed += chunk.toString("utf8");
        for (const look of this.#look) look();
      });
    }
    this.ended = new Promise((resolve) => this.#child.once("close", (code) => resolve(code)));
    void this.ended.then(() => {
      for (const look of this.#look) look();
    });
  }

  /** Everything so far, both streams as they came. */
  get printed(): string {
    return this.#printed;
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /**
   * Resolves when `wanted` is in what was printed since the last call found something. Throws Error with the output when
   * the command ends before, or takes too long.
   */
  waitFor(wanted: string | RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const give = (settle: () => void) => {
        clearTimeout(timer);
        this.#look.delete(look);
        settle();
      };
      const fail = (why: string) => give(() => reject(new Error(`${why} before ${String(wanted)}:\n${this.#printed}`)));
      const timer = setTimeout(() => fail("Too long a wait"), LONGEST_WAIT_MS);
      const look = () => {
        const fresh = this.#printed.slice(this.#seen);
        const match = typeof wanted === "string" ? textMatch(fresh, wanted) : wanted.exec(fresh);
        if (match !== null) {
          this.#seen += match.index + match[0].length;
          give(() => resolve(match[0]));
        } else if (this.#child.exitCode !== null) fail(`The command ended with ${this.#child.exitCode}`);
      };
      this.#look.add(look);
      look();
    });
  }

  /** Ends it as Ctrl-C does; resolves to the exit code. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    this.#child.kill(signal);
    // A command that does not mind the polite signal must not hold the tests.
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }
}

function textMatch(text: string, wanted: string): { 0: string; index: number } | null {
  const index = text.indexOf(wanted);
  return index === -1 ? null : { 0: wanted, index };
}
