import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";

// `npm start` in a process of its own.

/** What `npm start` is told. */
export interface ProductOptions {
  /** Without it the machine's clock runs. */
  startMs?: number;
  seed?: boolean;
}

/** A product that said that it is ready. */
export interface RunningProduct {
  child: ChildProcess;
  url: string;
  siteUrl: string;
  signIn: { email: string; password: string } | null;
}

// The first start builds the app; machines differ.
const START_TIMEOUT_MS = 240_000;

/** The arguments of a start on this data, ports aside. */
export function startArgs(dataDir: string, { startMs, seed }: ProductOptions): string[] {
  return [
    ...(startMs === undefined ? [] : [`--test-clock=${new Date(startMs).toISOString()}`]),
    ...(seed === true ? [] : ["--no-seed"]),
    "--data",
    dataDir,
  ];
}

/** Any two free ports. */
export const FREE_PORTS = ["--port", "0", "--site-port", "0"];

/** Starts it and waits until it is ready; what it says is added to `printed`. */
export function launchProduct(args: readonly string[], printed: string[] = []): Promise<RunningProduct> {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/start.ts", ...args], {
    cwd: PROJECT_DIR,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`Switchboard ${why}:\n${printed.join("\n")}`));
    };
    const timer = setTimeout(() => fail("was not ready in time"), START_TIMEOUT_MS);
    const early = (code: number | null) => fail(`ended with code ${code}`);
    child.once("exit", early);
    const onLine = (line: string) => {
      printed.push(line);
      const url = /^Switchboard is ready at (\S+)$/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      child.off("exit", early);
      resolve({ child, url, siteUrl: siteUrlIn(printed), signIn: signInOf(printed) });
    };
    createInterface({ input: child.stdout }).on("line", onLine);
    createInterface({ input: child.stderr }).on("line", (line) => printed.push(line));
  });
}

function siteUrlIn(printed: readonly string[]): string {
  const url = printed
    .map((line) => /^HTTP actions .* at (\S+)$/.exec(line)?.[1])
    .findLast((found) => found !== undefined);
  if (url === undefined) throw new Error(`No address of HTTP actions in:\n${printed.join("\n")}`);
  return url;
}

function signInOf(printed: readonly string[]): RunningProduct["signIn"] {
  const found = printed.map((line) => /^Demo sign-in: (\S+) \/ (\S+)$/.exec(line)).find((match) => match !== null);
  return found ? { email: found[1] ?? "", password: found[2] ?? "" } : null;
}

/** Ends a process and waits until it is gone. */
export async function endProcess(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill(signal);
  await exited;
}
