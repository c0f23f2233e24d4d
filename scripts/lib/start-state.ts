import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `npm start` remembers in the data folder between starts. */
export interface StartState {
  /** Hash of the sources that were pushed last; null before the first push. */
  pushedHash: string | null;
  /** Null until the demo workspace exists. */
  seed: { signIn: DemoSignIn | null } | null;
}

export interface DemoSignIn {
  email: string;
  password: string;
}

const FILE = "start-state.json";

export function readStartState(dataDir: string): StartState {
  const file = join(dataDir, FILE);
  if (!existsSync(file)) return { pushedHash: null, seed: null };
  return JSON.parse(readFileSync(file, "utf8")) as StartState;
}

export function writeStartState(dataDir: string, state: StartState): void {
  writeFileSync(join(dataDir, FILE), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
