import type { Channel } from "../lib/closedSets";
import { HOUR_MS, MINUTE_MS } from "../lib/time";

// What is worth waking somebody for (requirement S0, "Alerting System"; product.md C-17, C-21, C-22). Pure.

export const ALERT_KINDS = [
  "outage",
  "failure_rate",
  "slow_provider",
  "queue_age",
  "cost_day",
  "cost_month",
  "complaints",
  "domain",
  "intake_unread",
  "intake_refused",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const SEVERITIES = ["warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What Switchboard does about it by itself; the screen says it in words. */
export const ACTIONS = ["breaker_holds", "fallback", "retries", "kept", "none"] as const;
export type AlertAction = (typeof ACTIONS)[number];

type Lane = "critical" | "transactional" | "marketing";

/** What one connection did within the last quarter of an hour. */
export type ConnectionFigures = {
  connectionId: string;
  name: string;
  channel: Channel;
  answers: number;
  failures: number;
  /** Null: nothing was answered. */
  p95Ms: number | null;
  breaker: "closed" | "open" | "half_open";
  breakerReason?: string;
  /** Another connection of the channel can take over. */
  hasStandIn: boolean;
  /** Result of the last look at the sender domain; null: none. */
  domainProblem: string | null;
};

export type AlertFacts = {
  connections: readonly ConnectionFigures[];
  /** Age of the oldest message that is due, in ms; absent = none is due. */
  oldestDueMs: Partial<Record<Lane, number>>;
  /** What was spent since local midnight and since the first of the month, in millionths of the currency unit. */
  spent: readonly { channel: Channel; todayMicros: number; monthMicros: number }[];
  /** E-mail of the last seven days. */
  complaints: { delivered: number; complained: number };
  /** What came in and could not be read, and calls that were refused one after the other. */
  intake: { unread: number; oldestMs: number | null; refusedCalls: number };
};

export type Limits = {
  failurePercent: number;
  slowAfterMs: number;
  minimumAnswers: number;
  /** Absent = no limit. */
  costPerDayMicros: Partial<Record<Channel, number>>;
  costPerMonthMicros: Partial<Record<Channel, number>>;
};

/** Something is the matter. `key` is the same as long as it is the same matter. */
export type Finding = {
  key: string;
  kind: AlertKind;
  severity: Severity;
  action: AlertAction;
  /** Figures and names for the sentence on the screen. */
  values: Record<string, string | number>;
};

/** Whoever wrote waits for an answer: a quarter of an hour is noticed, half a working day is lost. */
const UNREAD_WARNING_MS = 15 * MINUTE_MS;
const UNREAD_CRITICAL_MS = 4 * HOUR_MS;

/** Half of the answers failing is an outage in all but name. */
const CRITICAL_FAILURE_PERCENT = 50;

/** How old a due message may get. Critical: people wait for it; marketing yields to everything. */
const MAX_AGE_MS: Record<Lane, number> = {
  critical: 2 * MINUTE_MS,
  transactional: 15 * MINUTE_MS,
  marketing: 4 * HOUR_MS,
};

/** Mailbox providers' rule for bulk senders: stay below 0.1 %, never reach 0.3 % (providers.md 7.2). */
const COMPLAINT_WARNING = 0.001;
const COMPLAINT_CRITICAL = 0.003;
/** Below so many mails one complaint says nothing. */
const COMPLAINT_MINIMUM = 500;

const COST_WARNING = 0.8;

/** Everything that is the matter now; nothing is remembered here. */
export function findings(facts: AlertFacts, limits: Limits): Finding[] {
  return [
    ...facts.connections.flatMap((figures) => connectionFindings(figures, limits)),
    ...queueFindings(facts.oldestDueMs),
    ...facts.spent.flatMap((spent) => costFindings(spent, limits)),
    ...complaintFindings(facts.complaints),
    ...intakeFindings(facts.intake),
  ];
}

function connectionFindings(figures: ConnectionFigures, limits: Limits): Finding[] {
  const { connectionId, name, channel, answers, failures, p95Ms, breaker, hasStandIn, domainProblem } = figures;
  const subject = { connectionId, name, channel };
  const found: Finding[] = [];
  const add = (kind: AlertKind, severity: Severity, action: AlertAction, values: Finding["values"]) =>
    found.push({ key: `${kind}:${connectionId}`, kind, severity, action, values: { ...subject, ...values } });
  if (breaker !== "closed") {
    const action = hasStandIn ? "fallback" : "breaker_holds";
    add("outage", hasStandIn ? "warning" : "critical", action, { reason: figures.breakerReason ?? "" });
  } else if (answers >= limits.minimumAnswers) {
    const percent = Math.round((failures / answers) * 100);
    if (percent >= limits.failurePercent) {
      add("failure_rate", percent >= CRITICAL_FAILURE_PERCENT ? "critical" : "warning", "retries", {
        percent,
        answers,
      });
    }
    if (p95Ms !== null && p95Ms > limits.slowAfterMs) {
      add("slow_provider", "warning", hasStandIn ? "fallback" : "none", { p95Ms: Math.round(p95Ms) });
    }
  }
  if (domainProblem !== null) add("domain", "warning", "none", { reason: domainProblem });
  return found;
}

function queueFindings(oldestDueMs: AlertFacts["oldestDueMs"]): Finding[] {
  return (Object.keys(MAX_AGE_MS) as Lane[]).flatMap((lane) => {
    const ageMs = oldestDueMs[lane];
    if (ageMs === undefined || ageMs <= MAX_AGE_MS[lane]) return [];
    const severity = lane === "marketing" ? "warning" : "critical";
    return [{ key: `queue_age:${lane}`, kind: "queue_age", severity, action: "retries", values: { lane, ageMs } }];
  });
}

function costFindings(
  { channel, todayMicros, monthMicros }: AlertFacts["spent"][number],
  { costPerDayMicros, costPerMonthMicros }: Limits,
): Finding[] {
  const check = (kind: "cost_day" | "cost_month", spentMicros: number, limitMicros: number | undefined): Finding[] => {
    if (limitMicros === undefined || spentMicros < limitMicros * COST_WARNING) return [];
    const severity = spentMicros >= limitMicros ? "critical" : "warning";
    return [
      { key: `${kind}:${channel}`, kind, severity, action: "none", values: { channel, spentMicros, limitMicros } },
    ];
  };
  return [
    ...check("cost_day", todayMicros, costPerDayMicros[channel]),
    ...check("cost_month", monthMicros, costPerMonthMicros[channel]),
  ];
}

function complaintFindings({ delivered, complained }: AlertFacts["complaints"]): Finding[] {
  if (delivered < COMPLAINT_MINIMUM) return [];
  const rate = complained / delivered;
  if (rate < COMPLAINT_WARNING) return [];
  const severity = rate >= COMPLAINT_CRITICAL ? "critical" : "warning";
  const permille = Math.round(rate * 10_000) / 10;
  return [{ key: "complaints", kind: "complaints", severity, action: "none", values: { permille, delivered } }];
}

function intakeFindings({ unread, oldestMs, refusedCalls }: AlertFacts["intake"]): Finding[] {
  const found: Finding[] = [];
  if (oldestMs !== null && oldestMs >= UNREAD_WARNING_MS) {
    const severity = oldestMs >= UNREAD_CRITICAL_MS ? "critical" : "warning";
    const values = { unread, ageMs: oldestMs };
    found.push({ key: "intake_unread", kind: "intake_unread", severity, action: "kept", values });
  }
  if (refusedCalls > 0) {
    const values = { calls: refusedCalls };
    found.push({ key: "intake_refused", kind: "intake_refused", severity: "warning", action: "none", values });
  }
  return found;
}

/** An alert that is known, as far as reconciling needs it. */
export type KnownAlert = { key: string; severity: Severity; lastSeenAt: number };

/** A matter that was not seen for so long is over: figures that flicker raise no storm of alerts. */
export const CALM_MS = 3 * MINUTE_MS;

export type Changes = {
  raised: Finding[];
  /** Still the matter; the figures are new. `worsened`: told again, because a warning became critical. */
  seen: { finding: Finding; worsened: boolean }[];
  /** Keys of alerts that are over. */
  resolved: string[];
};

/** What the findings of this minute change about the alerts that are open. */
export function reconcile(open: readonly KnownAlert[], found: readonly Finding[], now: number): Changes {
  const known = new Map(open.map((alert) => [alert.key, alert]));
  const keys = new Set(found.map(({ key }) => key));
  return {
    raised: found.filter(({ key }) => !known.has(key)),
    seen: found.flatMap((finding) => {
      const before = known.get(finding.key);
      if (before === undefined) return [];
      return [{ finding, worsened: before.severity === "warning" && finding.severity === "critical" }];
    }),
    resolved: open.filter(({ key, lastSeenAt }) => !keys.has(key) && now - lastSeenAt >= CALM_MS).map(({ key }) => key),
  };
}
