import type { PaginationOptions } from "convex/server";
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { findBooking } from "../../bookings/model/read";
import { goesOnAs, requireContact } from "../../contacts/model";
import { isInDoubt, requireMessage } from "../../delivery/model";
import { foreseeRows, holderOf } from "../../delivery/model/foreseen";
import { laneRows, pageOfPast } from "../../delivery/model/planned";
import { visibleMessages } from "../../delivery/model/sight";
import type { Foreseen } from "../../delivery/planned/foresee";
import { customerReactionTo } from "../../inbox/chats/model";
import { openThreadsOf, plannedAnswer } from "../../inbox/lane/model";
import { requireMemberOf } from "../../orgs/model";
import { tasksOfThread } from "../../tasks/model";
import { callerMaySee } from "../../tasks/sight/model";
import { Desk } from "../model/desk";
import { messagesOf, personOf, walkEnrolment } from "../model/path";
import type { LaneItem, vForeseen, vLane } from "./schema";

// One future per person (product.md O-3): whatever is ahead, from whatever source, in one order, with what will become
// of it.

/** Journeys of one person that are walked: each is some twenty reads. */
const MAX_JOURNEYS = 10;
/** Enrolments that are looked through for them. */
const MAX_ENROLMENTS = 50;

type QueueId = Id<"messageQueue">;
type MessageItem = Extract<LaneItem, { kind: "message" }>;

/** What is ahead for a person, or for whom they were merged into. Throws `not_found` for another organisation's. */
export async function laneOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<Infer<typeof vLane>> {
  const contact = await goesOnAs(ctx, await requireContact(ctx, orgId, contactId));
  const now = Date.now();
  const rows = await laneRows(ctx, contact._id, now);
  const latest = await latestOfAll(ctx, rows.ahead);
  const foreseen = await foreseeRows(ctx, contact, rows, latest, now);
  const visible = await visibleMessages(ctx, rows.ahead);
  const bySubject = new Map(visible.map((row) => [row._id, row.subject || row.sourceLabel]));
  const messages: LaneItem[] = [];
  for (const row of visible) {
    const outcome = foreseen.get(row._id);
    const shown = outcome === undefined ? null : shownOf(outcome, foreseen, bySubject);
    messages.push(await messageItem(ctx, row, shown, latest.get(row._id)));
  }
  const items = [...messages, ...(await stepsOf(ctx, contact._id, now)), ...(await remindersOf(ctx, contact._id, now))];
  items.sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity));
  return { items, isCut: rows.isCut };
}

/** A page of what was, without what the caller may not see. Throws `not_found` for another organisation's person. */
export async function pastOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  paginationOpts: PaginationOptions,
) {
  const contact = await goesOnAs(ctx, await requireContact(ctx, orgId, contactId));
  const result = await pageOfPast(ctx, contact._id, Date.now(), paginationOpts);
  const visible = await visibleMessages(ctx, result.page);
  return { ...result, page: await Promise.all(visible.map((row) => pastItem(ctx, row))) };
}

async function pastItem(ctx: QueryCtx, row: Doc<"messageQueue">) {
  const {
    _id: id,
    dueAt: at,
    subject,
    source,
    sourceLabel,
    channel: asked,
    routedChannel: channel = asked,
    state,
  } = row;
  const reaction = (await customerReactionTo(ctx, row))?.emoji;
  return { id, at, subject, sourceKind: source.kind, sourceLabel, channel, state, reaction };
}

async function messageItem(
  ctx: QueryCtx,
  row: Doc<"messageQueue">,
  foreseen: MessageItem["foreseen"],
  latest: number | undefined,
): Promise<MessageItem> {
  const { _id: id, orgId, subject, source, sourceLabel, purpose, channel, routedChannel, dueAt } = row;
  const holder = holderOf(ctx, row);
  const latestAt = Math.min(latest ?? Infinity, row.expiresAt ?? Infinity);
  return {
    kind: "message",
    id,
    at: foreseen !== null && foreseen.kind !== "waits" ? foreseen.at : dueAt,
    subject,
    sourceKind: source.kind,
    sourceLabel,
    purpose,
    channel: routedChannel ?? channel,
    dueAt,
    movedFrom: row.movedFrom ?? null,
    state: isInDoubt(row) ? "in_doubt" : stateOf(row),
    heldBy: holder === null ? null : (await requireMemberOf(ctx, orgId, holder)).displayName,
    latestAt: latestAt === Infinity ? null : latestAt,
    foreseen,
    answer: await plannedAnswer(ctx, row),
  };
}

function stateOf({ state }: Doc<"messageQueue">): "waiting" | "held" | "sending" {
  if (state.kind === "held") return "held";
  return state.kind === "sending" ? "sending" : "waiting";
}

