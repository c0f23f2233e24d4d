import type { Priority } from "../../lib/closedSets";
import { HOUR_MS } from "../../lib/time";
import type { BusinessCalendar } from "../../orgs/calendars/hours";
import { dueInstant } from "../../sla/clock";

// When a task is due that nobody gave a time (requirement S1, "Internal Tasks: Based on priority"; product.md A-32). Pure.

/** Opening hours from its making, by priority. */
export type DueHours = Record<Priority, number>;

/** What counts until an organisation chooses otherwise; a working day has about eight. */
export const DEFAULT_DUE_HOURS: DueHours = { critical: 1, urgent: 4, high: 8, normal: 24, low: 40 };

/** What may be chosen: from an hour to four working weeks. */
export const DUE_HOUR_CHOICES = [1, 2, 4, 8, 16, 24, 40, 80, 160] as const;

/** True for a number of hours that is offered. */
export function isDueHours(hours: number): boolean {
  return DUE_HOUR_CHOICES.some((known) => known === hours);
}

/** The instant, UTC ms, `hours` of opening time after `madeAt`; undefined by a calendar that never opens. */
export function dueAfter(calendar: BusinessCalendar, hours: number, madeAt: number): number | undefined {
  return dueInstant(calendar, { startedAt: madeAt, targetMs: hours * HOUR_MS, pauses: [] }) ?? undefined;
}
