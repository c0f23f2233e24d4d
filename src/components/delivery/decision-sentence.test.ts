import { describe, expect, it } from "vitest";
import { type Decision, factsOf, sentenceName } from "./decision-sentence";

const decision = (stage: string, rule: string, outcome: string): Decision => ({
  at: 0,
  stage,
  rule,
  outcome,
  inputs: {},
});

describe("sentenceName", () => {
  it.each([
    ["enqueue", "source_sequence", "queued", "enqueueSequence"],
    ["send_check", "quiet_hours", "waits", "quietHours"],
    ["route", "channel_fallback", "sms", "channelFallback"],
    ["retry", "backoff_transient", "retries", "retries"],
    ["retry", "max_attempts", "dead", "gaveUpTries"],
    ["receipt", "status_rank", "delivered", "receiptDelivered"],
    ["receipt", "status_rank", "bounced", "receiptFailed"],
    ["receipt", "status_rank", "complained", "receiptOther"],
    ["recovery", "ask_person", "unknown", "unknown"],
    ["move", "source", "moved", "moved"],
    ["move", "emergency", "moved", "movedByEmergency"],
    ["send_check", "country_hours_sms", "waits", "countryHours"],
    ["retry", "transient", "unknown", "unknown"],
    ["recovery", "resend_marked", "resent", "resentMarked"],
    ["recovery", "provider_asked", "found", "providerHas"],
    ["discard", "member", "cancelled", "discarded"],
    ["receipt", "window_closed", "falls_back", "windowClosedLate"],
  ])("%s / %s / %s reads %s", (stage, rule, outcome, name) => {
    expect(sentenceName(decision(stage, rule, outcome))).toBe(name);
  });

  it("tells facts, and neither ids nor what is empty", () => {
    const inputs = { memberId: "m1", code: null, class: "transient", attempt: 2, detail: "" };
    expect(factsOf({ ...decision("retry", "max_attempts", "dead"), inputs })).toEqual([
      { name: "attempt", value: 2 },
      { name: "class", value: "transient" },
    ]);
  });

  it("has words for rules it has never heard of", () => {
    expect(sentenceName(decision("weather", "storm", "stays"))).toBe("other");
  });
});
