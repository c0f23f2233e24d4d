import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { rollupsBetween } from "../analytics/model";
import { noFigures, sum, type Figures } from "../analytics/figures";
import { monthStart, startOf } from "../analytics/grains";
import { percentile } from "../analytics/histogram";
import { listDomainHealth } from "../connections/domainHealth/model";
import { connectionsOf } from "../connections/model";
import { oldestDue } from "../delivery/model/counts";
import { mailStaff } from "../delivery/staff/model";
import { settingsOf } from "../delivery/settings/model";
import type { Settings } from "../delivery/settings/schema";
import { LANES } from "../delivery/schema";
import { emit } from "../events/model";
import { refusedSeries, unreadSummary } from "../intake/unread/model";
import { CHANNELS } from "../lib/closedSets";
import { HOUR_MS, MINUTE_MS } from "../lib/time";
import { requireOrg } from "../orgs/model";
import { findings, reconcile, type AlertFacts, type ConnectionFigures, type Finding, type Limits } from "./rules";
import { alertText } from "./text";

/** Figures of the last quarter of an hour say how a connection does. */
const WINDOW_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const COMPLAINT_WINDOW_MS = 7 * DAY_MS;
/** More open alerts than connections, lanes and channels can raise. */
const MAX_OPEN = 200;
const RETENTION_MS = 365 * DAY_MS;
const PRUNE_BATCH = 200;

/** Looks at an organisation's sending and raises, follows and resolves its alerts. Run every minute. */
export async function watch(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const org = await requireOrg(ctx, orgId);
  const settings = await settingsOf(ctx, orgId);
  const found = findings(await factsOf(ctx, org, now), limitsOf(settings));
  const open = await openAlerts(ctx, orgId);
  const { raised, seen, resolved } = reconcile(open, found, now);
  const byKey = new Map(open.map((alert) => [alert.key, alert]));
  for (const finding of raised) await raise(ctx, org, settings, finding, now);
  for (const { finding, worsened } of seen) {
    const alert = byKey.get(finding.key);
    if (alert === undefined) continue;
    const { severity, action, values } = finding;
    await ctx.db.patch("alerts", alert._id, { severity, action, values, lastSeenAt: now });
    if (worsened) await tell(ctx, org, settings, { ...alert, severity, action, values }, "raised", now);
  }
  for (const key of resolved) {
    const alert = byKey.get(key);
    if (alert === undefined) continue;
    await ctx.db.patch("alerts", alert._id, { isOpen: false, resolvedAt: now });
    await tell(ctx, org, settings, alert, "resolved", now);
  }
}

