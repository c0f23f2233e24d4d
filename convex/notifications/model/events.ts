import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { requireMessageRow } from "../../inbox/model/messageFields";
import { findThread } from "../../inbox/model/rows";
import { listenersOf } from "../../inbox/personal/model";
import { can } from "../../lib/permissions";
import { listMembers, requireMemberOf } from "../../orgs/model";
import { listTeamMembers } from "../../orgs/teams/model";
import { membersFor } from "../../sla/model/targets";
import { requireTask } from "../../tasks/model";
import { tell } from "./store";

type Event = Doc<"domainEvents">;

/** Tells the members whom an event concerns (product.md A-46). The same event again tells nobody twice. */
export async function tellOfEvent(ctx: MutationCtx, event: Event): Promise<void> {
  switch (event.kind) {
    case "thread.assigned":
      return await tellAssigned(ctx, event);
    case "thread.team_given":
      return await tellTeam(ctx, event);
    case "thread.created":
      return await tellUnassigned(ctx, event);
    case "message.received":
      return await tellReceived(ctx, event);
    case "member.mentioned":
      return await tellMentioned(ctx, event);
    case "task.assigned":
      return await tellTaskAssigned(ctx, event);
    case "task.reminder":
      return await tellReminder(ctx, event);
    case "sla.stage":
      return await tellStage(ctx, event);
    case "message.failed":
    case "message.bounced":
      return await tellFailed(ctx, event);
    case "survey.answered":
      return await tellRating(ctx, event);
    case "alert.raised":
      return await tellAlert(ctx, event);
    default:
      return;
  }
}

async function threadOf(ctx: MutationCtx, { orgId, subject }: Event): Promise<Doc<"threads"> | null> {
  // Events carry ids as text.
  const threadId = ctx.db.normalizeId("threads", subject.threadId ?? "");
  return threadId === null ? null : await findThread(ctx, orgId, threadId);
}

/** Who takes a conversation knows it; and who no longer has it when this runs need not look. */
async function tellAssigned(ctx: MutationCtx, event: Event): Promise<void> {
  const thread = await threadOf(ctx, event);
  const { assigneeId, by } = event.payload;
  if (thread?.assigneeId === undefined || thread.assigneeId !== assigneeId || by === assigneeId) return;
  const member = await requireMemberOf(ctx, event.orgId, thread.assigneeId);
  const target = { kind: "thread", threadId: thread._id } as const;
  await tell(ctx, member, { kind: "assigned", target, key: `assigned:${thread._id}`, cause: event._id }, event.at);
}

/** The same of a task; who holds it when this runs is told. */
async function tellTaskAssigned(ctx: MutationCtx, { _id: cause, orgId, payload, at }: Event): Promise<void> {
  const taskId = ctx.db.normalizeId("tasks", String(payload.taskId));
  if (taskId === null) return;
  const { assigneeId } = await requireTask(ctx, orgId, taskId);
  if (assigneeId === undefined || assigneeId !== payload.assigneeId || assigneeId === payload.by) return;
  const member = await requireMemberOf(ctx, orgId, assigneeId);
  const target = { kind: "task", taskId } as const;
  await tell(ctx, member, { kind: "task_assigned", target, key: `given:${taskId}`, cause }, at);
}

/** Whoever holds a task when its reminder comes, else who made it. */
async function tellReminder(ctx: MutationCtx, { orgId, payload, at }: Event): Promise<void> {
  const taskId = ctx.db.normalizeId("tasks", String(payload.taskId));
  if (taskId === null) return;
  const { assigneeId, createdBy } = await requireTask(ctx, orgId, taskId);
  const memberId = assigneeId ?? (createdBy.kind === "member" ? createdBy.memberId : undefined);
  if (memberId === undefined) return;
  const target = { kind: "task", taskId } as const;
  const news = { kind: "task_due", target, key: `remind:${taskId}`, cause: String(payload.at) } as const;
  await tell(ctx, await requireMemberOf(ctx, orgId, memberId), news, at);
}

/**
 * A customer's new conversation that nobody has: its team, else everybody who wants to hear of such. Those who are away are
 * told only where all are. Once a conversation, whatever becomes of it.
 */
async function tellUnassigned(ctx: MutationCtx, event: Event): Promise<void> {
  const thread = await threadOf(ctx, event);
  // One that a member began is no work that waits.
  if (thread === null || event.subject.messageId === undefined) return;
  const { _id: threadId, isOpen, assigneeId, teamId } = thread;
  if (!isOpen || assigneeId !== undefined) return;
  const kind = teamId === undefined ? "unassigned" : "team_unassigned";
  const members = teamId === undefined ? await listMembers(ctx, event.orgId) : await peopleOf(ctx, event.orgId, teamId);
  const news = { kind, target: { kind: "thread", threadId }, ...causeOf(thread) } as const;
  for (const member of presentOf(members)) await tell(ctx, member, news, event.at);
}

/** One telling for the arrival in a team, whether the conversation came in there or was moved. */
function causeOf({ _id, teamId }: Doc<"threads">) {
  return { key: `unassigned:${_id}`, cause: teamId === undefined ? _id : `${_id}:${teamId}` };
}

