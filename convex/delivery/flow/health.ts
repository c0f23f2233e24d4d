import { literals } from "convex-helpers/validators";
import type { Infer } from "convex/values";
import type { Breaker } from "../../connections/schema";
import type { ProviderPause, Recent } from "./schema";

// How a connection does, from what it did lately (product.md C-03). Pure.

const HEALTH = ["up", "degraded", "down"] as const;
export const vHealth = literals(...HEALTH);
export type Health = Infer<typeof vHealth>;

/** After so long an answer counts half: a provider's bad minutes are forgotten in ten. */
const HALF_LIFE_MS = 2 * 60_000;
/** One answer in twenty may be slow: that is what a p95 says. */
const SLOW_SHARE = 0.05;
/** The figures count after so many answers; hundreds of them make the last one weigh nothing, so the sums are bounded. */
const MAX_WEIGHT = 500;

/** What holds a connection to be slow or failing (trackingSettings.performanceMetrics). */
export type Metrics = { slowAfterMs: number; degradedFailurePercent: number; minimumAnswers: number };

/** One answer of a provider. */
export type Answer = { isFailure: boolean; tookMs: number };

/** The sums after further answers. A clock set back lets nothing fade. */
export function observe(recent: Recent | undefined, answers: readonly Answer[], metrics: Metrics, now: number): Recent {
  const before = fadedTo(recent, now);
  const sums = { ...before, at: now };
  for (const { isFailure, tookMs } of answers) {
    const scale = sums.answers >= MAX_WEIGHT ? (MAX_WEIGHT - 1) / sums.answers : 1;
    sums.answers = sums.answers * scale + 1;
    sums.failures = sums.failures * scale + (isFailure ? 1 : 0);
    sums.slow = sums.slow * scale + (tookMs > metrics.slowAfterMs ? 1 : 0);
  }
  return sums;
}

function fadedTo(recent: Recent | undefined, now: number): Recent {
  if (recent === undefined) return { at: now, answers: 0, failures: 0, slow: 0 };
  const factor = 2 ** (-Math.max(0, now - recent.at) / HALF_LIFE_MS);
  const { answers, failures, slow } = recent;
  return { at: now, answers: answers * factor, failures: failures * factor, slow: slow * factor };
}

/**
 * Down while the breaker keeps messages away; degraded while too many answers fail or are slow, or the provider asked for
 * a pause; else up.
 */
export function healthOf(
  facts: { breaker: Breaker; recent?: Recent; pause?: ProviderPause },
  metrics: Metrics,
  now: number,
): Health {
  if (facts.breaker.kind !== "closed") return "down";
  if (pausedUntil(facts.pause, now) > now) return "degraded";
  const { answers, failures, slow } = fadedTo(facts.recent, now);
  if (answers < metrics.minimumAnswers) return "up";
  const isFailing = (failures / answers) * 100 >= metrics.degradedFailurePercent;
  return isFailing || slow / answers > SLOW_SHARE ? "degraded" : "up";
}

/**
 * When a pause the provider asked for ends, UTC ms; `now` when there is none. A pause that begins in the future was noted
 * before the clock was set back: rather ask the provider once too often than wait for a time nobody knows.
 */
export function pausedUntil(pause: ProviderPause | undefined, now: number): number {
  if (pause === undefined || pause.from > now) return now;
  return Math.max(now, pause.from + pause.forMs);
}
