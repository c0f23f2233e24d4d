import { StartError } from "./start-error.ts";

// Vite 8 and several libraries need it; `package.json` says the same.
const LOWEST = [20, 19] as const;

/** Throws StartError on a Node that is too old. `version` is like "20.19.0". */
export function requireSupportedNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1])) return;
  throw new StartError(`Switchboard needs Node ${LOWEST.join(".")} or newer; this is Node ${version}.`);
}
