import { judge, quantile, type Row } from "../report.ts";
import { askingMeanwhile, importBookings, MESSAGES, shareOf, until, type Journeys } from "./journeys.ts";

const BOOKINGS = shareOf(5000);
const TIMEOUT_MS = 10 * 60_000;
/** What a query may take while the import runs. */
const LIVE_MS = 100;

/** 5,000 bookings at once until all their messages are in the queue, while a member's screen asks. */
export async function importRow(journeys: Journeys): Promise<Row> {
  const startedMs = performance.now();
  const work = async () => {
    await importBookings(journeys, BOOKINGS);
    await until(journeys, TIMEOUT_MS, ({ planned }) => planned >= BOOKINGS * MESSAGES);
  };
  const took = await askingMeanwhile(journeys, work());
  const value = (performance.now() - startedMs) / 1000;
  const queryP99Ms = Math.round(quantile(took, 0.99));
  const row = judge(
    `import: ${BOOKINGS} bookings of seven messages each, until all are queued`,
    { value, unit: "s", note: { queryP99Ms, messages: BOOKINGS * MESSAGES } },
    { of: "value", bound: "atMost", limit: 30 },
  );
  return { ...row, ok: row.ok && queryP99Ms <= LIVE_MS };
}