async function openAlerts(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"alerts">[]> {
  return await ctx.db
    .query("alerts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("isOpen", true))
    .take(MAX_OPEN);
}

async function raise(ctx: MutationCtx, org: Doc<"organisations">, settings: Settings, finding: Finding, now: number) {
  const alert = { orgId: org._id, ...finding, since: now, lastSeenAt: now, isOpen: true };
  const alertId = await ctx.db.insert("alerts", alert);
  await tell(ctx, org, settings, { ...alert, _id: alertId }, "raised", now);
}

type Told = Pick<Doc<"alerts">, "_id" | "orgId" | "key" | "kind" | "severity" | "action" | "values" | "since">;

/** To subscribed webhooks through the event, and by e-mail to whom the settings name; the screen is live anyway. */
async function tell(
  ctx: MutationCtx,
  org: Doc<"organisations">,
  settings: Settings,
  alert: Told,
  what: "raised" | "resolved",
  now: number,
): Promise<void> {
  const { _id, orgId, kind, severity, since } = alert;
  const payload = { alertId: _id, kind, severity, since };
  await emit(ctx, { orgId, kind: what === "raised" ? "alert.raised" : "alert.resolved", subject: {}, payload });
  const { email } = settings.trackingSettings.alertSettings;
  if (email === undefined) return;
  const { subject, text } = alertText(org.locale, org.name, alert, what);
  await mailStaff(ctx, {
    orgId,
    email,
    name: email,
    about: "alerts",
    lane: "critical",
    subject,
    text,
    dueAt: now,
    idempotencyKey: `alert:${_id}:${what}:${severity}`,
  });
}

function limitsOf({ trackingSettings: { performanceMetrics, alertSettings } }: Settings): Limits {
  const { degradedFailurePercent, slowAfterMs, minimumAnswers } = performanceMetrics;
  const { costPerDayMicros = {}, costPerMonthMicros = {} } = alertSettings;
  return { failurePercent: degradedFailurePercent, slowAfterMs, minimumAnswers, costPerDayMicros, costPerMonthMicros };
}

async function factsOf(ctx: QueryCtx, org: Doc<"organisations">, now: number): Promise<AlertFacts> {
  const orgId = org._id;
  return {
    connections: await connectionFigures(ctx, orgId, now),
    oldestDueMs: await oldestDueMs(ctx, orgId, now),
    spent: await spentOf(ctx, org, now),
    complaints: await complaintsOf(ctx, org, now),
    intake: await intakeOf(ctx, orgId, now),
  };
}

async function connectionFigures(ctx: QueryCtx, orgId: Id<"organisations">, now: number): Promise<ConnectionFigures[]> {
  const rows = await rollupsBetween(ctx, orgId, { grain: "minute", from: now - WINDOW_MS, to: now + 1 });
  const figures = new Map<string, Figures>();
  for (const row of rows) figures.set(row.connectionId, sum(figures.get(row.connectionId) ?? noFigures(), row));
  const connections = (await connectionsOf(ctx, orgId)).filter(({ isEnabled }) => isEnabled);
  const domains = new Map((await listDomainHealth(ctx, orgId)).map((domain) => [domain.connectionId, domain]));
  return connections.map(({ _id, name, channel, breaker }) => {
    const { accepted, refused, lost, errors, took } = figures.get(_id) ?? noFigures();
    // What the recipient or the message caused says nothing about the provider.
    const theirs = (errors.opted_out ?? 0) + (errors.invalid_address ?? 0) + (errors.window_closed ?? 0);
    const others = connections.filter((other) => other.channel === channel && other._id !== _id);
    return {
      connectionId: _id,
      name,
      channel,
      answers: accepted + refused + lost,
      failures: Math.max(0, refused + lost - theirs),
      p95Ms: percentile(took, 0.95),
      breaker: breaker.kind,
      ...(breaker.kind === "open" ? { breakerReason: breaker.reason } : {}),
      hasStandIn: others.some((other) => other.breaker.kind === "closed"),
      domainProblem: domainProblemOf(domains.get(_id)),
    };
  });
}

/** The records that fail, by name; null when none does or nobody could look. */
function domainProblemOf(domain: Doc<"domainHealth"> | undefined): string | null {
  const failing =
    domain?.checks.filter(({ status }) => status === "fail").map(({ record }) => record.toUpperCase()) ?? [];
  return failing.length === 0 ? null : failing.join(", ");
}

async function intakeOf(ctx: QueryCtx, orgId: Id<"organisations">, now: number): Promise<AlertFacts["intake"]> {
  const { count, oldestAt } = await unreadSummary(ctx, orgId, now);
  const refusedCalls = (await refusedSeries(ctx, orgId, now - DAY_MS)).reduce((sum, row) => sum + row.count, 0);
  return { unread: count, oldestMs: oldestAt === null ? null : now - oldestAt, refusedCalls };
}

async function oldestDueMs(ctx: QueryCtx, orgId: Id<"organisations">, now: number): Promise<AlertFacts["oldestDueMs"]> {
  const ages: AlertFacts["oldestDueMs"] = {};
  for (const lane of LANES) {
    const dueAt = await oldestDue(ctx, orgId, lane);
    if (dueAt !== null && dueAt < now) ages[lane] = now - dueAt;
  }
  return ages;
}

async function spentOf(ctx: QueryCtx, org: Doc<"organisations">, now: number): Promise<AlertFacts["spent"]> {
  const today = startOf("day", now, org.timezone);
  const month = monthStart(now, org.timezone);
  const rows = await rollupsBetween(ctx, org._id, { grain: "day", from: month, to: now + 1 });
  return CHANNELS.map((channel) => {
    const own = rows.filter((row) => row.channel === channel);
    const cost = (from: number) => own.filter(({ at }) => at >= from).reduce((all, row) => all + row.costMicros, 0);
    return { channel, todayMicros: cost(today), monthMicros: cost(month) };
  });
}

async function complaintsOf(ctx: QueryCtx, org: Doc<"organisations">, now: number): Promise<AlertFacts["complaints"]> {
  const from = startOf("day", now - COMPLAINT_WINDOW_MS, org.timezone);
  const rows = await rollupsBetween(ctx, org._id, { grain: "day", from, to: now + 1 });
  const mails = rows.filter(({ channel }) => channel === "email").reduce((all, row) => sum(all, row), noFigures());
  return { delivered: mails.delivered, complained: mails.complained };
}

/** Open alerts, critical ones first, then the newest. */
export async function listOpen(ctx: QueryCtx, orgId: Id<"organisations">) {
  const open = await openAlerts(ctx, orgId);
  const rank = (alert: Doc<"alerts">) => (alert.severity === "critical" ? 0 : 1);
  return open.sort((a, b) => rank(a) - rank(b) || b.since - a.since).map(presented);
}

/** Alerts that are over, newest first. */
export async function listResolved(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  const result = await ctx.db
    .query("alerts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("isOpen", false))
    .order("desc")
    .paginate(paginationOpts);
  return { ...result, page: result.page.map(presented) };
}

function presented({ _id, kind, severity, action, values, since, lastSeenAt, resolvedAt }: Doc<"alerts">) {
  return { id: _id, kind, severity, action, values, since, lastSeenAt, resolvedAt };
}

/** Removes one batch of resolved alerts past their retention. Returns true when there may be more. */
export async function pruneAlerts(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("alerts")
    .withIndex("by_age", (q) => q.eq("isOpen", false).lt("since", now - RETENTION_MS))
    .take(PRUNE_BATCH);
  for (const { _id } of old) await ctx.db.delete("alerts", _id);
  return old.length === PRUNE_BATCH;
}
