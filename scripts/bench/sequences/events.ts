import { createHmac } from "node:crypto";
import { startScript } from "../delivery/provider.ts";
import { judge, quantile, type Row } from "../report.ts";
import { MESSAGES, progressOf, until, type Journeys } from "./journeys.ts";

const CALLERS = 20;
/** Together as many as one source may send in a burst. */
const BOOKINGS = 220;
const ONE_BY_ONE = 60;
const TIMEOUT_MS = 60_000;
/** From the request to seven messages in the queue. */
const P99_MS = 100;
const DAY_MS = 86_400_000;
/** Beyond every message's offset. */
const START_IN_DAYS = 100;

/** Bookings over HTTP until all their messages are in the queue, against a bare server that writes the same rows. */
export async function eventsRow(journeys: Journeys): Promise<Row> {
  const floor = await startScript("../sequences/floor.ts", []);
  try {
    const { backend, calcom } = journeys;
    const url = `${backend.siteUrl}/hooks/booking/${calcom.publicId}`;
    const baseline = await callAll(floor.url, calcom.secret, BOOKINGS * 10, async () => {});
    const value = await callAll(url, calcom.secret, BOOKINGS, async () => {
      await until(journeys, TIMEOUT_MS, ({ planned }) => planned >= BOOKINGS * MESSAGES);
    });
    const took: number[] = [];
    for (let i = BOOKINGS; i < BOOKINGS + ONE_BY_ONE; i++) {
      const startedMs = performance.now();
      await post(url, calcom.secret, i);
      while ((await progressOf(journeys)).planned < (i + 1) * MESSAGES) {
        if (performance.now() - startedMs > TIMEOUT_MS) throw new Error(`Booking ${i} was not planned`);
      }
      took.push(performance.now() - startedMs);
    }
    const p99Ms = Math.round(quantile(took, 0.99));
    const row = judge(
      "events: a booking over HTTP to all seven messages queued, 20 callers",
      { value, unit: "bookings/s", baseline, note: { p50Ms: Math.round(quantile(took, 0.5)), p99Ms } },
      { of: "ratio", bound: "atLeast", limit: 0.1 },
    );
    return { ...row, ok: row.ok && p99Ms <= P99_MS };
  } finally {
    floor.stop();
  }
}

/** Every caller posts its next booking when the last one is answered. Resolves to bookings per second, all of it done. */
async function callAll(url: string, secret: string, count: number, done: () => Promise<void>): Promise<number> {
  const numbers = Array.from({ length: count }, (_, i) => i).values();
  const startedMs = performance.now();
  const call = async () => {
    for (const i of numbers) await post(url, secret, i);
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  await done();
  return count / ((performance.now() - startedMs) / 1000);
}

async function post(url: string, secret: string, i: number): Promise<void> {
  const body = JSON.stringify(bookingCreated(i));
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "Content-Type": "application/json", "X-Cal-Signature-256": signature };
  const response = await fetch(url, { method: "POST", headers, body });
  await response.text();
  if (response.status !== 202) throw new Error(`Booking ${i} was answered with ${response.status}`);
}

/** cal.com's BOOKING_CREATED (providers.md 19.1). */
function bookingCreated(i: number) {
  const startsAt = Date.now() + START_IN_DAYS * DAY_MS;
  const attendee = { name: `Person ${i}`, email: `caller${i}@flood.example`, timeZone: "Europe/Berlin" };
  return {
    triggerEvent: "BOOKING_CREATED",
    createdAt: new Date().toISOString(),
    payload: {
      type: "jollen-grundkurs",
      title: "Jollen-Grundkurs",
      startTime: new Date(startsAt).toISOString(),
      endTime: new Date(startsAt + DAY_MS / 4).toISOString(),
      uid: `bench-${i}`,
      bookingId: i,
      status: "ACCEPTED",
      organizer: { name: "Jana Petersen", email: "jana@haff-segeln.example", timeZone: "Europe/Berlin" },
      attendees: [{ ...attendee, language: { locale: "de" } }],
      responses: {},
      location: "Am Hafen 3",
      metadata: {},
    },
  };
}
