import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

// Every minute; the requirement of five minutes is the ceiling (design.md section 5).
crons.interval("recover messages and wake-ups", { minutes: 1 }, internal.delivery.jobs.sweep, {});
crons.interval("match early receipts", { minutes: 1 }, internal.tracking.receipts.jobs.sweep, {});
crons.interval("recover lost inbound events", { minutes: 1 }, internal.intake.jobs.sweep, {});
crons.interval("wake lost deadlines", { minutes: 1 }, internal.sla.jobs.sweep, {});
crons.interval("tell of tasks falling due", { minutes: 1 }, internal.notifications.jobs.tellDueTasks, {});
crons.interval("send morning mails", { minutes: 1 }, internal.notifications.jobs.sendDigests, {});
crons.daily("prune notifications", { hourUTC: 3, minuteUTC: 5 }, internal.notifications.jobs.prune, {});
crons.interval("wake lost snoozed conversations", { minutes: 1 }, internal.inbox.snooze.jobs.sweep, {});
crons.daily("prune forgotten attachments", { hourUTC: 3, minuteUTC: 15 }, internal.inbox.attachments.jobs.prune, {});
crons.daily("prune unused pictures", { hourUTC: 3, minuteUTC: 18 }, internal.templates.images.jobs.prune, {});
crons.daily("forget old merges", { hourUTC: 3, minuteUTC: 15 }, internal.inbox.merges.jobs.prune, {});
crons.daily("forget reactions to nothing", { hourUTC: 3, minuteUTC: 17 }, internal.inbox.chats.jobs.prune, {});
crons.interval("index what is from before", { minutes: 5 }, internal.inbox.walks.jobs.sweep, {});
crons.interval("count conversations from before", { minutes: 5 }, internal.inbox.access.jobs.sweep, {});
crons.interval("count journeys from before", { minutes: 5 }, internal.sequences.figures.jobs.recount, {});
crons.interval("end lost absences", { minutes: 5 }, internal.inbox.teams.jobs.sweep, {});
crons.interval("ask lost questions", { minutes: 5 }, internal.surveys.jobs.sweep, {});
crons.interval("forget deleted organisations", { minutes: 15 }, internal.contacts.accounts.jobs.sweep, {});
// Retention (providers.md 21.3), at a quiet hour.
crons.daily("prune inbound events", { hourUTC: 3, minuteUTC: 10 }, internal.intake.jobs.prune, {});
crons.daily("prune refused calls", { hourUTC: 3, minuteUTC: 12 }, internal.intake.unread.jobs.prune, {});
crons.daily("prune domain events", { hourUTC: 3, minuteUTC: 20 }, internal.events.jobs.prune, {});
crons.daily("purge message texts", { hourUTC: 3, minuteUTC: 25 }, internal.delivery.retention.jobs.start, { after: 0 });
crons.daily("prune orders about many", { hourUTC: 3, minuteUTC: 28 }, internal.inbox.bulk.jobs.prune, {});
crons.daily("purge conversations", { hourUTC: 3, minuteUTC: 30 }, internal.inbox.retention.jobs.start, { after: 0 });
crons.daily("purge deleted conversations", { hourUTC: 3, minuteUTC: 32 }, internal.inbox.deletion.jobs.sweep, {});
crons.daily("prune proofs of erased people", { hourUTC: 3, minuteUTC: 35 }, internal.contacts.consents.jobs.prune, {});
// Exports that ended and erasures that a crash cut short.
crons.interval("look after data requests", { minutes: 15 }, internal.privacy.jobs.sweep, {});

crons.interval("recover lost webhook deliveries", { minutes: 5 }, internal.api.webhooks.jobs.sweep, {});
crons.daily("prune webhook deliveries", { hourUTC: 3, minuteUTC: 40 }, internal.api.webhooks.jobs.prune, {});
crons.daily("forget answered API calls", { hourUTC: 3, minuteUTC: 45 }, internal.api.answers.jobs.prune, {});

// DNS records change without notice (product.md C-08).
crons.daily(
  "look at sender domains",
  { hourUTC: 4, minuteUTC: 5 },
  internal.connections.domainHealth.jobs.lookAtAll,
  {},
);

crons.daily("read bookkeeping addresses", { hourUTC: 2, minuteUTC: 30 }, internal.bookkeeping.jobs.startAll, {
  what: "sync",
});
crons.hourly("write bookkeeping reports", { minuteUTC: 5 }, internal.bookkeeping.jobs.startAll, { what: "report" });

// Figures a few seconds old are live enough for a chart, and one batch serves thousands of messages.
crons.interval("add up figures", { seconds: 10 }, internal.analytics.jobs.rollUp, {});
crons.interval("add up the team's figures", { seconds: 10 }, internal.analytics.team.jobs.rollUp, {});
crons.daily("prune fine figures", { hourUTC: 3, minuteUTC: 50 }, internal.analytics.jobs.prune, {});
crons.daily("prune the team's days", { hourUTC: 3, minuteUTC: 52 }, internal.analytics.team.jobs.prune, {});
crons.interval("watch over sending", { minutes: 1 }, internal.alerts.jobs.watchAll, { cursor: null });
crons.daily("prune breaker changes", { hourUTC: 4, minuteUTC: 15 }, internal.connections.breakerLog.jobs.prune, {});
crons.daily("prune drill messages", { hourUTC: 4, minuteUTC: 10 }, internal.sandbox.drills.jobs.prune, {});
crons.daily("prune alerts", { hourUTC: 3, minuteUTC: 55 }, internal.alerts.jobs.prune, {});

export default crons;
