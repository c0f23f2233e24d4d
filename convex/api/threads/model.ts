import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { livingAccount, nameOf } from "../../contacts/accounts/model";
import { primaryAddress, requireContact } from "../../contacts/model";
import { requireFile, presentFile } from "../../files/model";
import { changeThread, checkOrders, type ThreadFields } from "../../inbox/model/fields";
import type { ThreadView } from "../../inbox/filters";
import { pageOfContactThreads, pageOfMessages, senderName } from "../../inbox/model/lists";
import { changeMessage, requireMessageOf } from "../../inbox/model/messageFields";
import { openConversation } from "../../inbox/model/open";
import { pageOfThreads } from "../../inbox/model/ranges";
import { logCall } from "../../inbox/calls/model";
import { receiveMessage } from "../../inbox/model/receive";
import { sendReply } from "../../inbox/model/reply";
import { pageOfAccount } from "../../inbox/ofAccount/model";
import { requireThread } from "../../inbox/model/rows";
import { addNote, assignThread, setThreadStatus } from "../../inbox/model/work";
import { ordersOf } from "../../inbox/references/orders";
import type { Channel } from "../../lib/closedSets";
import { randomToken } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";
import { requireMemberOf } from "../../orgs/model";
import { accountIdOf } from "../accounts/model";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { contactOf } from "../contacts/model";
import { actingMember, idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiEntry, ApiNewThread, ApiThread, ApiThreadChange, ApiThreadMessage } from "./schema";

type Page = { limit: number; cursor?: string };
type Asked = Page & { view: ThreadView; channel?: Channel; contactId?: string; organizationId?: string };

/** A page of conversations, newest activity first: a view of the inbox, one person's, or one organisation's. */
export async function listThreads(ctx: QueryCtx, caller: ApiCaller, asked: Asked) {
  const result = await threadsAsked(ctx, caller, asked);
  return pageOf(await Promise.all(result.page.map((thread) => viewOf(ctx, thread))), result);
}

async function threadsAsked(ctx: QueryCtx, caller: ApiCaller, asked: Asked) {
  const { orgId } = caller;
  const { view, channel, contactId, organizationId } = asked;
  const paginationOpts = paginationOf(asked);
  const member = await actingMember(ctx, caller);
  if (organizationId !== undefined) {
    return await pageOfAccount(ctx, await accountIdOf(ctx, orgId, organizationId, "organizationId"), paginationOpts);
  }
  if (contactId !== undefined) {
    return await pageOfContactThreads(ctx, (await contactById(ctx, orgId, contactId))._id, paginationOpts);
  }
  return await pageOfThreads(ctx, { orgId, member }, { view, channel, paginationOpts });
}

/** One conversation. Throws `not_found`. */
export async function readThread(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiThread> {
  return await viewOf(ctx, await threadById(ctx, orgId, id));
}

/** A page of a conversation's entries, newest first. Throws `not_found`. */
export async function listEntries(ctx: QueryCtx, { orgId }: ApiCaller, id: string, page: Page) {
  const threadId = idOf(ctx, "threads", id, "This conversation does not exist.");
  const result = await pageOfMessages(ctx, orgId, { threadId, paginationOpts: paginationOf(page) });
  return pageOf(await Promise.all(result.page.map((message) => entryOf(ctx, message))), result);
}

/** Opens a conversation, with its first entry if there is one. Throws `invalid` or `not_found` with the field. */
export async function createThread(
  ctx: MutationCtx,
  caller: ApiCaller,
  {
    contact,
    message,
    assigneeId,
    type,
    order,
    orders,
    attributes,
    customerOrganizationId,
    partnerOrganizationId,
    ...rest
  }: ApiNewThread,
  write: Write,
): Promise<Answer<ApiThread>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const member = await actingMember(ctx, caller);
    const { contactId } = await contactOf(ctx, orgId, contact, "contact");
    const about = checkOrders(orders ?? (order === undefined ? [] : [order]));
    const named = await accountsNamed(ctx, orgId, { customerOrganizationId, partnerOrganizationId });
    const fields = { ...rest, contactId, threadType: type, ...about };
    const opened = await openConversation(ctx, { orgId, member }, fields);
    const thread = await changeThread(ctx, { orgId, member }, opened._id, { ...named, attributes });
    await assign(ctx, member, thread, assigneeId);
    if (message !== undefined) await writeEntry(ctx, caller, member, thread, message);
    return { status: 201, body: await viewOf(ctx, await requireThread(ctx, orgId, thread._id)) };
  });
}

