import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { PROJECT_DIR } from "../../lib/project.ts";

/** A bare server of the benchmark in a process of its own. */
export interface BareServer {
  url: string;
  stop(): void;
}

/** Starts a script of this folder that prints its address when it listens. */
export async function startScript(name: string, args: readonly string[]): Promise<BareServer> {
  const script = join(PROJECT_DIR, "scripts/bench/delivery", name);
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", script, ...args], {
    cwd: PROJECT_DIR,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error(`${name} has no output`);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { url: line.toString().trim(), stop: () => void child.kill("SIGTERM") };
}

/** The provider stub. */
export interface Provider extends BareServer {
  /** When each recipient's messages arrived (ms since the epoch), since the last call. */
  takeArrivals(): Promise<Map<string, number[]>>;
}

/** Starts a provider that answers after `delayMs` and works on at most `concurrency` messages at a time. */
export async function startProvider(delayMs = 0, concurrency = 1_000_000): Promise<Provider> {
  const server = await startScript("stub.ts", [String(delayMs), String(concurrency)]);
  return {
    ...server,
    takeArrivals: async () => {
      const { arrivals } = (await (await fetch(`${server.url}/take`)).json()) as { arrivals: [string, number[]][] };
      return new Map(arrivals);
    },
  };
}

/** What came of `sent` messages with a recipient each. */
export function lostAndDoubled(arrivals: Map<string, number[]>, sent: number): { lost: number; doubled: number } {
  return { lost: sent - arrivals.size, doubled: [...arrivals.values()].filter((times) => times.length > 1).length };
}