/** With the messages that push others named; one that the caller may not see stays unnamed. */
function shownOf(
  outcome: Foreseen<QueueId>,
  all: ReadonlyMap<QueueId, Foreseen<QueueId>>,
  subjects: ReadonlyMap<QueueId, string>,
): Infer<typeof vForeseen> {
  if (outcome.kind === "waits") return outcome;
  const pushes = outcome.pushes.map(({ rule, to, because }) => {
    const cause = because === null ? undefined : all.get(because);
    const subject = because === null ? undefined : subjects.get(because);
    const isShown = subject !== undefined && cause?.kind === "leaves";
    return { rule, to, because: isShown ? { subject, at: cause.at } : null };
  });
  return { ...outcome, pushes };
}

async function latestOfAll(ctx: QueryCtx, rows: readonly Doc<"messageQueue">[]): Promise<ReadonlyMap<QueueId, number>> {
  const desk = new Desk();
  const latest = new Map<QueueId, number>();
  for (const row of rows) {
    const at = await latestOf(ctx, row, desk);
    if (at !== undefined) latest.set(row._id, at);
  }
  return latest;
}

/** From when on a message of a journey would come after what it prepares for (product.md 4.2 rule 7); undefined: never. */
async function latestOf(ctx: QueryCtx, { source }: Doc<"messageQueue">, desk: Desk): Promise<number | undefined> {
  if (source.kind !== "sequence") return undefined;
  const enrolmentId = ctx.db.normalizeId("enrolments", source.enrolmentId);
  const enrolment = enrolmentId === null ? null : await ctx.db.get("enrolments", enrolmentId);
  if (enrolment === null) return undefined;
  const { flow } = await desk.journeyOf(ctx, enrolment.versionId);
  const step = messagesOf(flow).find(({ stepId }) => stepId === source.stepId);
  return step?.phase === "before" ? (await findBooking(ctx, enrolment.bookingId))?.startsAt : undefined;
}

/** The same for one message. Throws `not_found` for another organisation's. */
export async function latestOfMessage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  queueId: QueueId,
): Promise<number | undefined> {
  return await latestOf(ctx, await requireMessage(ctx, orgId, queueId), new Desk());
}

/** What journeys have ahead that is not in the queue yet. */
async function stepsOf(ctx: QueryCtx, contactId: Id<"contacts">, now: number): Promise<LaneItem[]> {
  const enrolments = await ctx.db
    .query("enrolments")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(MAX_ENROLMENTS);
  const active = enrolments.filter(({ state }) => state.kind === "active").slice(0, MAX_JOURNEYS);
  const desk = new Desk();
  const items: LaneItem[] = [];
  for (const enrolment of active) items.push(...(await stepsOfOne(ctx, enrolment, now, desk)));
  return items;
}

async function stepsOfOne(ctx: QueryCtx, enrolment: Doc<"enrolments">, now: number, desk: Desk): Promise<LaneItem[]> {
  const { _id, sequenceId, bookingId } = enrolment;
  const sequence = await ctx.db.get("sequences", sequenceId);
  const booking = await findBooking(ctx, bookingId);
  if (sequence === null || booking === null) return [];
  const person = await personOf(ctx, enrolment);
  const { visits, runs } = await walkEnrolment(ctx, { enrolment, booking, person }, now, desk);
  const begun = new Set(runs.filter(({ state }) => state.kind !== "waiting").map(({ stepId }) => stepId));
  return visits.flatMap((visit): LaneItem[] => {
    if (visit.kind !== "message" || visit.plan.kind === "skip" || begun.has(visit.node.stepId)) return [];
    const { stepId, name: stepName, purpose, channel } = visit.node;
    const at = visit.plan.kind === "send" ? visit.plan.dueAt : null;
    const awaits = visit.isSure ? "event" : "decision";
    const of = { sequenceName: sequence.name, stepName, purpose, channel, bookingId };
    return [{ kind: "step", id: `${_id}:${stepId}`, at, awaits, ...of }];
  });
}

/** When the team is reminded of the person: conversations that come back, tasks that tell of themselves. */
async function remindersOf(ctx: QueryCtx, contactId: Id<"contacts">, now: number): Promise<LaneItem[]> {
  const items: LaneItem[] = [];
  for (const { _id: threadId, orgId, number, subject, snoozedUntil } of await openThreadsOf(ctx, contactId)) {
    const title = subject === "" ? `#${number}` : subject;
    if (typeof snoozedUntil === "number" && snoozedUntil > now) {
      items.push({ kind: "reminder", id: threadId, at: snoozedUntil, about: "thread", title, threadId });
    }
    for (const task of await tasksOfThread(ctx, orgId, threadId)) {
      const { _id: id, remindAt } = task;
      if (remindAt === undefined || remindAt <= now || !(await callerMaySee(ctx, task))) continue;
      items.push({ kind: "reminder", id, at: remindAt, about: "task", title: task.title, threadId });
    }
  }
  return items;
}
