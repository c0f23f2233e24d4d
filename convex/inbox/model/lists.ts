import { filter } from "convex-helpers/server/filter";
import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { livingAccount, nameOf } from "../../contacts/accounts/model";
import { addressesOf, primaryAddress, requireContact } from "../../contacts/model";
import { presentFile, requireFile } from "../../files/model";
import { callerMayOpen, callerMayOpenId, mayOpenThread, type MaybeMemberCtx } from "../../lib/threadAccess";
import { requireMemberOf } from "../../orgs/model";
import { requireTeam } from "../../orgs/teams/model";
import type { ThreadFilter } from "../filters";
import { pageOfThreads, type Viewer } from "./ranges";
import { heldOf } from "../sending/model/holds";
import { retryOfReply } from "../sending/model/retry";
import { personalOf } from "../personal/model";
import { ordersOf } from "../references/orders";
import { threadsByKey } from "./keyRows";
import { ownThread, requireThread } from "./rows";
import { senderName } from "./senderName";
import { quoteOf, reactionsOf } from "../chats/model";
import { presentCall } from "../calls/model/present";

/** Hits of the message index that are folded into threads; one screen of results. */
const MAX_HITS = 60;
const MAX_FOUND_THREADS = 20;

type AskedThreads = ThreadFilter & { paginationOpts: PaginationOptions };

/** One page of a filter as the list shows it. */
export async function listThreads(ctx: QueryCtx, viewer: Viewer, asked: AskedThreads) {
  const result = await pageOfThreads(ctx, viewer, asked);
  const { member } = viewer;
  return { ...result, page: await Promise.all(result.page.map((thread) => presentThread(ctx, thread, member._id))) };
}

/** A person's conversations that the caller may open, newest activity first. */
export async function pageOfContactThreads(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  paginationOpts: PaginationOptions,
) {
  const threads = ctx.db.query("threads").withIndex("by_contact", (q) => q.eq("contactId", contactId));
  const shown = filter(
    threads.order("desc"),
    async (thread) => thread.mergedIntoId === undefined && (await callerMayOpen(ctx, thread)),
  );
  return await shown.paginate(paginationOpts);
}

/** A thread with what its header and context panel show. */
export async function threadDetail(ctx: QueryCtx, { orgId, member }: Viewer, threadId: Id<"threads">) {
  const thread = await requireThread(ctx, orgId, threadId);
  const { contactId, channel } = thread;
  const addresses = contactId === undefined ? [] : await addressesOf(ctx, contactId);
  const team = thread.teamId === undefined ? null : await requireTeam(ctx, orgId, thread.teamId);
  const reply = contactId === undefined ? null : await primaryAddress(ctx, contactId, channel);
  return {
    ...(await presentThread(ctx, thread, member._id)),
    contactAddresses: addresses.map((row) => ({
      channel: row.channel,
      address: row.address,
      isPrimary: row.isPrimary,
      state: row.state,
    })),
    replyAddress: reply?.address ?? null,
    orders: ordersOf(thread),
    externalReferences: thread.externalReferences,
    attributes: thread.attributes ?? {},
    customerAccount: nameOf(await livingAccount(ctx, thread.customerAccountId)),
    partnerAccount: nameOf(await livingAccount(ctx, thread.partnerAccountId)),
    team: team === null ? null : { id: team._id, name: team.name },
  };
}

type AskedMessages = { threadId: Id<"threads">; paginationOpts: PaginationOptions };

/** The rows of a timeline, newest first. Throws `not_found` for another organisation's thread. */
export async function pageOfMessages(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { threadId, paginationOpts }: AskedMessages,
) {
  const thread = await requireThread(ctx, orgId, threadId);
  const messages = ctx.db.query("messages").withIndex("by_thread", (q) => q.eq("threadId", thread._id));
  return await messages.order("desc").paginate(paginationOpts);
}

/** The timeline as the screen shows it. */
export async function listMessages(ctx: QueryCtx, orgId: Id<"organisations">, asked: AskedMessages) {
  const result = await pageOfMessages(ctx, orgId, asked);
  return { ...result, page: await Promise.all(result.page.map((message) => presentMessage(ctx, message))) };
}

/** Threads whose messages contain the words, best first; "#12" or "12" finds the thread of that number too, an
 * order number or a reference those that have it.
 */
