import type { FunctionReference } from "convex/server";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { EVENT_KINDS, type EventKind, type EventSubject } from "./schema";

/** An internal mutation of a higher rank that wants to know. It runs in its own transaction and may run again. */
export type Reaction = {
  /** Stable name: stored in scheduled dispatches. */
  name: string;
  to: readonly EventKind[];
  /** Only events with this in their subject: ten thousand reminders do not each wake the domain that keeps replies. */
  about?: keyof EventSubject;
  run: FunctionReference<"mutation", "internal", { eventId: Id<"domainEvents"> }, null>;
  /** Reacts to several at once, where they happened in one transaction that gathers them (`gathering`). */
  runMany?: FunctionReference<"mutation", "internal", { eventIds: Id<"domainEvents">[] }, null>;
  /** Only for organisations that asked for it (`setListener`). */
  isOptional?: true;
};

const MESSAGE_STATUS_EVENTS = [
  "message.sent",
  "message.delivered",
  "message.read",
  "message.bounced",
  "message.failed",
  "message.skipped",
  "message.cancelled",
] as const satisfies readonly EventKind[];

/** Who reacts to what: the one table (design.md section 2). */
export const REACTIONS: readonly Reaction[] = [
  {
    name: "inbox.onMessageStatus",
    to: MESSAGE_STATUS_EVENTS,
    about: "messageId",
    run: internal.inbox.reactions.onMessageStatus,
  },
  {
    name: "sequences.onMessageStatus",
    to: [...MESSAGE_STATUS_EVENTS, "message.opened", "message.clicked"],
    about: "bookingId",
    run: internal.sequences.reactions.onMessageStatus,
  },
  {
    name: "tasks.onMessageFailed",
    to: ["message.failed", "message.unknown"],
    about: "queueId",
    run: internal.tasks.reactions.onMessageFailed,
  },
  {
    name: "inbox.onDeadline",
    to: ["sla.stage", "sla.restated"],
    about: "threadId",
    run: internal.inbox.reactions.onDeadline,
  },
  {
    name: "tasks.onThreadPurged",
    to: ["thread.purged"],
    about: "threadId",
    run: internal.tasks.reactions.onThreadPurged,
  },
  {
    name: "tasks.onSlaStage",
    to: ["sla.stage"],
    about: "threadId",
    run: internal.tasks.reactions.onSlaStage,
  },
  {
    name: "tasks.onCall",
    to: ["call.logged"],
    about: "messageId",
    run: internal.tasks.reactions.onCall,
  },
  {
    name: "tasks.onTicketMoved",
    to: ["ticket.moved"],
    about: "threadId",
    run: internal.tasks.reactions.onTicketMoved,
  },
  {
    name: "tasks.onThread",
    to: [
      "thread.created",
      "thread.answered",
      "message.received",
      "thread.closed",
      "thread.reopened",
      "thread.classified",
    ],
    about: "threadId",
    isOptional: true,
    run: internal.tasks.reactions.onThread,
  },
  {
    name: "tasks.onAsked",
    to: ["task.asked"],
    about: "threadId",
    run: internal.tasks.reactions.onAsked,
  },
  {
    name: "inbox.onTask",
    to: ["task.created", "task.completed"],
    about: "threadId",
    run: internal.inbox.reactions.onTask,
  },
  {
    name: "notifications.onThreadEvent",
    to: ["thread.created", "thread.assigned", "thread.team_given", "message.received", "sla.stage", "member.mentioned"],
    about: "threadId",
    run: internal.notifications.reactions.onEvent,
  },
  {
    name: "notifications.onReplyFailed",
    to: ["message.bounced", "message.failed"],
    about: "messageId",
    run: internal.notifications.reactions.onEvent,
  },
  {
    name: "notifications.onTaskAssigned",
    to: ["task.assigned", "task.reminder"],
    run: internal.notifications.reactions.onEvent,
  },
  {
    name: "notifications.onAlert",
    to: ["alert.raised"],
    run: internal.notifications.reactions.onEvent,
  },
  {
    name: "notifications.onSurveyAnswered",
    to: ["survey.answered"],
    about: "threadId",
    run: internal.notifications.reactions.onEvent,
  },
  {
    name: "notifications.onMemberSuspended",
    to: ["member.suspended"],
    run: internal.notifications.push.reactions.onMemberSuspended,
  },
  {
    name: "surveys.onThreadClosed",
    to: ["thread.closed"],
    about: "threadId",
    run: internal.surveys.reactions.onThreadClosed,
  },
  {
    name: "surveys.onThreadReopened",
    to: ["thread.reopened"],
    about: "threadId",
    run: internal.surveys.reactions.onThreadReopened,
  },
  {
    name: "surveys.onThreadPurged",
    to: ["thread.purged"],
    about: "threadId",
    run: internal.surveys.reactions.onThreadPurged,
  },
  {
    name: "sequences.onBookingCreated",
    to: ["booking.created"],
    run: internal.sequences.reactions.onBookingCreated,
    runMany: internal.sequences.reactions.onBookings,
  },
  {
    name: "sequences.onBookingMoved",
    to: ["booking.rescheduled"],
    run: internal.sequences.reactions.onBookingMoved,
    runMany: internal.sequences.reactions.onBookings,
  },
  {
    name: "sequences.onBookingCancelled",
    to: ["booking.cancelled"],
    run: internal.sequences.reactions.onBookingCancelled,
    runMany: internal.sequences.reactions.onBookings,
  },
  {
    name: "sequences.onBookingProgress",
    to: ["booking.checked_in", "booking.completed", "booking.no_show"],
    run: internal.sequences.reactions.onBookingProgress,
    runMany: internal.sequences.reactions.onBookings,
  },
  {
    name: "sequences.onPersonFact",
    to: ["message.received", "consent.changed", "contact.changed"],
    about: "contactId",
    run: internal.sequences.reactions.onPersonFact,
  },
  {
    name: "bookkeeping.onMessageStatus",
    to: MESSAGE_STATUS_EVENTS,
    isOptional: true,
    run: internal.bookkeeping.reactions.onMessageStatus,
  },
  {
    name: "api.onEvent",
    to: EVENT_KINDS,
    isOptional: true,
    run: internal.api.webhooks.reactions.onEvent,
  },
];

/** The reactions to one kind of event about `subject`, in table order. `listeners`: the optional ones that are wanted. */
export function reactionsTo(
  kind: EventKind,
  subject: EventSubject,
  listeners: readonly string[] = [],
): readonly Reaction[] {
  return REACTIONS.filter(
    ({ name, to, about, isOptional }) =>
      to.includes(kind) &&
      (about === undefined || subject[about] !== undefined) &&
      (isOptional !== true || listeners.includes(name)),
  );
}
