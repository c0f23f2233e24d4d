import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PROJECT_DIR } from "./project.ts";

export interface ChildOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** Variables that would send the CLI to another deployment than the one it is given. */
const FOREIGN_DEPLOYMENT = ["CONVEX_DEPLOYMENT", "CONVEX_DEPLOY_KEY", "CONVEX_URL"];

function start(script: string, args: readonly string[], options: ChildOptions): ChildProcess {
  const env = { ...process.env, ...options.env };
  for (const name of FOREIGN_DEPLOYMENT) delete env[name];
  return spawn(process.execPath, [join(PROJECT_DIR, script), ...args], {
    cwd: options.cwd ?? PROJECT_DIR,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a Node script of the repository to its end. Resolves to its exit code and everything it printed. */
export function runToEnd(
  script: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = start(script, args, options);
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
  });
}

export interface RunningChild {
  /** Settles with the exit code when the process ends. */
  ended: Promise<number>;
  stop(): Promise<void>;
}

// A dev server that ignores the polite signal must not hold the terminal.
const KILL_AFTER_MS = 3000;

/** Starts a long-running Node script; each of its lines goes to `onLine`. */
export function startChild(
  script: string,
  args: readonly string[],
  options: ChildOptions,
  onLine: (line: string) => void,
): RunningChild {
  const child = start(script, args, options);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", onLine);
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  return {
    ended,
    stop: async () => {
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
