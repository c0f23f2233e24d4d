import type { Infer } from "convex/values";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { costOfMessage } from "../../../delivery/figures/model";
import type { EventKind } from "../../../events/schema";
import { wasTalkedTo } from "../../../inbox/calls/rules";
import { answererUntil, eventMessage, eventThread } from "../../../inbox/figures/model";
import { CHANNELS, isOnCustomerChannel, type OnCustomerChannel } from "../../../lib/closedSets";
import { measuredBy } from "../../../sla/model/clocks";
import { tallyOf, type Measure, type Ratings } from "../../../surveys/measures";
import { taskForFigures } from "../../../tasks/figures/model";
import type { vPlace } from "../schema";
import { counts, duration, plus, type Sums } from "../sums";
import type { Happened } from "../tally";

export type TeamPlace = Infer<typeof vPlace>;

/** What one event says: what is counted where at once, and what is to be known of its conversation. */
export type Fact = {
  counted: { at: number; place: TeamPlace; sums: Sums }[];
  known: { threadId: Id<"threads">; happened: Happened }[];
  /** This conversation's tally goes into that one's. */
  joined?: { from: Id<"threads">; into: Id<"threads"> };
};

type DomainEvent = Doc<"domainEvents">;
type Reader = (ctx: QueryCtx, event: DomainEvent) => Promise<Fact>;

/** What says nothing. */
export const NO_FACT: Fact = { counted: [], known: [] };

/** What each kind of event means for the figures; those that are absent mean nothing. */
const READERS: Partial<Record<EventKind, Reader>> = {
  "thread.created": async (ctx, event) => await countedIn(ctx, event, counts({ created: 1 })),
  "message.received": async (ctx, event) => await countedIn(ctx, event, counts({ received: 1 }), { kind: "received" }),
  "thread.answered": readAnswer,
  "message.sent": readCost,
  "call.logged": readCall,
  "sla.ended": readClock,
  "thread.assigned": readAssignment,
  "thread.closed": readClosing,
  "thread.reopened": async (ctx, event) => await knownOf(ctx, event, { kind: "reopened", at: event.at }),
  "thread.merged": readMerge,
  "task.completed": readTask,
  "survey.answered": readSurvey,
};

/** What an event says. Reads at most a handful of rows; nothing when what it is about is gone. */
export async function factOf(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  return (await READERS[event.kind]?.(ctx, event)) ?? NO_FACT;
}

/** Kinds the figures are made of, so that others cost nothing. */
export function isCounted({ kind }: DomainEvent): boolean {
  return READERS[kind] !== undefined;
}

function placeOf(thread: CustomerThread, agentId: Id<"members"> | null = thread.assigneeId ?? null): TeamPlace {
  const { channel, channelId = null, teamId = null } = thread;
  return { channel, channelId, teamId, agentId };
}

type CustomerThread = OnCustomerChannel<Doc<"threads">>;

/** The team's own conversations are nobody's service: nothing of them is counted. */
async function threadOf(ctx: QueryCtx, { orgId, subject }: DomainEvent): Promise<CustomerThread | null> {
  const thread = (await eventThread(ctx, orgId, subject.threadId))?.thread;
  return thread !== undefined && isOnCustomerChannel(thread) ? thread : null;
}

async function knownOf(ctx: QueryCtx, event: DomainEvent, happened: Happened): Promise<Fact> {
  const thread = await threadOf(ctx, event);
  return thread === null ? NO_FACT : { counted: [], known: [{ threadId: thread._id, happened }] };
}

/** Counted where the conversation is, on the channel the event names. */
async function countedIn(ctx: QueryCtx, event: DomainEvent, sums: Sums, happened?: Happened): Promise<Fact> {
  const thread = await threadOf(ctx, event);
  if (thread === null) return NO_FACT;
  const place = { ...placeOf(thread), channel: channelIn(event.payload.channel) ?? thread.channel };
  const known = happened === undefined ? [] : [{ threadId: thread._id, happened }];
  return { counted: [{ at: event.at, place, sums }], known };
}

const channelIn = (name: unknown) => CHANNELS.find((channel) => channel === name);

async function readAnswer(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const thread = await threadOf(ctx, event);
  const message = await eventMessage(ctx, event.orgId, event.subject.messageId);
  if (thread === null || message === null) return NO_FACT;
  const agentId = message.sender.kind === "member" ? message.sender.memberId : null;
  const place = { ...placeOf(thread, agentId), channel: message.channel ?? thread.channel };
  const sums = counts({ sent: 1, templated: message.templateId === undefined ? 0 : 1 });
  return {
    counted: [{ at: event.at, place, sums }],
    known: [{ threadId: thread._id, happened: { kind: "answered" } }],
  };
}

