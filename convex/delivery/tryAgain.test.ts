import { describe, expect, it } from "vitest";
import { ERROR_CLASSES, MESSAGE_STATES, type ErrorClass, type MessageState } from "./schema";
import { mayTryAgain } from "./tryAgain";

const failed = (failureClass: ErrorClass, kind: "dead" | "failed" | "bounced" = "dead"): MessageState => ({
  kind,
  at: 0,
  failure: { class: failureClass, reason: "x" },
});
const SAME = { wentTo: "a@example.org", goesTo: "a@example.org", isPurged: false };
const ELSEWHERE = { ...SAME, goesTo: "b@example.org" };

describe("trying again", () => {
  it.each([
    ["transient", null],
    ["rate_limited", null],
    ["config", null],
    ["window_closed", null],
    ["invalid_address", "bad_address"],
    ["opted_out", "opted_out"],
    ["permanent", "refused"],
  ] as const)("after %s at the same address: %s", (failureClass, because) => {
    for (const kind of ["dead", "failed", "bounced"] as const) {
      const expected = because === null ? { kind: "offered", isElsewhere: false } : { kind: "refused", because };
      expect(mayTryAgain({ state: failed(failureClass, kind), ...SAME })).toEqual(expected);
    }
  });

  it("is offered after anything once there is another address, and after nothing without one or a text", () => {
    for (const failureClass of ERROR_CLASSES) {
      const state = failed(failureClass);
      expect(mayTryAgain({ state, ...ELSEWHERE })).toEqual({ kind: "offered", isElsewhere: true });
      expect(mayTryAgain({ state, ...SAME, goesTo: null })).toEqual({ kind: "refused", because: "no_address" });
      expect(mayTryAgain({ state, ...ELSEWHERE, isPurged: true })).toEqual({ kind: "refused", because: "removed" });
    }
  });

  it("is offered after a skip that may have passed, and not where a person said no", () => {
    const skipped = (reason: string) => mayTryAgain({ state: { kind: "skipped", at: 0, reason }, ...SAME });
    expect(skipped("too_old")).toEqual({ kind: "offered", isElsewhere: false });
    expect(skipped("suppressed")).toEqual({ kind: "refused", because: "bad_address" });
    expect(skipped("no_consent")).toEqual({ kind: "refused", because: "opted_out" });
    expect(skipped("contact_erased")).toEqual({ kind: "refused", because: "not_wanted" });
  });

  it("is nothing for what is on its way, arrived or was taken back", () => {
    const others = MESSAGE_STATES.filter((kind) => !["bounced", "failed", "dead", "skipped"].includes(kind));
    expect(others.length).toBe(8);
    for (const kind of others) {
      expect(mayTryAgain({ state: { kind, at: 0, reason: "x" } as unknown as MessageState, ...SAME })).toBeNull();
    }
  });
});
