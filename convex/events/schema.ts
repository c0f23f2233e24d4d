import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** Everything a domain may tell the others. Who reacts to what: subscriptions.ts. */
export const EVENT_KINDS = [
  "booking.created",
  "booking.rescheduled",
  "booking.cancelled",
  "booking.checked_in",
  "booking.completed",
  "booking.no_show",
  "message.queued",
  "message.sent",
  "message.delivered",
  "message.read",
  "message.opened",
  "message.clicked",
  "message.bounced",
  "message.failed",
  "message.unknown",
  "message.skipped",
  "message.cancelled",
  "message.received",
  "thread.created",
  "thread.assigned",
  "thread.team_given",
  "thread.answered",
  "thread.classified",
  "thread.closed",
  "thread.reopened",
  "thread.status_changed",
  "thread.deleted",
  "thread.restored",
  "thread.purged",
  "thread.merged",
  "thread.unmerged",
  "thread.split",
  "ticket.created",
  "ticket.moved",
  "member.mentioned",
  "member.suspended",
  "call.logged",
  "contact.created",
  "contact.changed",
  "consent.changed",
  "suppression.added",
  "task.asked",
  "task.assigned",
  "task.created",
  "task.updated",
  "task.completed",
  "task.reminder",
  "sla.stage",
  "sla.overdue",
  "sla.restated",
  "sla.ended",
  "survey.answered",
  "alert.raised",
  "alert.resolved",
] as const;
export const vEventKind = literals(...EVENT_KINDS);
export type EventKind = Infer<typeof vEventKind>;

/** What the event is about; ids as strings, because lower ranks do not know higher tables. */
export const vEventSubject = v.object({
  bookingId: v.optional(v.string()),
  contactId: v.optional(v.string()),
  queueId: v.optional(v.string()),
  threadId: v.optional(v.string()),
  messageId: v.optional(v.string()),
});
export type EventSubject = Infer<typeof vEventSubject>;

export const eventTables = {
  // Written by emit inside the change it reports; read by dispatch; pruned after 30 days.
  domainEvents: defineTable({
    orgId: v.id("organisations"),
    kind: vEventKind,
    subject: vEventSubject,
    /** Small facts a reaction needs and cannot look up any more (old start time, reason). */
    payload: v.record(v.string(), v.union(v.string(), v.number(), v.boolean(), v.null())),
    at: v.number(),
    /** The event whose reaction emitted this one, and how long the chain is (product.md 2.3 no. 34). */
    causeId: v.optional(v.id("domainEvents")),
    depth: v.number(),
    /** The rules that acted in that chain, in their order; absent: none. */
    rules: v.optional(v.array(v.string())),
  }).index("by_org", ["orgId"]),
  // Which optional reactions an organisation wants: absent ones cost its events nothing. Written by their domains.
  eventListeners: defineTable({ orgId: v.id("organisations"), reaction: v.string() }).index("by_org", [
    "orgId",
    "reaction",
  ]),
  // Reactions that gave up after their retries, and what was stopped because a chain of reactions went round (no attempts).
  // Written by dispatch, emit and asRule; read by operators; pruned like the events.
  reactionFailures: defineTable({
    orgId: v.id("organisations"),
    eventId: v.id("domainEvents"),
    reaction: v.string(),
    attempts: v.number(),
    reason: v.string(),
    at: v.number(),
  }).index("by_org", ["orgId", "at"]),
};
