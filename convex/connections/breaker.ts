import { MINUTE_MS } from "../lib/time";
import type { Breaker } from "./schema";

// Circuit breaker of one connection (requirement S0; product.md C-24): closed → open → half-open → closed.

/** So many failures in a row are no coincidence; fewer would let one bad minute of a provider stop a channel. */
export const FAILURES_TO_OPEN = 5;

/** How long an open breaker keeps messages away before one may try. Providers' short outages last about this long. */
export const COOL_DOWN_MS = MINUTE_MS;

/** An outage that lasts is asked about less often: each probe costs a message a try. */
export const MAX_COOL_DOWN_MS = 10 * MINUTE_MS;

/** A probe whose answer never came (the process died) does not hold the breaker half-open for ever. */
export const PROBE_TIMEOUT_MS = 2 * MINUTE_MS;

export const CLOSED: Breaker = { kind: "closed", failures: 0 };

/** A failure by the classes of providers.md section 0. */
export type BreakerFailure = { class: string; reason: string };

/**
 * What a message may do now: `send`; `probe` (send one to see whether the provider is back: `beginProbe` first); or
 * `refuse`. A time further ahead than any it is given was noted before the clock was set back: probe.
 */
export function gate(breaker: Breaker, now: number): "send" | "probe" | "refuse" {
  switch (breaker.kind) {
    case "closed":
      return "send";
    case "open":
      return now >= breaker.until || breaker.until - now > MAX_COOL_DOWN_MS ? "probe" : "refuse";
    case "half_open":
      return now >= breaker.probeSince + PROBE_TIMEOUT_MS || breaker.probeSince > now ? "probe" : "refuse";
  }
}

/** The breaker while one message finds out whether the provider is back. */
export function beginProbe(breaker: Breaker, now: number): Breaker {
  const times = breaker.kind === "closed" ? undefined : breaker.times;
  return { kind: "half_open", probeSince: now, times };
}

/** The breaker after a message was accepted. Whatever it was: the provider works. */
export function afterSuccess(): Breaker {
  return CLOSED;
}

/**
 * The breaker after a failure. Only what speaks against the provider counts: `transient` failures in a row, and
 * `config` (refused credentials) at once. A refused recipient says nothing about the provider, but its answer proves
 * that a probed provider is back. A rate limit leaves the state as it is, and ends a probe: the provider answers.
 */
export function afterFailure(breaker: Breaker, failure: BreakerFailure, now: number): Breaker {
  // A message sent before the breaker opened answers late: the cool-down is not prolonged.
  if (breaker.kind === "open" && failure.class !== "config") return isAnswer(failure) ? CLOSED : breaker;
  switch (failure.class) {
    case "config":
      return breaker.kind === "open" ? breaker : opened(breaker, failure, now);
    case "rate_limited":
      return breaker.kind === "half_open" ? CLOSED : breaker;
    case "transient": {
      if (breaker.kind !== "closed") return opened(breaker, failure, now);
      const failures = breaker.failures + 1;
      return failures >= FAILURES_TO_OPEN ? opened(breaker, failure, now) : { kind: "closed", failures };
    }
    default:
      return CLOSED;
  }
}

const isAnswer = ({ class: errorClass }: BreakerFailure) => errorClass !== "transient" && errorClass !== "rate_limited";

function opened(before: Breaker, failure: BreakerFailure, now: number): Breaker {
  const times = before.kind === "half_open" ? (before.times ?? 1) + 1 : 1;
  const coolDownMs = Math.min(COOL_DOWN_MS * 2 ** (times - 1), MAX_COOL_DOWN_MS);
  return { kind: "open", until: now + coolDownMs, reason: failure.reason, times };
}
