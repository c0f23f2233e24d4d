import type { Channel } from "../../../../convex/lib/closedSets";
import type { RehearsalPage, RehearsedMessage, RehearsedPerson } from "../../../lib/api-types";

// What of a rehearsal is shown. Pure.

/** What is asked for most: whether it goes, unmoved or moved, and else why not. */
export const STATES = ["goes", "shifted", "waits", "held", "skipped", "blocked"] as const;
export type State = (typeof STATES)[number];

/** Whom it is shown for: who is meant, who would enter if it were switched on now, or everybody. */
export const PEOPLE = ["meant", "enters", "all"] as const;
type People = (typeof PEOPLE)[number];

export type Filter = { step: string | null; state: State | null; channel: Channel | null; people: People };

export type Row = {
  id: string;
  /** ISO date on the clock of this browser; null: nobody can tell yet. */
  day: string | null;
  state: State;
  message: RehearsedMessage;
  person: RehearsedPerson;
  booking: RehearsalPage["bookings"][number];
};

/** Spreading of load moves a message by minutes, and means it to. */
export function stateOf({ outcome, moved }: RehearsedMessage): State {
  return outcome === "goes" && moved !== undefined && moved.by !== "spread" ? "shifted" : outcome;
}

/** The messages that pass the filter, by when they leave; those that hang on something last. */
export function rowsOf(pages: readonly RehearsalPage[], filter: Filter, dayOf: (at: number) => string): Row[] {
  const rows: Row[] = [];
  for (const { bookings, people } of pages) {
    const byId = new Map(bookings.map((booking) => [booking.id, booking]));
    for (const person of people) {
      const booking = byId.get(person.bookingId);
      if (booking === undefined || !isShown(person, filter.people)) continue;
      for (const message of person.messages) {
        const state = stateOf(message);
        if (!passes(message, state, filter)) continue;
        const id = `${person.bookingId}:${person.contactId}:${message.stepId}`;
        const day = message.leavesAt === null ? null : dayOf(message.leavesAt);
        rows.push({ id, day, state, message, person, booking });
      }
    }
  }
  return rows.sort((a, b) => (a.message.leavesAt ?? Infinity) - (b.message.leavesAt ?? Infinity) || 0);
}

function isShown({ entry }: RehearsedPerson, people: People): boolean {
  if (people === "all") return true;
  return entry === "enters" || (people === "meant" && entry === "inside");
}

function passes(message: RehearsedMessage, state: State, filter: Filter): boolean {
  return (
    (filter.step === null || message.stepId === filter.step) &&
    (filter.state === null || state === filter.state) &&
    (filter.channel === null || message.channel === filter.channel)
  );
}

export type Totals = {
  states: Record<State, number>;
  channels: { channel: Channel; count: number; priceMicros: number }[];
  priceMicros: number;
};

/** Sums of what is shown; only what goes has a price. What hangs on open decisions is counted with the rest. */
export function totalsOf(rows: readonly Row[]): Totals {
  const states = { goes: 0, shifted: 0, waits: 0, held: 0, skipped: 0, blocked: 0 };
  const channels = new Map<Channel, { count: number; priceMicros: number }>();
  for (const { state, message } of rows) {
    states[state] += 1;
    const { channel, priceMicros = 0 } = message;
    if (message.outcome !== "goes" || channel === undefined) continue;
    const known = channels.get(channel) ?? { count: 0, priceMicros: 0 };
    channels.set(channel, { count: known.count + 1, priceMicros: known.priceMicros + priceMicros });
  }
  const byChannel = [...channels].map(([channel, sum]) => ({ channel, ...sum }));
  const priceMicros = byChannel.reduce((sum, each) => sum + each.priceMicros, 0);
  return { states, channels: byChannel, priceMicros };
}

/** How many leave by which channel on each day. */
export function daysOf(rows: readonly Row[]): Map<string, Map<Channel | "none", number>> {
  const days = new Map<string, Map<Channel | "none", number>>();
  for (const { day, message } of rows) {
    if (day === null) continue;
    const counts = days.get(day) ?? new Map<Channel | "none", number>();
    const key = message.outcome === "goes" ? (message.channel ?? "none") : "none";
    counts.set(key, (counts.get(key) ?? 0) + 1);
    days.set(day, counts);
  }
  return days;
}

const DAY_MS = 86_400_000;

/** The weeks (Monday first) of the month that `day` lies in, or the one week, as ISO dates. */
export function weeksOf(day: string, span: "month" | "week"): string[][] {
  const at = Date.parse(day);
  const date = new Date(at);
  const first = span === "week" ? at : Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  const last = span === "week" ? at : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
  const weeks: string[][] = [];
  for (let monday = mondayOf(first); monday <= last; monday += 7 * DAY_MS) {
    weeks.push(Array.from({ length: 7 }, (_, i) => isoDate(monday + i * DAY_MS)));
  }
  return weeks;
}

/** The same day, so many months or weeks on; a month's last days stay in the month. */
export function moved(day: string, span: "month" | "week", by: number): string {
  if (span === "week") return isoDate(Date.parse(day) + by * 7 * DAY_MS);
  const date = new Date(Date.parse(day));
  return isoDate(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + by, 1));
}

function mondayOf(at: number): number {
  return at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS;
}

function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
