import type { DeploymentAccess } from "../../scripts/lib/deployment.ts";

/** Moves the test clock of a backend. Waits until everything that fell due has run; answers where it stands. */
export async function moveClock(access: DeploymentAccess, body: Record<string, number>): Promise<number> {
  return await ask(access, { method: "POST", body: JSON.stringify(body) });
}

/** Where the test clock of a backend stands. */
export async function readClock(access: DeploymentAccess): Promise<number> {
  return await ask(access, {});
}

async function ask({ cloudUrl, adminKey }: DeploymentAccess, request: RequestInit): Promise<number> {
  const response = await fetch(`${cloudUrl}/api/test_clock`, {
    ...request,
    headers: { Authorization: `Convex ${adminKey}`, "Content-Type": "application/json" },
  });
  if (!response.ok) throw new Error(`The test clock refused: ${await response.text()}`);
  return ((await response.json()) as { nowMs: number }).nowMs;
}
