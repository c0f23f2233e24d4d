import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { goesOnAs, requireContact } from "../../contacts/model";
import { isCustomerChannel, type InternalChannel, type Priority, type ThreadType } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { callerMayOpen, type MaybeMemberCtx, withoutCaller } from "../../lib/threadAccess";
import { requireMemberOf } from "../../orgs/model";
import { requireTeam } from "../../orgs/teams/model";
import { giveByRules } from "../assignment/model/route";
import { assignToTeam } from "../assignment/model/work";
import { checkOrders } from "../model/fields";
import { threadsByKey } from "../model/keyRows";
import { openConversation } from "../model/open";
import { messageByClientId } from "../model/refs";
import { ownThread, patchThread, requireThread } from "../model/rows";
import { addNote, checkNote } from "../model/work";
import { callIn, setPersonal } from "../personal/model";
import { channelOf, makeInternalTicket, ticketOfClient } from "../tickets/model/make";

// Conversations of the team that no customer takes part in (product.md ): discussions and internal tickets.

/** Members one discussion begins with; everybody is "@all" in a note. */
const MAX_PEOPLE = 50;
/** Threads of the caller looked at for the discussion a repeated call made. */
const MAX_RECENT = 20;

type By = { orgId: Id<"organisations">; member: Doc<"members"> };
type WritingCtx = MutationCtx & MaybeMemberCtx;

type Beginning = {
  subject: string;
  text: string;
  orders: readonly string[];
  teamId: Id<"teams"> | null;
  /** The browser's id: the same again is the same conversation. */
  clientId: string;
};

export type NewDiscussion = Beginning & { memberIds: readonly Id<"members">[] };

export type NewInternalTicket = Beginning & { threadType: ThreadType; priority: Priority; category: string };

/**
 * Begins a discussion with its first note: it is its author's, and who takes part follows it and is told. Throws `invalid`
 * with the field, `not_found` for another organisation's member or team.
 */
export async function beginDiscussion(ctx: WritingCtx, by: By, asked: NewDiscussion): Promise<Id<"threads">> {
  const { orgId, member } = by;
  const { text, teamId, clientId } = asked;
  const again = await discussionOfClient(ctx, by, clientId);
  if (again !== null) return again;
  const words = checkNote(text);
  const people = await peopleOf(ctx, by, asked.memberIds);
  if (teamId !== null) await livingTeam(ctx, orgId, teamId);
  const opened = await open(ctx, by, asked, {
    channel: "internal_comment",
    threadType: "project_discussion",
    priority: "normal",
  });
  await patchThread(ctx, opened, { assigneeId: member._id, ...(teamId === null ? {} : { teamId }) });
  const messageId = await addNote(ctx, { orgId, member, threadId: opened._id, text: words, clientId });
  await callIn(ctx, await ownThread(ctx, orgId, opened._id), people, { messageId, by: member });
  return opened._id;
}

/**
 * Opens a ticket that no customer asked for: its words are a note, a team gets it as its other work, or whoever the rules
 * say where none is named, and what a policy says of resolving it runs from now on. Throws as `beginDiscussion`.
 */
export async function beginInternalTicket(ctx: WritingCtx, by: By, asked: NewInternalTicket): Promise<Id<"threads">> {
  const { orgId, member } = by;
  const { text, teamId, clientId, threadType, priority, category } = asked;
  const again = await ticketOfClient(ctx, orgId, clientId);
  if (again !== null) return again._id;
  const words = text.trim() === "" ? null : checkNote(text);
  const opened = await open(ctx, by, asked, { channel: "internal_ticket", threadType, priority });
  const threadId = opened._id;
  const ticket = await makeInternalTicket(ctx, by, opened, { category, clientId });
  await patchThread(ctx, ticket, {}, "begun");
  if (words !== null) await addNote(ctx, { orgId, member, threadId, text: words, clientId });
  // The caller may hand it to a team whose work they do not see; they follow it all the same.
  const unseen = withoutCaller(ctx);
  if (teamId !== null) await assignToTeam(unseen, member, { threadId, teamId });
  else await giveByRules(unseen, await ownThread(ctx, orgId, threadId), "new", member._id);
  return threadId;
}

