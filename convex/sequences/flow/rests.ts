import { addCalendarDays, instantOn, localDay, MINUTE_MS } from "../../lib/time";
import type { Anchors } from "../timing";
import type { FlowFacts } from "./facts";
import type { Rest } from "./schema";

// When a rest is over: one calendar for every node (product.md 2.5 #53), by the time contract of product.md 4.2. Pure.

/** `null`: what it counts from has not happened or is not known yet, named by `missing`. */
export type RestEnd = { at: number; missing: null } | { at: null; missing: string };

/** Days looked ahead for an allowed weekday. */
const WEEK_DAYS = 7;

/** The instant at which a path that gets there at `reachedAt` goes on; never before. */
export function restEnd(rest: Rest, reachedAt: number, facts: FlowFacts): RestEnd {
  const found = rawEnd(rest, reachedAt, facts);
  return found.at === null ? found : { at: Math.max(found.at, reachedAt), missing: null };
}

function rawEnd(rest: Rest, reachedAt: number, { anchors, zone: { zone }, values }: FlowFacts): RestEnd {
  switch (rest.kind) {
    case "days":
    case "minutes":
      return fromAnchor(rest, anchors, zone);
    case "for":
      return { at: reachedAt + rest.minutes * MINUTE_MS, missing: null };
    case "local":
      return { at: nextLocal(reachedAt, zone, rest.days, rest.at, rest.weekdays), missing: null };
    case "date": {
      const date = values[rest.key];
      const start = typeof date === "string" ? startOfDay(date, zone) : null;
      if (start === null) return { at: null, missing: rest.key };
      return { at: addCalendarDays(start, zone, rest.offsetDays, rest.at), missing: null };
    }
  }
}

function fromAnchor(rest: Extract<Rest, { anchor: unknown }>, anchors: Anchors, zone: string): RestEnd {
  const anchorAt = anchors[rest.anchor];
  if (anchorAt === null) return { at: null, missing: rest.anchor };
  if (rest.kind === "minutes") return { at: anchorAt + rest.offsetMinutes * MINUTE_MS, missing: null };
  if (rest.offsetDays === 0 && rest.at === undefined) return { at: anchorAt, missing: null };
  return { at: addCalendarDays(anchorAt, zone, rest.offsetDays, rest.at), missing: null };
}

/** The first `at` on an allowed weekday that is not before `days` calendar days after `from`. */
function nextLocal(from: number, zone: string, days: number, at: string, weekdays: readonly number[]): number {
  for (let ahead = days; ; ahead++) {
    const { weekday } = localDay(from, zone, ahead);
    const instant = addCalendarDays(from, zone, ahead, at);
    const isAllowed = weekdays.length === 0 || weekdays.includes(weekday);
    // A list without a weekday would never end: then each is allowed.
    if (instant >= from && (isAllowed || ahead > days + 2 * WEEK_DAYS)) return instant;
  }
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}/;

/** Midnight of the local day that an ISO date means; null for what is none. */
function startOfDay(date: string, zone: string): number | null {
  const [day] = ISO_DATE.exec(date) ?? [];
  if (day === undefined) return null;
  const utc = new Date(day);
  // The 30th of February parses in some runtimes.
  const isDay = !Number.isNaN(utc.getTime()) && utc.toISOString().startsWith(day);
  return isDay ? instantOn(day, 0, zone, "earlier") : null;
}
