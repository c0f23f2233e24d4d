import { MINUTE_MS } from "../lib/time";
import type { Breaker } from "./schema";

// Circuit breaker of one connection (requirement S0; product.md C-24): closed → open → half-open → closed.

/** So many failures in a row are no coincidence; fewer would let one bad minute of a provider stop a channel. */
export const FAILURES_TO_OPEN = 5;

/** How long an open breaker keeps messages away before one may try. Providers' short outages last about this long. */
export const COOL_DOWN_MS = MINUTE_MS;

/** A probe whose answer never came (the process died) does not hold the breaker half-open for ever. */
export const PROBE_TIMEOUT_MS = 2 * MINUTE_MS;

export const CLOSED: Breaker = { kind: "closed", failures: 0 };

/** A failure by the classes of providers.md section 0. */
export type BreakerFailure = { class: string; reason: string };

/**
 * What a message may do now: `send`; `probe` (send one to see whether the provider is back: `beginProbe` first); or
 * `refuse`.
 */
export function gate(breaker: Breaker, now: number): "send" | "probe" | "refuse" {
  switch (breaker.kind) {
    case "closed":
      return "send";
    case "open":
      return now >= breaker.until ? "probe" : "refuse";
    case "half_open":
      return now >= breaker.probeSince + PROBE_TIMEOUT_MS ? "probe" : "refuse";
  }
}

/** The breaker while one message finds out whether the provider is back. */
export function beginProbe(now: number): Breaker {
  return { kind: "half_open", probeSince: now };
}

/** The breaker after a message was accepted. Whatever it was: the provider works. */
export function afterSuccess(): Breaker {
  return CLOSED;
}

/**
 * The breaker after a failure. Only what speaks against the provider counts: `transient` failures in a row, and
 * `config` (refused credentials) at once. A refused recipient says nothing about the provider, but its answer proves
 * that a probed provider is back. A rate limit leaves the state as it is, and ends a probe.
 */
export function afterFailure(breaker: Breaker, failure: BreakerFailure, now: number): Breaker {
  if (failure.class === "config") return opened(failure, now);
  if (failure.class === "rate_limited") return breaker.kind === "half_open" ? opened(failure, now) : breaker;
  if (failure.class !== "transient") return CLOSED;
  switch (breaker.kind) {
    case "closed": {
      const failures = breaker.failures + 1;
      return failures >= FAILURES_TO_OPEN ? opened(failure, now) : { kind: "closed", failures };
    }
    case "half_open":
      return opened(failure, now);
    // A message sent before the breaker opened answers late: the cool-down is not prolonged.
    case "open":
      return breaker;
  }
}

function opened(failure: BreakerFailure, now: number): Breaker {
  return { kind: "open", until: now + COOL_DOWN_MS, reason: failure.reason };
}
