import { judge, type Row } from "../report.ts";
import { importBookings, MESSAGES, progressOf, shareOf, until, type Journeys } from "./journeys.ts";

const PEOPLE = shareOf(10_000);
const TIMEOUT_MS = 15 * 60_000;
/** The server is killed when so many of them are in the new version. */
const KILL_AT = PEOPLE / 4;

/**
 * A new version with 10,000 people inside that moves one message of each; then another one that moves all seven, in the
 * middle of which the server is killed: nobody may be lost or taken twice.
 */
export async function publishRow(journeys: Journeys): Promise<Row> {
  await importBookings(journeys, PEOPLE);
  await until(journeys, TIMEOUT_MS, ({ planned }) => planned >= PEOPLE * MESSAGES);
  const value = await publish(journeys, 1, async () => {});
  const withKill = await publish(journeys, MESSAGES, async () => {
    await until(journeys, TIMEOUT_MS, ({ moved }) => moved >= KILL_AT);
    await journeys.backend.killAndRestart();
  });
  const { people, planned, moved } = await progressOf(journeys);
  const isWhole = people === PEOPLE && planned === PEOPLE * MESSAGES && moved === PEOPLE;
  const row = judge(
    `publish: a new version with ${PEOPLE} people inside, one message of each moved`,
    {
      value,
      unit: "s",
      note: { allMovedWithKillSeconds: Math.round(withKill), people, planned, movedAfterKill: moved },
    },
    { of: "value", bound: "atMost", limit: 10 },
  );
  return { ...row, ok: row.ok && isWhole };
}

/** Resolves to the seconds until everybody was brought over. */
async function publish(journeys: Journeys, count: number, meanwhile: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await journeys.backend.client.run("dev/journeyFlood:publishLater", { orgId: journeys.orgId, count });
  await meanwhile();
  await until(journeys, TIMEOUT_MS, ({ isSweeping }) => !isSweeping);
  return (performance.now() - startedMs) / 1000;
}