/** Changes a conversation. Throws `not_found`, `invalid`, or `conflict` when `If-Match` names an older state. */
export async function updateThread(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  {
    status,
    assigneeId,
    type,
    order,
    orders,
    customerOrganizationId,
    partnerOrganizationId,
    ...fields
  }: ApiThreadChange,
  write: Write,
): Promise<Answer<ApiThread>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const member = await actingMember(ctx, caller);
    const thread = await threadById(ctx, orgId, id);
    await requireMatch(write, await viewOf(ctx, thread));
    const who = { orgId, member, threadId: thread._id };
    const about = orders ?? (order === undefined ? undefined : order === null ? [] : [order]);
    const named = await accountsNamed(ctx, orgId, { customerOrganizationId, partnerOrganizationId });
    const changes = { ...fields, ...named, ...(type === undefined ? {} : { threadType: type }), orders: about };
    await changeThread(ctx, who, thread._id, changes);
    await assign(ctx, member, thread, assigneeId);
    if (status !== undefined) await setThreadStatus(ctx, { ...who, status });
    return { status: 200, body: await viewOf(ctx, await requireThread(ctx, orgId, thread._id)) };
  });
}

/** Writes an answer, a note, a call, or what the customer said elsewhere. Throws `not_found` or `invalid` with the field. */
export async function createEntry(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  entry: ApiEntry,
  write: Write,
): Promise<Answer<ApiThreadMessage>> {
  return await once(ctx, caller, write, async () => {
    const member = await actingMember(ctx, caller);
    const thread = await threadById(ctx, caller.orgId, id);
    const messageId = await writeEntry(ctx, caller, member, thread, entry);
    return { status: 201, body: await entryById(ctx, caller.orgId, thread._id, messageId) };
  });
}

/** Changes an entry. Throws `not_found`, `conflict` for words that were sent or received. */
export async function updateEntry(
  ctx: MutationCtx,
  caller: ApiCaller,
  { id, messageId: messageIdText }: { id: string; messageId: string },
  change: { text?: string; metadata?: Record<string, string> },
  write: Write,
): Promise<Answer<ApiThreadMessage>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const member = await actingMember(ctx, caller);
    const threadId = idOf(ctx, "threads", id, "This conversation does not exist.");
    const messageId = idOf(ctx, "messages", messageIdText, "This message does not exist.");
    const message = await requireMessageOf(ctx, orgId, threadId, messageId);
    await requireMatch(write, await entryOf(ctx, message));
    return { status: 200, body: await entryOf(ctx, await changeMessage(ctx, member, message, change)) };
  });
}

/** The organisations that a request names, as the inbox takes them; absent ones stay, null takes one away. */
async function accountsNamed(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  {
    customerOrganizationId: customer,
    partnerOrganizationId: partner,
  }: Pick<ApiThreadChange, "customerOrganizationId" | "partnerOrganizationId">,
): Promise<Pick<ThreadFields, "customerAccountId" | "partnerAccountId">> {
  const idOrNone = async (id: string | null | undefined, field: string) =>
    id === undefined || id === null ? id : await accountIdOf(ctx, orgId, id, field);
  return {
    customerAccountId: await idOrNone(customer, "customerOrganizationId"),
    partnerAccountId: await idOrNone(partner, "partnerOrganizationId"),
  };
}

async function assign(
  ctx: MutationCtx,
  member: Doc<"members">,
  { _id: threadId, orgId }: Doc<"threads">,
  id: string | null | undefined,
): Promise<void> {
  if (id === undefined) return;
  if (!can(member.role, "inbox.assign")) {
    throw appError("forbidden", "The member who made this key may not assign.", { field: "assigneeId" });
  }
  const assigneeId = id === null ? null : idOf(ctx, "members", id, "This member does not exist.", "assigneeId");
  await assignThread(ctx, { orgId, member, threadId, assigneeId });
}