/** A conversation that nobody has was moved to another team: new work of theirs, but for whoever moved it. */
async function tellTeam(ctx: MutationCtx, event: Event): Promise<void> {
  const thread = await threadOf(ctx, event);
  if (thread === null) return;
  const { _id: threadId, isOpen, assigneeId, teamId } = thread;
  if (!isOpen || assigneeId !== undefined || teamId === undefined || teamId !== event.payload.teamId) return;
  // Rules that gave it its first team did so while it came in: that is told with the conversation itself.
  if (event.payload.by === null && event.payload.previousTeamId === null) return;
  const news = { kind: "team_unassigned", target: { kind: "thread", threadId }, ...causeOf(thread) } as const;
  for (const member of presentOf(await peopleOf(ctx, event.orgId, teamId))) {
    if (member._id !== event.payload.by) await tell(ctx, member, news, event.at);
  }
}

async function peopleOf(ctx: MutationCtx, orgId: Id<"organisations">, teamId: Id<"teams">): Promise<Doc<"members">[]> {
  const rows = await listTeamMembers(ctx, teamId);
  return await Promise.all(rows.map(({ memberId }) => requireMemberOf(ctx, orgId, memberId)));
}

function presentOf(members: Doc<"members">[]): Doc<"members">[] {
  const active = members.filter(({ status }) => status === "active");
  const present = active.filter(({ away }) => away === undefined);
  return present.length === 0 ? active : present;
}

/** Its holder and who follows it, but for those who muted it. */
async function tellReceived(ctx: MutationCtx, event: Event): Promise<void> {
  const thread = await threadOf(ctx, event);
  if (thread === null) return;
  const target = { kind: "thread", threadId: thread._id } as const;
  for (const memberId of await listenersOf(ctx, thread)) {
    const member = await requireMemberOf(ctx, event.orgId, memberId);
    await tell(ctx, member, { kind: "new_message", target, key: `message:${thread._id}`, cause: event._id }, event.at);
  }
}

/** Whoever a note names is told, also where they muted the conversation: somebody means them. */
async function tellMentioned(ctx: MutationCtx, event: Event): Promise<void> {
  const thread = await threadOf(ctx, event);
  if (thread === null) return;
  const target = { kind: "thread", threadId: thread._id } as const;
  for (const id of String(event.payload.memberIds).split(",")) {
    const memberId = ctx.db.normalizeId("members", id);
    if (memberId === null) continue;
    const member = await requireMemberOf(ctx, event.orgId, memberId);
    await tell(ctx, member, { kind: "mentioned", target, key: `mentioned:${thread._id}`, cause: event._id }, event.at);
  }
}

/** A deadline of nobody's conversation concerns its team, else those who lead: somebody has to take it. */
async function holdersOf(
  ctx: MutationCtx,
  { orgId, assigneeId, teamId }: Doc<"threads">,
): Promise<readonly Doc<"members">[]> {
  if (assigneeId !== undefined) return [await requireMemberOf(ctx, orgId, assigneeId)];
  const people = teamId === undefined ? [] : presentOf(await peopleOf(ctx, orgId, teamId));
  return people.length > 0 ? people : await membersFor(ctx, orgId, "role:team_lead", teamId);
}

async function tellStage(ctx: MutationCtx, event: Event): Promise<void> {
  const thread = await threadOf(ctx, event);
  if (thread === null) return;
  const { clockId, stage, to } = event.payload;
  const isHolders = to === "assignee";
  const members = isHolders
    ? await holdersOf(ctx, thread)
    : await membersFor(ctx, event.orgId, String(to), thread.teamId);
  const target = { kind: "thread", threadId: thread._id } as const;
  const news = { kind: "deadline", target, key: `sla:${String(clockId)}`, cause: event._id } as const;
  for (const member of members) await tell(ctx, member, { ...news, detail: String(stage) }, event.at);
}

/** A reply that did not arrive concerns who wrote it; messages of journeys have no such person. */
async function tellFailed(ctx: MutationCtx, event: Event): Promise<void> {
  const messageId = ctx.db.normalizeId("messages", event.subject.messageId ?? "");
  if (messageId === null || event.subject.threadId === undefined) return;
  const { sender, threadId } = await requireMessageRow(ctx, event.orgId, messageId);
  if (sender.kind !== "member") return;
  const member = await requireMemberOf(ctx, event.orgId, sender.memberId);
  const target = { kind: "thread", threadId } as const;
  await tell(ctx, member, { kind: "reply_failed", target, key: `failed:${messageId}`, cause: messageId }, event.at);
}

/** A bad rating concerns who had the conversation, and team leads: an apology is theirs to give. */
async function tellRating(ctx: MutationCtx, event: Event): Promise<void> {
  const thread = await threadOf(ctx, event);
  if (thread === null || event.payload.isBad !== true) return;
  const target = { kind: "thread", threadId: thread._id } as const;
  const news = { kind: "bad_rating", target, key: `rating:${thread._id}`, cause: event._id } as const;
  for (const member of await listMembers(ctx, event.orgId)) {
    const isLead = member.role === "team_lead" || member.role === "manager";
    if (member._id === thread.assigneeId || isLead) await tell(ctx, member, news, event.at);
  }
}

/** Alerts are for those who may do something about sending. */
async function tellAlert(ctx: MutationCtx, event: Event): Promise<void> {
  const { alertId, severity } = event.payload;
  const cause = `${String(alertId)}:${String(severity)}`;
  const news = { kind: "alert", target: { kind: "alerts" }, key: `alert:${String(alertId)}`, cause } as const;
  for (const member of await listMembers(ctx, event.orgId)) {
    if (!can(member.role, "delivery.operate")) continue;
    await tell(ctx, member, { ...news, detail: String(severity) }, event.at);
  }
}