async function open(
  ctx: WritingCtx,
  by: By,
  { subject, orders }: Beginning,
  kind: { channel: InternalChannel; threadType: ThreadType; priority: Priority },
): Promise<Doc<"threads">> {
  const about = checkOrders(orders);
  const facts = { ...kind, ...about, subject, contactId: undefined, tags: [], externalReferences: {} };
  const thread = await openConversation(ctx, by, facts);
  await setPersonal(ctx, thread, by.member._id, { isFollowing: true, isUnread: false });
  return thread;
}

/** Who is asked to take part, each once, without the author. */
async function peopleOf(
  ctx: QueryCtx,
  { orgId, member }: By,
  memberIds: readonly Id<"members">[],
): Promise<Id<"members">[]> {
  const ids = [...new Set(memberIds)].filter((id) => id !== member._id);
  if (ids.length > MAX_PEOPLE) {
    throw appError("invalid", `A discussion begins with at most ${MAX_PEOPLE} people.`, { field: "memberIds" });
  }
  for (const id of ids) {
    const { status, displayName } = await requireMemberOf(ctx, orgId, id);
    if (status === "suspended") throw appError("invalid", `${displayName} is suspended.`, { field: "memberIds" });
  }
  return ids;
}

async function livingTeam(ctx: QueryCtx, orgId: Id<"organisations">, teamId: Id<"teams">): Promise<void> {
  const team = await requireTeam(ctx, orgId, teamId);
  if (team.isArchived) throw appError("invalid", `${team.name} is archived.`, { field: "teamId" });
}

async function discussionOfClient(
  ctx: QueryCtx,
  { orgId, member }: By,
  clientId: string,
): Promise<Id<"threads"> | null> {
  const recent = await ctx.db
    .query("threads")
    .withIndex("by_org_assignee_channel", (q) =>
      q.eq("orgId", orgId).eq("isOpen", true).eq("assigneeId", member._id).eq("channel", "internal_comment"),
    )
    .order("desc")
    .take(MAX_RECENT);
  for (const { _id } of recent) if ((await messageByClientId(ctx, _id, clientId)) !== null) return _id;
  return null;
}

/**
 * Says whose an internal conversation is: from then on it is one like others, answered where the person is reached first.
 * The customer of a ticket waits for an answer from now on. Throws `conflict` when it has a customer, and for somebody who
 * was erased.
 */
export async function linkCustomer(
  ctx: WritingCtx,
  { orgId, member }: By,
  { threadId, contactId }: { threadId: Id<"threads">; contactId: Id<"contacts"> },
): Promise<void> {
  const thread = await requireThread(ctx, orgId, threadId);
  if (thread.contactId !== undefined || isCustomerChannel(thread.channel)) {
    throw appError("conflict", "This conversation has a customer already.", { field: "contactId" });
  }
  const contact = await goesOnAs(ctx, await requireContact(ctx, orgId, contactId));
  if (contact.erasedAt !== undefined) throw appError("conflict", "This person was erased.", { field: "contactId" });
  const patch = { contactId: contact._id, channel: await channelOf(ctx, contact._id) };
  await patchThread(ctx, thread, patch, thread.ticketId === undefined ? "changed" : "customer_wrote");
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "thread.customer_linked",
    subject: { table: "threads", id: thread._id },
  });
}

/** The newest discussion about an order that the caller may open, open ones first; null when there is none. */
export async function discussionOfOrder(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  order: string,
): Promise<Doc<"threads"> | null> {
  const found: Doc<"threads">[] = [];
  for (const id of await threadsByKey(ctx, orgId, order)) {
    const thread = await ctx.db.get("threads", id);
    if (thread?.channel === "internal_comment" && (await callerMayOpen(ctx, thread))) found.push(thread);
  }
  return found.find(({ isOpen }) => isOpen) ?? found[0] ?? null;
}