async function writeEntry(
  ctx: MutationCtx,
  { orgId, apiKeyId }: ApiCaller,
  member: Doc<"members">,
  thread: Doc<"threads">,
  { type, text, html, close = false, from, externalMessageId, at, ...call }: ApiEntry,
): Promise<Id<"messages">> {
  const by = { orgId, member, threadId: thread._id, text, clientId: `api:${randomToken()}` };
  if (type === "internal_note") return await addNote(ctx, by);
  if (type === "phone_call") {
    const { direction = "outgoing", outcome = "answered", seconds = 0, callbackAt } = call;
    const facts = { direction, outcome, seconds, callbackAt, text, at: at ?? Date.now(), clientId: by.clientId };
    return await logCall(ctx, by, thread._id, facts);
  }
  if (type === "outgoing") return (await sendReply(ctx, { ...by, html, close, from })).messageId;
  const key = `${apiKeyId}.${externalMessageId ?? randomToken()}@api.invalid`;
  return await receiveEntry(ctx, thread, { text, key, sentAt: at ?? null });
}

async function receiveEntry(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { text, key, sentAt }: { text: string; key: string; sentAt: number | null },
): Promise<Id<"messages">> {
  const { orgId, contactId, channel } = thread;
  const from = contactId === undefined ? null : await primaryAddress(ctx, contactId, channel);
  if (from === null || channel === "webhook") {
    throw appError("invalid", `The customer has no address for ${channel}.`, { field: "type" });
  }
  const received = await receiveMessage(ctx, {
    orgId,
    channel,
    inboxChannel: null,
    from: { address: from.address },
    recipients: [],
    subject: thread.subject,
    text,
    files: [],
    externalMessageId: key,
    inReplyTo: [],
    references: [],
    plusTokens: [thread.replyToken],
    sentAt,
    automatic: null,
  });
  return received.messageId;
}

async function entryById(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
  messageId: Id<"messages">,
): Promise<ApiThreadMessage> {
  return await entryOf(ctx, await requireMessageOf(ctx, orgId, threadId, messageId));
}

async function threadById(ctx: QueryCtx, orgId: Id<"organisations">, id: string): Promise<Doc<"threads">> {
  return await requireThread(ctx, orgId, idOf(ctx, "threads", id, "This conversation does not exist."));
}

async function contactById(ctx: QueryCtx, orgId: Id<"organisations">, id: string): Promise<Doc<"contacts">> {
  return await requireContact(ctx, orgId, idOf(ctx, "contacts", id, "This contact does not exist."));
}

async function viewOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<ApiThread> {
  const { orgId, contactId, assigneeId } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const assignee = assigneeId === undefined ? null : await requireMemberOf(ctx, orgId, assigneeId);
  return {
    id: thread._id,
    number: thread.number,
    subject: thread.subject,
    type: thread.threadType,
    priority: thread.priority,
    status: thread.status,
    channel: thread.channel,
    contact: contact === null ? null : { id: contact._id, name: contact.name },
    customerOrganization: nameOf(await livingAccount(ctx, thread.customerAccountId)),
    partnerOrganization: nameOf(await livingAccount(ctx, thread.partnerAccountId)),
    assignee: assignee === null ? null : { memberId: assignee._id, name: assignee.displayName },
    order: thread.orderRef ?? null,
    orders: ordersOf(thread),
    tags: thread.tags,
    externalReferences: thread.externalReferences,
    attributes: thread.attributes ?? {},
    lastMessageAt: thread.lastMessageAt,
    responseDueAt: thread.responseDueAt ?? null,
    createdAt: thread._creationTime,
  };
}

async function entryOf(ctx: QueryCtx, message: Doc<"messages">): Promise<ApiThreadMessage> {
  const { orgId, fileIds } = message;
  const files = await Promise.all(
    fileIds.map(async (fileId) => await presentFile(ctx, await requireFile(ctx, orgId, fileId))),
  );
  return {
    id: message._id,
    threadId: message.threadId,
    type: message.messageType,
    channel: message.channel ?? null,
    sender: { kind: message.sender.kind, name: await senderName(ctx, message) },
    recipients: message.recipients,
    from: message.from ?? null,
    subject: message.subject ?? null,
    text: message.text,
    html: message.html ?? null,
    attachments: files,
    deliveryStatus: message.deliveryStatus ?? null,
    failureReason: message.failureReason ?? null,
    readAt: message.readAt ?? null,
    metadata: message.metadata ?? {},
    call: callOf(message),
    at: message.at,
  };
}

function callOf({ call }: Doc<"messages">): ApiThreadMessage["call"] {
  if (call === undefined) return null;
  const { direction, outcome, seconds, callbackAt = null } = call;
  return { direction, outcome, seconds, callbackAt };
}
