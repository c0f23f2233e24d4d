import { OpeningHours, isoDateOfDay, type BusinessCalendar, type Span } from "../orgs/calendars/hours";
import { DAY_MS, offsetSpans } from "../lib/time";
import { countedSpans, type Pause } from "./clock";

// Why a deadline is when it is (product.md O-8): the time since the start in pieces, each counted or not, and why. Pure.

/** One piece of the time between start and end of a clock. */
export type ExplainedSpan = Span &
  (
    | { kind: "counted" }
    | { kind: "paused"; reason: Pause["reason"] }
    /** Outside the opening hours, with the holidays that fall into it. */
    | { kind: "closed"; holidays: string[] }
  );

/** More pieces than anybody reads; a deadline that far away shows its end only. */
export const MAX_EXPLAINED = 400;

/**
 * The pieces of [from, to), in order, without gaps; those counted add up to the working time in it. A pause outside the
 * opening hours takes nothing away and is shown as closed.
 */
export function explainSpan(calendar: BusinessCalendar, span: Span, pauses: readonly Pause[]): ExplainedSpan[] {
  const pieces: ExplainedSpan[] = [];
  let at = span.from;
  for (const open of new OpeningHours(calendar).spans(span.from, span.to)) {
    if (at < open.from) pieces.push(closedPiece(calendar, { from: at, to: open.from }));
    pieces.push(...openPieces(open, pauses));
    at = open.to;
  }
  if (at < span.to) pieces.push(closedPiece(calendar, { from: at, to: span.to }));
  return pieces;
}

function openPieces(open: Span, pauses: readonly Pause[]): ExplainedSpan[] {
  const counted: ExplainedSpan[] = [...countedSpans([open], pauses)].map((span) => ({
    ...span,
    kind: "counted",
  }));
  const paused: ExplainedSpan[] = pauses.flatMap(({ from, to, reason }) => {
    const span = { from: Math.max(from, open.from), to: Math.min(to ?? Infinity, open.to) };
    return span.from < span.to ? [{ ...span, kind: "paused", reason }] : [];
  });
  return [...counted, ...paused].sort((a, b) => a.from - b.from);
}

function closedPiece(calendar: BusinessCalendar, span: Span): ExplainedSpan {
  const dates = new Set(datesOf(calendar.timezone, span));
  const holidays = calendar.holidays.filter(({ date }) => dates.has(date)).map(({ name }) => name);
  return { ...span, kind: "closed", holidays: [...new Set(holidays)] };
}

/** The local dates that a span touches. */
function* datesOf(zone: string, { from, to }: Span): Generator<string> {
  for (const piece of offsetSpans(zone, from, to)) {
    const last = Math.floor((piece.to - 1 + piece.offsetMs) / DAY_MS);
    for (let day = Math.floor((piece.from + piece.offsetMs) / DAY_MS); day <= last; day++) yield isoDateOfDay(day);
  }
}
