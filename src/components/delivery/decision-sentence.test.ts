import { describe, expect, it } from "vitest";
import { type Decision, sentenceName } from "./decision-sentence";

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
    ["retry", "max_attempts", "dead", "gaveUp"],
    ["receipt", "status_rank", "delivered", "receiptDelivered"],
    ["receipt", "status_rank", "bounced", "receiptFailed"],
    ["receipt", "status_rank", "complained", "receiptOther"],
    ["recovery", "ask_person", "unknown", "unknown"],
    ["move", "source", "moved", "moved"],
  ])("%s / %s / %s reads %s", (stage, rule, outcome, name) => {
    expect(sentenceName(decision(stage, rule, outcome))).toBe(name);
  });

  it("has words for rules it has never heard of", () => {
    expect(sentenceName(decision("weather", "storm", "stays"))).toBe("other");
  });
});
