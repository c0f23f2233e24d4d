import { addCalendarDays, clockTime, isZone, MINUTE_MS } from "../lib/time";
import type { Anchor, SkipReason, Step } from "./schema";

// When a step of a journey is due: the time contract of product.md 4.2, rules 1-5, 8, 10 and 11. Pure.

/**
 * A step this little past its time is not late but in work: an anchor such as "check-in" or "booking" lies a moment back
 * when its step is planned. Messages may leave up to five minutes after their time (product.md B-08).
 */
export const GRACE_MS = 5 * MINUTE_MS;

/** The anchors of a booking (rule 1) as UTC ms; null while they have not happened. */
export type Anchors = Record<Anchor, number | null>;

/** The zone local times are read in, and whether the wished one had to be given up. */
export type ChosenZone = { zone: string; passedOver: string | null };

/**
 * Rule 3: the venue's zone for on-site bookings, the person's for online ones, the organisation's otherwise. A name this
 * runtime does not know falls back to the organisation and is reported in `passedOver`.
 */
export function chooseZone(
  location: { kind: "onsite"; zone: string } | { kind: "online" },
  personZone: string | undefined,
  orgZone: string,
): ChosenZone {
  const wished = location.kind === "onsite" ? location.zone : personZone;
  if (wished !== undefined && isZone(wished)) return { zone: wished, passedOver: null };
  return { zone: isZone(orgZone) ? orgZone : "UTC", passedOver: wished ?? null };
}

/**
 * The decision for one step. `at` is the exact instant by the contract; `dueAt` when the message is to leave (later than
 * `at` only for a late step that is sent at once). `skip` carries why it does not go. `wait`: its anchor has not happened.
 */
export type StepPlan =
  | {
      kind: "send";
      at: number;
      dueAt: number;
      /** When it would leave but for the journey's own quiet hours. */
      shiftedFrom?: number;
      explanation: string;
    }
  | {
      kind: "skip";
      at: number;
      reason: Extract<SkipReason, "past_at_enrolment" | "would_pass_start" | "quiet_hours">;
      explanation: string;
    }
  | { kind: "wait"; anchor: Anchor; explanation: string };

/** When `step` is due for a booking with these anchors, decided at `now`. */
export function planStep(step: Step, anchors: Anchors, chosen: ChosenZone, now: number): StepPlan {
  const { anchor } = step.timing;
  const anchorAt = anchors[anchor];
  if (anchorAt === null) {
    return { kind: "wait", anchor, explanation: `${timingText(step.timing)}: waits for "${ANCHOR_NAMES[anchor]}"` };
  }
  const at = instantOf(step, anchorAt, chosen.zone);
  const explanation = explain(step, at, chosen);
  if (wouldPassStart(step, anchors, at)) {
    return { kind: "skip", at, reason: "would_pass_start", explanation: `${explanation}; would come after the start` };
  }
  if (at >= now) return { kind: "send", at, dueAt: at, explanation };
  if (wouldPassStart(step, anchors, now)) {
    return { kind: "skip", at, reason: "past_at_enrolment", explanation: `${explanation}; that time had passed` };
  }
  if (at >= now - GRACE_MS) return { kind: "send", at, dueAt: now, explanation };
  if (isStillUseful(step, anchorAt, now)) {
    return { kind: "send", at, dueAt: now, explanation: `${explanation}; that time had passed, so it goes at once` };
  }
  return { kind: "skip", at, reason: "past_at_enrolment", explanation: `${explanation}; that time had passed` };
}

/** Rule 2: calendar days on the local calendar, minutes as elapsed time. */
function instantOf(step: Step, anchorAt: number, zone: string): number {
  const { timing } = step;
  if (timing.kind === "minutes") return anchorAt + timing.offsetMinutes * MINUTE_MS;
  // The anchor itself, also when its local time exists twice and it is the second of the two.
  if (timing.offsetDays === 0 && timing.at === undefined) return anchorAt;
  return addCalendarDays(anchorAt, zone, timing.offsetDays, timing.at);
}

/** Rule 8: a step that prepares for the start is of no use after it. */
function wouldPassStart(step: Step, anchors: Anchors, at: number): boolean {
  return step.phase === "before" && anchors.start !== null && at >= anchors.start;
}

/** Rule 4: a late step may go at once while its anchor is far enough ahead. */
function isStillUseful(step: Step, anchorAt: number, now: number): boolean {
  if (step.latePolicy.kind === "skip") return false;
  return now <= anchorAt - step.latePolicy.untilMinutesBeforeAnchor * MINUTE_MS;
}

function explain(step: Step, at: number, { zone, passedOver }: ChosenZone): string {
  const { timing } = step;
  const clock = clockTime(at, zone);
  // A step with a clock time of its own has said it already, unless the clock change moved it (rule 11).
  const isSaid = timing.kind === "days" && timing.at === clock;
  const text = isSaid ? `${timingText(timing)} ${zone}` : `${timingText(timing)}, ${clock} ${zone}`;
  return passedOver === null ? text : `${text} (the zone "${passedOver}" is unknown)`;
}

const ANCHOR_NAMES: Record<Anchor, string> = {
  start: "start",
  end: "end",
  created: "booking",
  checked_in: "check-in",
  completed: "completion",
  cancelled: "cancellation",
  no_show: "no-show",
};

/** A step's timing in words: "7 days before start", "on the day of start at 12:00", "90 minutes after end". */
export function timingText(timing: Step["timing"]): string {
  const anchor = ANCHOR_NAMES[timing.anchor];
  if (timing.kind === "minutes") {
    if (timing.offsetMinutes === 0) return `at ${anchor}`;
    return `${lengthText(Math.abs(timing.offsetMinutes))} ${timing.offsetMinutes < 0 ? "before" : "after"} ${anchor}`;
  }
  const clock = timing.at === undefined ? "" : ` at ${timing.at}`;
  if (timing.offsetDays === 0) return timing.at === undefined ? `at ${anchor}` : `on the day of ${anchor}${clock}`;
  const days = Math.abs(timing.offsetDays);
  return `${days} ${days === 1 ? "day" : "days"} ${timing.offsetDays < 0 ? "before" : "after"} ${anchor}${clock}`;
}

function lengthText(minutes: number): string {
  if (minutes % 60 !== 0) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return minutes === 60 ? "1 hour" : `${minutes / 60} hours`;
}
