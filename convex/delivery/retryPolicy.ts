import { HOUR_MS, MINUTE_MS } from "../lib/time";
import { seededUnit } from "./hash";
import type { Failure } from "./schema";

/** First wait after a transient failure; doubled each time. Providers' hiccups are over within a minute or two. */
export const RETRY_BASE_MS = 30_000;
/** A provider that limits us wants a pause, not a hiccup's worth. */
export const RATE_LIMIT_BASE_MS = MINUTE_MS;
/** Longest wait between two tries. */
export const RETRY_CAP_MS = HOUR_MS;
/** Tries before a message is given up, whatever its age. */
export const MAX_ATTEMPTS = 12;
/** After this long a full mailbox or a broken server is no passing trouble (providers.md 2: "for hours"). */
export const MAX_RETRY_AGE_MS = 24 * HOUR_MS;
/** Waits vary by ±20 % so that messages refused together do not come back together. */
const JITTER = 0.2;

/** What follows a refused attempt: another try at `at`, another route now, or the end. */
export type AfterRefusal = { kind: "retry"; at: number } | { kind: "reroute" } | { kind: "give_up"; rule: string };

type Refusal = {
  failure: Failure;
  /** Attempts that count, this one included. */
  attempts: number;
  /** When the first counting attempt started, UTC ms. */
  firstStartedAt: number;
  now: number;
  /** Makes the jitter reproducible: queue id and attempt number. */
  seed: string;
};

/**
 * Decides by the class of providers.md section 0 (C-23: permanent errors are never retried). What this provider or
 * address refuses for good may still go another way; what the person refused (`opted_out`) may not. Wrong settings
 * (`config`) say nothing about the message: it waits until another provider takes over or somebody repairs them.
 */
export function afterRefusal({ failure, attempts, firstStartedAt, now, seed }: Refusal): AfterRefusal {
  switch (failure.class) {
    case "opted_out":
      return { kind: "give_up", rule: "opted_out" };
    case "permanent":
    case "invalid_address":
    case "window_closed":
      return attempts >= MAX_ATTEMPTS ? { kind: "give_up", rule: "max_attempts" } : { kind: "reroute" };
    case "transient":
    case "config":
    case "rate_limited": {
      if (attempts >= MAX_ATTEMPTS) return { kind: "give_up", rule: "max_attempts" };
      const base = failure.class === "rate_limited" ? RATE_LIMIT_BASE_MS : RETRY_BASE_MS;
      const at = now + retryDelayMs(base, attempts, seed);
      return at - firstStartedAt > MAX_RETRY_AGE_MS ? { kind: "give_up", rule: "max_age" } : { kind: "retry", at };
    }
  }
}

/** Exponential backoff after the `attempts`-th try (1-based), with jitter from `seed`. */
export function retryDelayMs(baseMs: number, attempts: number, seed: string): number {
  const plain = Math.min(baseMs * 2 ** (attempts - 1), RETRY_CAP_MS);
  return Math.round(plain * (1 - JITTER + 2 * JITTER * seededUnit(seed)));
}
