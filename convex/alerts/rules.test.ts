import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../lib/time";
import {
  CALM_MS,
  findings,
  reconcile,
  type AlertFacts,
  type ConnectionFigures,
  type Finding,
  type Limits,
} from "./rules";

const LIMITS: Limits = {
  failurePercent: 20,
  slowAfterMs: 5_000,
  minimumAnswers: 10,
  costPerDayMicros: { sms: 10_000_000 },
  costPerMonthMicros: {},
};

const HEALTHY: ConnectionFigures = {
  connectionId: "c1",
  name: "Twilio",
  channel: "sms",
  answers: 100,
  failures: 1,
  p95Ms: 300,
  breaker: "closed",
  hasStandIn: false,
  domainProblem: null,
};

const CALM: AlertFacts = {
  connections: [HEALTHY],
  oldestDueMs: {},
  spent: [{ channel: "sms", todayMicros: 0, monthMicros: 0 }],
  complaints: { delivered: 10_000, complained: 0 },
  intake: { unread: 0, oldestMs: null, refusedCalls: 0 },
};

const found = (over: Partial<AlertFacts>) => findings({ ...CALM, ...over }, LIMITS);
const connection = (over: Partial<ConnectionFigures>) => found({ connections: [{ ...HEALTHY, ...over }] });

describe("findings", () => {
  it("are none on a calm day", () => {
    expect(found({})).toEqual([]);
  });

  it.each([
    ["a breaker that is open", connection({ breaker: "open" }), "outage", "critical", "breaker_holds"],
    ["one with a stand-in", connection({ breaker: "open", hasStandIn: true }), "outage", "warning", "fallback"],
    ["a fifth of failures", connection({ failures: 20 }), "failure_rate", "warning", "retries"],
    ["half of failures", connection({ failures: 50 }), "failure_rate", "critical", "retries"],
    ["slow answers", connection({ p95Ms: 6_000 }), "slow_provider", "warning", "none"],
    ["a broken sender domain", connection({ domainProblem: "SPF" }), "domain", "warning", "none"],
    [
      "a critical message that waits",
      found({ oldestDueMs: { critical: 121_000 } }),
      "queue_age",
      "critical",
      "retries",
    ],
  ])("name %s", (_, [first], kind, severity, action) => {
    expect(first).toMatchObject({ kind, severity, action });
  });

  it("say nothing from too few answers", () => {
    expect(connection({ answers: 9, failures: 9 })).toEqual([]);
  });

  it("let marketing wait longer", () => {
    expect(found({ oldestDueMs: { marketing: 60 * 60_000, transactional: 14 * 60_000 } })).toEqual([]);
  });

  it("warn at four fifths of a cost limit and shout at the limit", () => {
    const spent = (todayMicros: number) => found({ spent: [{ channel: "sms", todayMicros, monthMicros: 0 }] });
    expect(spent(7_999_999)).toEqual([]);
    expect(spent(8_000_000)[0]).toMatchObject({ kind: "cost_day", severity: "warning" });
    expect(spent(10_000_000)[0]?.severity).toBe("critical");
  });

  it("find what came in and nobody could read, and calls that are refused in series", () => {
    const unread = (oldestMs: number) => found({ intake: { unread: 2, oldestMs, refusedCalls: 0 } })[0]?.severity;
    expect([unread(14 * MINUTE_MS), unread(15 * MINUTE_MS), unread(240 * MINUTE_MS)]).toEqual([
      undefined,
      "warning",
      "critical",
    ]);
    expect(found({ intake: { unread: 0, oldestMs: null, refusedCalls: 7 } })).toMatchObject([
      { kind: "intake_refused", values: { calls: 7 } },
    ]);
  });

  it("hold complaints against the bulk senders' rule", () => {
    const of = (complained: number, delivered = 10_000) =>
      found({ complaints: { complained, delivered } })[0]?.severity;
    expect([of(9), of(10), of(29), of(30), of(1, 499)]).toEqual([
      undefined,
      "warning",
      "warning",
      "critical",
      undefined,
    ]);
  });
});

describe("reconcile", () => {
  const finding = (key: string, severity: Finding["severity"] = "warning"): Finding => ({
    key,
    kind: "outage",
    severity,
    action: "none",
    values: {},
  });

  it("raises once, follows, and resolves after a calm while", () => {
    expect(reconcile([], [finding("a")], 0).raised).toHaveLength(1);
    const open = [{ key: "a", severity: "warning" as const, lastSeenAt: 0 }];
    expect(reconcile(open, [finding("a")], 60_000)).toMatchObject({ raised: [], seen: [{ worsened: false }] });
    expect(reconcile(open, [], CALM_MS - 1).resolved).toEqual([]);
    expect(reconcile(open, [], CALM_MS).resolved).toEqual(["a"]);
  });

  it("tells again when a warning becomes critical, not the other way round", () => {
    const open = (severity: "warning" | "critical") => [{ key: "a", severity, lastSeenAt: 0 }];
    expect(reconcile(open("warning"), [finding("a", "critical")], 0).seen[0]?.worsened).toBe(true);
    expect(reconcile(open("critical"), [finding("a")], 0).seen[0]?.worsened).toBe(false);
  });

  it("leaves each key in at most one of its lists", () => {
    const keys = fc.uniqueArray(fc.constantFrom<string>("a", "b", "c", "d"));
    fc.assert(
      fc.property(keys, keys, fc.nat(2 * CALM_MS), (open, now, at) => {
        const known = open.map((key) => ({ key, severity: "warning" as const, lastSeenAt: 0 }));
        const { raised, seen, resolved } = reconcile(
          known,
          now.map((key: string) => finding(key)),
          at,
        );
        const all = [...raised.map(({ key }) => key), ...seen.map((each) => each.finding.key), ...resolved];
        expect(new Set(all).size).toBe(all.length);
        expect(all.every((key) => open.includes(key) || now.includes(key))).toBe(true);
      }),
    );
  });
});
