import { HOUR_MS, MINUTE_MS } from "../lib/time";
import { seededUnit } from "./hash";
import type { ErrorClass, Failure } from "./schema";
import type { Settings } from "./settings/schema";

const SECOND_MS = 1_000;
/** Waits vary by ±20 % so that messages refused together do not come back together. */
const JITTER = 0.2;

/**
 * What follows a refused attempt: another try at `at`, the same content as plain text, another route now, or the end.
 */
export type AfterRefusal =
  { kind: "retry"; at: number } | { kind: "simplify" } | { kind: "reroute" } | { kind: "give_up"; rule: string };

type Refusal = {
  failure: Failure;
  /** Attempts that count, this one included. */
  attempts: number;
  /** When the first counting attempt started, UTC ms. */
  firstStartedAt: number;
  now: number;
  /** Makes the jitter reproducible: queue id and attempt number. */
  seed: string;
  policy: Settings["deliverySettings"]["retryPolicies"];
  /** A simplified form of the content exists and has not been tried. */
  canSimplify: boolean;
};

/** The organisation's rules, narrowed to the tries that the source of a message finds it worth (product.md B-30). */
export function policyFor(
  policy: Settings["deliverySettings"]["retryPolicies"],
  { maxAttempts = Infinity }: { maxAttempts?: number },
): Settings["deliverySettings"]["retryPolicies"] {
  return { ...policy, maxAttempts: Math.min(policy.maxAttempts, maxAttempts) };
}

/**
 * Decides by the class of providers.md section 0 (C-23: permanent errors are never retried). What this provider or
 * address refuses for good may still go another way; what the person refused (`opted_out`) may not. Wrong settings
 * (`config`) say nothing about the message: it waits until another provider takes over or somebody repairs them.
 */
export function afterRefusal(refusal: Refusal): AfterRefusal {
  const { failure, attempts, policy, canSimplify } = refusal;
  if (failure.class === "opted_out") return { kind: "give_up", rule: "opted_out" };
  if (attempts >= policy.maxAttempts) return { kind: "give_up", rule: "max_attempts" };
  switch (failure.class) {
    case "permanent":
      return failure.isContent === true && canSimplify ? { kind: "simplify" } : { kind: "reroute" };
    case "invalid_address":
    case "window_closed":
      return { kind: "reroute" };
    case "transient":
    case "config":
    case "rate_limited":
      return retryLater(refusal, failure.class);
  }
}

function retryLater(
  { failure, attempts, firstStartedAt, now, seed, policy }: Refusal,
  errorClass: ErrorClass,
): AfterRefusal {
  const base = (errorClass === "rate_limited" ? policy.rateLimitBaseSeconds : policy.baseSeconds) * SECOND_MS;
  const backoff = retryDelayMs({ baseMs: base, capMs: policy.capMinutes * MINUTE_MS }, attempts, seed);
  // The provider's own word is the least it wants; the backoff may be more.
  const at = now + Math.max(backoff, failure.retryAfterMs ?? 0);
  const isTooLate = at - firstStartedAt > policy.maxAgeHours * HOUR_MS;
  return isTooLate ? { kind: "give_up", rule: "max_age" } : { kind: "retry", at };
}

/**
 * What a refusal says about an earlier try under the same key whose answer was lost. `not_taken`: the provider's verdict on
 * the message, so it had none. `taken`: it knows the key, with other words (Resend's 409, providers.md 1.2). `nothing`:
 * trouble of its own, a limit, a wrong secret are said before anybody looks at the message.
 */
export function wordOnEarlierTry({ class: errorClass, code }: Failure): "taken" | "not_taken" | "nothing" {
  if (code === KNOWN_KEY_CODE) return "taken";
  return VERDICTS.includes(errorClass) ? "not_taken" : "nothing";
}

const VERDICTS: readonly ErrorClass[] = ["permanent", "invalid_address", "window_closed", "opted_out"];
const KNOWN_KEY_CODE = "invalid_idempotent_request";

/** Exponential backoff after the `attempts`-th try (1-based), with jitter from `seed`. */
export function retryDelayMs({ baseMs, capMs }: { baseMs: number; capMs: number }, attempts: number, seed: string) {
  const plain = Math.min(baseMs * 2 ** (attempts - 1), capMs);
  return Math.round(plain * (1 - JITTER + 2 * JITTER * seededUnit(seed)));
}