export async function searchThreads(ctx: QueryCtx, { orgId, member }: Viewer, text: string) {
  const words = text.trim();
  if (words === "") return [];
  const byNumber = await threadByNumber(ctx, orgId, words);
  const hits = await ctx.db
    .query("messages")
    .withSearchIndex("search", (q) => q.search("text", words).eq("orgId", orgId))
    .take(MAX_HITS);
  const byKey = await threadsByKey(ctx, orgId, words);
  const ids = [
    ...new Set([...(byNumber === null ? [] : [byNumber._id]), ...byKey, ...hits.map((hit) => hit.threadId)]),
  ];
  const rows = await Promise.all(ids.map((id) => ownThread(ctx, orgId, id)));
  const found = rows.filter(({ _id }, index) => rows.findIndex((other) => other._id === _id) === index);
  const threads: Doc<"threads">[] = [];
  for (const thread of found) if (await mayOpenThread(ctx, member, thread)) threads.push(thread);
  return await Promise.all(threads.slice(0, MAX_FOUND_THREADS).map((thread) => presentThread(ctx, thread, member._id)));
}

/** The thread of "#12" or "12", or null. */
export async function threadByNumber(ctx: QueryCtx, orgId: Id<"organisations">, words: string) {
  const number = /^#?(\d{1,9})$/.exec(words)?.[1];
  if (number === undefined) return null;
  return await ctx.db
    .query("threads")
    .withIndex("by_org_number", (q) => q.eq("orgId", orgId).eq("number", Number(number)))
    .unique();
}

/** A thread as lists show it to a member. */
export async function presentThread(ctx: QueryCtx, thread: Doc<"threads">, viewerId: Id<"members">) {
  const { orgId, contactId, assigneeId } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const assignee = assigneeId === undefined ? null : await requireMemberOf(ctx, orgId, assigneeId);
  return {
    id: thread._id,
    number: thread.number,
    subject: thread.subject,
    status: thread.status,
    priority: thread.priority,
    threadType: thread.threadType,
    isOpen: thread.isOpen === true,
    channel: thread.channel,
    lastMessageAt: thread.lastMessageAt,
    lastMessagePreview: thread.lastMessagePreview,
    lastMessageType: thread.lastMessageType,
    ...(await personalOf(ctx, thread, viewerId)),
    contact: contact === null ? null : { id: contact._id, name: contact.name },
    assignee: assignee === null ? null : { memberId: assignee._id, name: assignee.displayName },
    tags: thread.tags,
    isTicket: thread.ticketId !== undefined,
    snoozedUntil: thread.snoozedUntil,
    responseDueAt: thread.responseDueAt,
    isOverdue: thread.isOverdue === true,
    isSpam: thread.isSpam === true,
  };
}

async function presentMessage(ctx: QueryCtx, message: Doc<"messages">) {
  const files = await Promise.all(
    message.fileIds.map(async (fileId) => {
      const file = await requireFile(ctx, message.orgId, fileId);
      return { ...(await presentFile(ctx, file)), contentId: file.contentId };
    }),
  );
  return {
    id: message._id,
    messageType: message.messageType,
    channel: message.channel,
    senderName: await senderName(ctx, message),
    senderKind: message.sender.kind,
    senderAddress: message.sender.kind === "contact" ? message.sender.address : undefined,
    subject: message.subject,
    text: message.text,
    quotedText: message.quotedText,
    html: message.html,
    at: message.at,
    deliveryStatus: message.deliveryStatus,
    failureReason: message.failureReason,
    queueId: message.queueId,
    retry: await retryOfReply(ctx, message),
    clientId: message.clientId,
    authorId: message.sender.kind === "member" ? message.sender.memberId : undefined,
    editedAt: message.editedAt,
    removedAt: message.removedAt,
    files,
    missingFiles: (message.missingFiles ?? []).map(({ rawEventId: _, ...shown }) => shown),
    isAutomatic: message.isAutomatic,
    recipients: message.recipients,
    from: message.from,
    isForward: message.isForward === true,
    isSentElsewhere: message.isSentElsewhere === true,
    splitAt: message.splitAt,
    otherThreadId: await otherThread(ctx, message),
    call: await presentCall(ctx, message),
    reactions: await reactionsOf(ctx, message),
    quoted: await quoteOf(ctx, message),
    isChat: message.channel === "whatsapp" && message.externalMessageId !== undefined,
    held: message.heldUntil === undefined ? undefined : await presentHold(ctx, message),
  };
}

async function otherThread(ctx: QueryCtx & MaybeMemberCtx, { otherThreadId }: Doc<"messages">) {
  if (otherThreadId === undefined) return undefined;
  return (await callerMayOpenId(ctx, otherThreadId)) ? otherThreadId : undefined;
}

async function presentHold(ctx: QueryCtx, { _id, threadId }: Doc<"messages">) {
  const held = await heldOf(ctx, _id);
  if (held === null) return undefined;
  const { kind, dueAt, cancelIfAnswered, close } = held;
  return { threadId, kind, dueAt, cancelIfAnswered, close };
}