async function readCost(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const { messageId, queueId } = event.subject;
  if (messageId === undefined || queueId === undefined) return NO_FACT;
  const thread = await threadOf(ctx, event);
  const message = await eventMessage(ctx, event.orgId, messageId);
  if (thread === null || message === null) return NO_FACT;
  const costMicros = await costOfMessage(ctx, queueId);
  if (costMicros === 0) return NO_FACT;
  const agentId = message.sender.kind === "member" ? message.sender.memberId : null;
  const place = { ...placeOf(thread, agentId), channel: message.channel ?? thread.channel };
  return { counted: [{ at: event.at, place, sums: counts({ costMicros }) }], known: [] };
}

/** A call in which somebody was talked to is a contact like an answer. */
async function readCall(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const message = await eventMessage(ctx, event.orgId, event.subject.messageId);
  if (message?.call === undefined || !wasTalkedTo(message.call)) return NO_FACT;
  return await knownOf(ctx, event, { kind: "answered" });
}

async function readClock(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const { clockId, clock, outcome, at } = event.payload;
  const found = await eventThread(ctx, event.orgId, event.subject.threadId);
  if (found === null || typeof clockId !== "string" || typeof at !== "number") return NO_FACT;
  const { thread, wasMerged } = found;
  if (!isOnCustomerChannel(thread)) return NO_FACT;
  if (clock === "escalation")
    return { counted: [], known: [{ threadId: thread._id, happened: { kind: "escalated" } }] };
  const measured = await measuredBy(ctx, clockId, at);
  if (measured === null) return NO_FACT;
  const { workedMs: ms, hasTarget } = measured;
  const isInTime = hasTarget ? outcome === "met" : null;
  if (clock === "resolution") {
    // The clock of a conversation that was merged ended with it: nothing was solved.
    if (wasMerged) return NO_FACT;
    return { counted: [], known: [{ threadId: thread._id, happened: { kind: "solved", at, ms, isInTime } }] };
  }
  const agentId = (await answererUntil(ctx, thread._id, at)) ?? thread.assigneeId ?? null;
  const kept = counts({ inTime: isInTime === true ? 1 : 0, late: isInTime === false ? 1 : 0 });
  const answer = plus(duration("answer", ms), clock === "first_response" ? duration("first", ms) : {});
  return { counted: [{ at, place: placeOf(thread, agentId), sums: plus(kept, answer) }], known: [] };
}

/** Given to somebody by rule or load, and not by a person: whether that was right shows when it is closed. */
async function readAssignment(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const { assigneeId: to, by } = event.payload;
  if (typeof to !== "string" || by !== null) return NO_FACT;
  return await knownOf(ctx, event, { kind: "routed", at: event.at, to });
}

async function readClosing(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const thread = await threadOf(ctx, event);
  if (thread === null || thread.isSpam === true) return NO_FACT;
  const happened: Happened = { kind: "closed", at: event.at, place: placeOf(thread) };
  return { counted: [], known: [{ threadId: thread._id, happened }] };
}

async function readMerge(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const thread = await threadOf(ctx, event);
  const { sourceId } = event.payload;
  const source = typeof sourceId === "string" ? ctx.db.normalizeId("threads", sourceId) : null;
  if (thread === null || source === null) return NO_FACT;
  return { counted: [], known: [], joined: { from: source, into: thread._id } };
}

async function readTask(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const task = await taskForFigures(ctx, event.orgId, event.payload.taskId);
  if (task?.dueAt === undefined) return NO_FACT;
  const thread = await threadOf(ctx, event);
  const agentId = task.assigneeId ?? null;
  const nowhere = { channel: null, channelId: null, teamId: null, agentId };
  const place = thread === null ? nowhere : placeOf(thread, agentId);
  const isInTime = (task.completedAt ?? event.at) <= task.dueAt;
  return {
    counted: [{ at: event.at, place, sums: counts({ tasksDue: 1, tasksInTime: isInTime ? 1 : 0 }) }],
    known: [],
  };
}

async function readSurvey(ctx: QueryCtx, event: DomainEvent): Promise<Fact> {
  const thread = await threadOf(ctx, event);
  if (thread === null) return NO_FACT;
  const { nps, speed, channel, resolution, assigneeId, by } = event.payload;
  const { promoters, detractors, npsCount, grades } = tallyOf({
    ...numberAt("nps", nps),
    ...numberAt("speed", speed),
    ...numberAt("channel", channel),
    ...numberAt("resolution", resolution),
  });
  const sums = counts({
    surveys: 1,
    promoters,
    detractors,
    npsCount,
    speedCount: grades.speed.count,
    speedSum: grades.speed.sum,
    channelCount: grades.channel.count,
    channelSum: grades.channel.sum,
    resolutionCount: grades.resolution.count,
    resolutionSum: grades.resolution.sum,
  });
  const agentId = typeof assigneeId === "string" ? ctx.db.normalizeId("members", assigneeId) : null;
  const place = { ...placeOf(thread, agentId), channel: channelIn(by) ?? thread.channel };
  return { counted: [{ at: event.at, place, sums }], known: [] };
}

function numberAt(name: Measure, value: unknown): Ratings {
  return typeof value === "number" ? { [name]: value } : {};
}
