import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { until } from "../support/until.ts";

// A journey that is changed with ten thousand people inside: nobody is lost, nobody taken twice, and the screens see how
// far it has come.

const PEOPLE = 10_000;
const PER_CALL = 25;
const AT_ONCE = 4;
/** Some forty seconds on an idle machine. */
const LONGEST_IMPORT_MS = 480_000;
/** Some ten seconds on an idle machine. */
const LONGEST_SWEEP_MS = 300_000;

type Progress = { people: number; planned: number; moved: number; takenOut: number; isSweeping: boolean };

let backend: TestBackend;
let orgId: string;

const run = async (name: string, args: Record<string, unknown>) =>
  await backend.client.run(`dev/journeyFlood:${name}`, { orgId, ...args });
const progress = async () => (await run("progress", {})) as Progress;

/** Waits for the end of a change; gives how many had been reached at each look. */
async function sweptUp(of: "moved" | "takenOut"): Promise<number[]> {
  const seen: number[] = [];
  const look = async () => {
    const now = await progress();
    seen.push(now[of]);
    return !now.isSweeping;
  };
  await until("everybody is reached", look, LONGEST_SWEEP_MS);
  return seen;
}

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment });
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", { key: "crowd" })) as { orgId: string };
  orgId = workspace.orgId;
  await run("prepare", { messages: 1 });
});
afterAll(async () => {
  await backend.stop();
});

describe("ten thousand people", () => {
  it("book at once: each is in the journey, each with its message", { timeout: LONGEST_IMPORT_MS }, async () => {
    const starts = Array.from({ length: PEOPLE / PER_CALL }, (_, i) => i * PER_CALL).values();
    const call = async () => {
      for (const from of starts) await run("book", { from, to: from + PER_CALL });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, call));
    await until("all are planned", async () => (await progress()).planned >= PEOPLE, LONGEST_IMPORT_MS);
    expect(await progress()).toMatchObject({ people: PEOPLE, planned: PEOPLE });
  });

  it("get a new version, although the server is killed in the middle", { timeout: LONGEST_SWEEP_MS }, async () => {
    await run("publishLater", { count: 1 });
    await until("some have it", async () => (await progress()).moved >= PEOPLE / 10, LONGEST_SWEEP_MS);
    await backend.killAndRestart();
    const after = await progress();
    expect(after).toMatchObject({ people: PEOPLE, planned: PEOPLE, isSweeping: true });
    const seen = await sweptUp("moved");
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(3);
    expect(await progress()).toMatchObject({ people: PEOPLE, planned: PEOPLE, moved: PEOPLE });
  });

  it("are paused at once, and looked at again before it goes on", { timeout: LONGEST_SWEEP_MS }, async () => {
    await run("operate", { what: "pause" });
    await run("operate", { what: "resume" });
    await sweptUp("moved");
    expect(await progress()).toMatchObject({ people: PEOPLE, planned: PEOPLE, moved: PEOPLE });
  });

  it("are all taken out when it is archived", { timeout: LONGEST_SWEEP_MS }, async () => {
    await run("operate", { what: "archive" });
    await sweptUp("takenOut");
    expect(await progress()).toMatchObject({ people: 0, planned: 0, takenOut: PEOPLE });
  });
});
