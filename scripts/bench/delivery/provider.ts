import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { PROJECT_DIR } from "../../lib/project.ts";

/** The provider stub in a process of its own. */
export interface Provider {
  url: string;
  /** When each recipient's messages arrived (ms since the epoch), since the last call. */
  takeArrivals(): Promise<Map<string, number[]>>;
  stop(): void;
}

/** Starts a provider that answers after `delayMs` and works on at most `concurrency` messages at a time. */
export async function startProvider(delayMs = 0, concurrency = 1_000_000): Promise<Provider> {
  const script = join(PROJECT_DIR, "scripts/bench/delivery/stub.ts");
  const args = ["--import", "tsx", script, String(delayMs), String(concurrency)];
  const child: ChildProcess = spawn(process.execPath, args, { cwd: PROJECT_DIR, stdio: ["ignore", "pipe", "inherit"] });
  if (child.stdout === null) throw new Error("The provider has no output");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  return {
    url,
    takeArrivals: async () => {
      const { arrivals } = (await (await fetch(`${url}/take`)).json()) as { arrivals: [string, number[]][] };
      return new Map(arrivals);
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

/** What came of `sent` messages with a recipient each. */
export function lostAndDoubled(arrivals: Map<string, number[]>, sent: number): { lost: number; doubled: number } {
  return { lost: sent - arrivals.size, doubled: [...arrivals.values()].filter((times) => times.length > 1).length };
}
