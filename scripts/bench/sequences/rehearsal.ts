import type { JSONValue } from "convex/values";
import { judge, type Row } from "../report.ts";
import { MESSAGES, shareOf, until, type Journeys } from "./journeys.ts";

const BOOKINGS = shareOf(1000);
const PER_CALL = 50;
const TIMEOUT_MS = 5 * 60_000;
/** The first answers find a cold database. */
const RUNS = 5;

type Page = { bookings: number; messages: number; goes: number; next: JSONValue };

/** Everything a journey of seven messages would send for 1,000 bookings, page after page as the screen asks. */
export async function rehearsalRow(journeys: Journeys): Promise<Row> {
  const { backend, orgId } = journeys;
  for (let from = 0; from < BOOKINGS; from += PER_CALL) {
    const to = Math.min(BOOKINGS, from + PER_CALL);
    await backend.client.run("dev/rehearsalFlood:book", { orgId, from, to });
  }
  // What their events plan for the live journey is not to be measured.
  await until(journeys, TIMEOUT_MS, ({ planned }) => planned >= BOOKINGS * MESSAGES);
  const took: number[] = [];
  let pages: Page[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedMs = performance.now();
    // Another instant each time, so that no answer is one that was given before.
    pages = await rehearse(journeys, Date.now() - run);
    took.push((performance.now() - startedMs) / 1000);
  }
  const sum = (count: (page: Page) => number) => pages.reduce((all, page) => all + count(page), 0);
  const [bookings, messages, goes] = [sum((p) => p.bookings), sum((p) => p.messages), sum((p) => p.goes)];
  const sorted = took.toSorted((a, b) => a - b);
  const row = judge(
    `rehearsal of a sequence over ${BOOKINGS} bookings`,
    {
      value: sorted[Math.floor(RUNS / 2)] ?? Infinity,
      unit: "s",
      note: { slowest: Number(sorted.at(-1)?.toFixed(2)), pages: pages.length, messages, goes },
    },
    { of: "value", bound: "atMost", limit: 1 },
  );
  return { ...row, ok: row.ok && bookings >= BOOKINGS && messages >= BOOKINGS * MESSAGES };
}

async function rehearse({ backend, orgId }: Journeys, since: number): Promise<Page[]> {
  const pages: Page[] = [];
  let after: Page["next"] = null;
  do {
    const page = (await backend.client.run("dev/rehearsalFlood:page", { orgId, since, after })) as Page;
    pages.push(page);
    after = page.next;
  } while (after !== null);
  return pages;
}
