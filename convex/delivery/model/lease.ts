/**
 * How long an attempt belongs to the action that sends it. Longer than any adapter's time-outs together; short, because
 * after a crash it is the wait before recovery.
 */
export const LEASE_MS = 60_000;
