import { startTestBackend, type TestBackend } from "../../../tests/support/backend.ts";
import { missingProductEnvironment } from "../../lib/product-environment.ts";
import { PROJECT_DIR } from "../../lib/project.ts";

/** The product on a backend of its own, with one workspace whose journey has seven messages. */
export interface Journeys {
  backend: TestBackend;
  orgId: string;
  calcom: { publicId: string; secret: string };
}

/** How many of those that a row is about are made; SEQUENCES_SHARE=0.05 makes a twentieth, for a look. */
export function shareOf(count: number): number {
  return Math.max(1, Math.round(count * Number(process.env["SEQUENCES_SHARE"] ?? "1")));
}

/** Messages of the journey. */
export const MESSAGES = 7;

/** People inside, messages planned for them, and how far the newest change has come. */
export type Progress = { people: number; planned: number; moved: number; isSweeping: boolean };

const PER_CALL = 10;
const CALLS_AT_ONCE = 3;
const POLL_MS = 50;

/** Starts it. Call `backend.stop` afterwards. */
export async function startJourneys(): Promise<Journeys> {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  const backend = await startTestBackend({ project: PROJECT_DIR, environment });
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", { key: "bench" })) as Omit<
    Journeys,
    "backend"
  >;
  await backend.client.run("dev/journeyFlood:prepare", { orgId: workspace.orgId });
  return { backend, orgId: workspace.orgId, calcom: workspace.calcom };
}

/** Books for `count` people, as an import does. */
export async function importBookings({ backend, orgId }: Journeys, count: number): Promise<void> {
  const starts = Array.from({ length: Math.ceil(count / PER_CALL) }, (_, i) => i * PER_CALL).values();
  const call = async () => {
    for (const from of starts) {
      await backend.client.run("dev/journeyFlood:book", { orgId, from, to: Math.min(count, from + PER_CALL) });
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, call));
}

/** How far the journey has come. */
export async function progressOf({ backend, orgId }: Journeys): Promise<Progress> {
  return (await backend.client.run("dev/journeyFlood:progress", { orgId })) as Progress;
}

/** Waits until `isReached`. Throws Error when that takes longer than `timeoutMs`. */
export async function until(
  journeys: Journeys,
  timeoutMs: number,
  isReached: (progress: Progress) => boolean,
): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const progress = await progressOf(journeys);
    if (isReached(progress)) return;
    if (performance.now() - startedMs > timeoutMs)
      throw new Error(`After ${timeoutMs} ms: ${JSON.stringify(progress)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Asks the same query again and again while `work` runs; gives how long each answer took, in milliseconds. */
export async function askingMeanwhile(journeys: Journeys, work: Promise<void>): Promise<number[]> {
  let isDone = false;
  const end = work.finally(() => {
    isDone = true;
  });
  const took: number[] = [];
  const ask = async () => {
    while (!isDone) {
      const startedMs = performance.now();
      await progressOf(journeys);
      took.push(performance.now() - startedMs);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  await Promise.all([end, ask()]);
  return took;
}
