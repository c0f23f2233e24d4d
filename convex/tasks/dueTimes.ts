import type { Priority } from "../lib/closedSets";
import { HOUR_MS } from "../lib/time";
import type { BusinessCalendar } from "../orgs/calendars/hours";
import { dueInstant } from "../sla/clock";

// When a task is due that nobody gave a time (requirement S1, "Internal Tasks: Based on priority"; product.md A-32). Pure.

/** Opening hours from its making; a working day has about eight. */
export const DUE_HOURS: Record<Priority, number> = { critical: 1, urgent: 4, high: 8, normal: 24, low: 40 };

/** The instant, UTC ms; undefined by a calendar that never opens. */
export function dueByPriority(calendar: BusinessCalendar, priority: Priority, madeAt: number): number | undefined {
  return dueInstant(calendar, { startedAt: madeAt, targetMs: DUE_HOURS[priority] * HOUR_MS, pauses: [] }) ?? undefined;
}
