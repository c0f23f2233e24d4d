import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../lib/time";
import { afterRefusal, policyFor, retryDelayMs, wordOnEarlierTry } from "./retryPolicy";
import { recoveryOf } from "./recovery";
import type { ErrorClass, Failure } from "./schema";
import { DEFAULT_SETTINGS } from "./settings/defaults";

const NOW = 1_000_000_000;
const policy = DEFAULT_SETTINGS.deliverySettings.retryPolicies;
const tracking = DEFAULT_SETTINGS.trackingSettings.deliveryTracking;
const BACKOFF = { baseMs: 30_000, capMs: HOUR_MS };
const refusal = (
  errorClass: ErrorClass,
  overrides: { attempts?: number; firstStartedAt?: number; canSimplify?: boolean } = {},
  failure: Partial<Failure> = {},
) =>
  afterRefusal({
    failure: { class: errorClass, reason: "r", ...failure },
    policy,
    canSimplify: true,
    attempts: 1,
    firstStartedAt: NOW,
    now: NOW,
    seed: "row:1",
    ...overrides,
  });

describe("afterRefusal", () => {
  it("never asks the same way again after a permanent refusal", () => {
    for (const each of ["permanent", "invalid_address", "window_closed"] as const) {
      expect(refusal(each)).toEqual({ kind: "reroute" });
    }
    expect(refusal("opted_out")).toEqual({ kind: "give_up", rule: "opted_out" });
  });

  it("waits longer each time, with a jitter that is the same for the same message", () => {
    const delays = [1, 2, 3, 4].map((attempts) => retryDelayMs(BACKOFF, attempts, "x"));
    delays.forEach((delay, i) => {
      expect(delay).toBeGreaterThanOrEqual(BACKOFF.baseMs * 2 ** i * 0.8);
      expect(delay).toBeLessThanOrEqual(BACKOFF.baseMs * 2 ** i * 1.2);
    });
    expect(retryDelayMs(BACKOFF, 30, "x")).toBeLessThanOrEqual(BACKOFF.capMs * 1.2);
    expect(refusal("transient")).toEqual(refusal("transient"));
    expect(retryDelayMs(BACKOFF, 1, "a")).not.toBe(retryDelayMs(BACKOFF, 1, "b"));
  });

  it.each(["transient", "rate_limited", "config"] as const)("retries %s, but not for ever", (errorClass) => {
    expect(refusal(errorClass)).toMatchObject({ kind: "retry" });
    expect(refusal(errorClass, { attempts: policy.maxAttempts })).toEqual({ kind: "give_up", rule: "max_attempts" });
    const old = { attempts: 5, firstStartedAt: NOW - 24 * HOUR_MS };
    expect(refusal(errorClass, old)).toEqual({ kind: "give_up", rule: "max_age" });
  });
});

it("tries no more often than the source finds worth it, nor than the organisation allows", () => {
  expect(policyFor(policy, {})).toEqual(policy);
  expect(policyFor(policy, { maxAttempts: 1 }).maxAttempts).toBe(1);
  expect(policyFor(policy, { maxAttempts: 99 }).maxAttempts).toBe(policy.maxAttempts);
});

describe("afterRefusal of content", () => {
  it("tries plain text once, then another way", () => {
    expect(refusal("permanent", {}, { isContent: true })).toEqual({ kind: "simplify" });
    expect(refusal("permanent", { canSimplify: false }, { isContent: true })).toEqual({ kind: "reroute" });
  });

  it("waits as long as the provider says, at least", () => {
    const retryAfterMs = 3 * HOUR_MS;
    expect(refusal("rate_limited", {}, { retryAfterMs })).toEqual({ kind: "retry", at: NOW + retryAfterMs });
  });
});

describe("wordOnEarlierTry", () => {
  it("is a verdict on the message, not trouble of the provider's own", () => {
    const word = (errorClass: ErrorClass, code?: string) => wordOnEarlierTry({ class: errorClass, code, reason: "r" });
    for (const each of ["permanent", "invalid_address", "window_closed", "opted_out"] as const) {
      expect(word(each)).toBe("not_taken");
    }
    for (const each of ["transient", "rate_limited", "config"] as const) expect(word(each)).toBe("nothing");
    expect(word("permanent", "invalid_idempotent_request")).toBe("taken");
  });
});

describe("recoveryOf", () => {
  const lost = {
    provider: "smtp",
    connection: "on",
    setting: undefined,
    purpose: "transactional",
    attempts: 1,
    doubtMs: 60_000,
    policy,
    wasAsked: false,
    tracking,
  } as const;
  const honoured = { ...lost, provider: "resend", purpose: "marketing" } as const;

  it("sends again safely where the provider knows our key", () => {
    expect(recoveryOf({ ...lost, provider: "sandbox", purpose: "marketing" }).kind).toBe("resend_safely");
  });

  it("prefers a transactional message twice to never, others wait for a person", () => {
    expect(recoveryOf(lost).kind).toBe("resend_marked");
    expect(recoveryOf({ ...lost, purpose: "marketing" }).kind).toBe("ask_person");
  });

  it("does what the connection says", () => {
    expect(recoveryOf({ ...lost, setting: false }).kind).toBe("ask_person");
    expect(recoveryOf({ ...lost, setting: true, purpose: "marketing" }).kind).toBe("resend_marked");
  });

  it("ends", () => {
    expect(recoveryOf({ ...lost, attempts: policy.maxAttempts }).kind).toBe("ask_person");
    expect(recoveryOf({ ...lost, doubtMs: 24 * HOUR_MS + 1 }).kind).toBe("ask_person");
    expect(recoveryOf({ ...honoured, provider: "webhook", doubtMs: 24 * HOUR_MS + 1 }).kind).toBe("ask_person");
  });

  it("relies on a key as long as the provider remembers it, with a margin", () => {
    const patient = { ...honoured, policy: { ...policy, maxAgeHours: 100 } };
    expect(recoveryOf({ ...patient, doubtMs: 23.8 * HOUR_MS }).kind).toBe("resend_safely");
    expect(recoveryOf({ ...patient, doubtMs: 23.9 * HOUR_MS }).kind).toBe("ask_person");
    expect(recoveryOf({ ...patient, provider: "webhook", doubtMs: 99 * HOUR_MS }).kind).toBe("resend_safely");
    // The clock was set back: the try seems to begin in the future.
    expect(recoveryOf({ ...patient, doubtMs: -HOUR_MS }).kind).toBe("resend_safely");
  });

  it("never takes another connection for the one that knows the key", () => {
    for (const connection of ["off", "removed"] as const) {
      expect(recoveryOf({ ...honoured, connection }).kind).toBe("ask_person");
      expect(recoveryOf({ ...honoured, connection, purpose: "transactional" }).kind).toBe("resend_marked");
    }
  });

  it("asks who can be asked first, once, also when it sends no more", () => {
    const asked = { ...lost, provider: "twilio" } as const;
    expect(recoveryOf(asked).kind).toBe("ask_provider");
    expect(recoveryOf({ ...asked, connection: "off" }).kind).toBe("ask_provider");
    expect(recoveryOf({ ...asked, attempts: policy.maxAttempts }).kind).toBe("ask_provider");
    expect(recoveryOf({ ...asked, connection: "removed" }).kind).toBe("resend_marked");
    expect(recoveryOf({ ...asked, wasAsked: true }).kind).toBe("resend_marked");
    expect(recoveryOf({ ...asked, tracking: { ...tracking, asksProviders: false } }).kind).toBe("resend_marked");
  });
});
