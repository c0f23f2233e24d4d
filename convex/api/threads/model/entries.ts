import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { primaryAddress } from "../../../contacts/model";
import { presentFile, requireFile } from "../../../files/model";
import { problemText } from "../../../inbox/attachments/limits";
import { attach } from "../../../inbox/attachments/model";
import { logCall } from "../../../inbox/calls/model";
import { pageOfMessages } from "../../../inbox/model/lists";
import { senderName } from "../../../inbox/model/senderName";
import { changeMessage, requireMessageOf } from "../../../inbox/model/messageFields";
import { receiveMessage } from "../../../inbox/model/receive";
import { sendReply, type NewReply } from "../../../inbox/model/reply";
import { isCustomerChannel } from "../../../lib/closedSets";
import { requireCustomerChannel, requireThread } from "../../../inbox/model/rows";
import { addNote } from "../../../inbox/model/work";
import { recipientsOf } from "../../../inbox/recipients/model";
import type { Envelope } from "../../../inbox/recipients/rules";
import { randomToken } from "../../../lib/crypto";
import { appError } from "../../../lib/errors";
import { once, requireMatch, type Answer } from "../../answers/model";
import type { Write } from "../../answers/schema";
import { actingMember, idOf, type ApiCaller } from "../../model";
import { pageOf, paginationOf } from "../../paging";
import type { ApiEntry, ApiThreadMessage } from "../schema";

// What is said in a conversation, as the API reads and writes it.

type Page = { limit: number; cursor?: string };

/** A page of a conversation's entries, newest first. Throws `not_found`. */
export async function listEntries(ctx: QueryCtx, { orgId }: ApiCaller, id: string, page: Page) {
  const threadId = idOf(ctx, "threads", id, "This conversation does not exist.");
  const result = await pageOfMessages(ctx, orgId, { threadId, paginationOpts: paginationOf(page) });
  return pageOf(await Promise.all(result.page.map((message) => entryOf(ctx, message))), result);
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
    const thread = await threadOf(ctx, caller, id);
    const messageId = await writeEntry(ctx, caller, member, thread, entry);
    return { status: 201, body: await readEntry(ctx, caller, { id: thread._id, messageId }) };
  });
}

/** Changes an entry. Throws `not_found`, `conflict` for words that were sent or received. */
export async function updateEntry(
  ctx: MutationCtx,
  caller: ApiCaller,
  ids: { id: string; messageId: string },
  change: { text?: string; metadata?: Record<string, string> },
  write: Write,
): Promise<Answer<ApiThreadMessage>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const member = await actingMember(ctx, caller);
    const message = await messageById(ctx, orgId, ids);
    await requireMatch(write, await entryOf(ctx, message));
    return { status: 200, body: await entryOf(ctx, await changeMessage(ctx, member, message, change)) };
  });
}

async function threadOf(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<Doc<"threads">> {
  return await requireThread(ctx, orgId, idOf(ctx, "threads", id, "This conversation does not exist."));
}

/** Writes an entry into a conversation, in the name of a member. Throws like `createEntry`. */
export async function writeEntry(
  ctx: MutationCtx,
  { orgId, apiKeyId }: ApiCaller,
  member: Doc<"members">,
  thread: Doc<"threads">,
  entry: ApiEntry,
): Promise<Id<"messages">> {
  const { type, text, externalMessageId, at } = entry;
  const by = { orgId, member, threadId: thread._id, text, clientId: `api:${randomToken()}` };
  if (type === "outgoing") return await answer(ctx, by, thread, entry);
  if (type === "internal_note") return await addNote(ctx, by);
  if (type === "phone_call") {
    const { direction = "outgoing", outcome = "answered", seconds = 0, callbackAt } = entry;
    const facts = { direction, outcome, seconds, callbackAt, text, at: at ?? Date.now(), clientId: by.clientId };
    return await logCall(ctx, by, thread._id, facts);
  }
  const key = `${apiKeyId}.${externalMessageId ?? randomToken()}@api.invalid`;
  return await receiveEntry(ctx, thread, { text, key, sentAt: at ?? null });
}

type Writer = Pick<NewReply, "orgId" | "member" | "threadId" | "text" | "clientId">;

async function answer(
  ctx: MutationCtx,
  by: Writer,
  thread: Doc<"threads">,
  { html, close = false, from, files = [], sendAt, cancelIfAnswered = true, ...people }: ApiEntry,
): Promise<Id<"messages">> {
  const { channel } = requireCustomerChannel(thread);
  const plan = sendAt === undefined ? undefined : { sendAt, cancelIfAnswered };
  const envelope = await envelopeOf(ctx, thread, people);
  const fileIds: Id<"files">[] = [];
  for (const { storageId, name } of files) {
    const attached = await attach(ctx, by, { storageId, name, channel });
    if (attached.kind === "refused") {
      throw appError("invalid", problemText(attached.problem), { field: "attachments" });
    }
    fileIds.push(attached.file.fileId);
  }
  const reply = { ...by, html, close, from, envelope, fileIds, plan, kind: "reply" as const };
  return (await sendReply(ctx, reply)).messageId;
}

/** Who a mail goes to, where the request says so; whom it does not name stays as the newest mail has them. */
async function envelopeOf(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  { to, cc, bcc }: Pick<ApiEntry, "to" | "cc" | "bcc">,
): Promise<Envelope | undefined> {
  const named = Object.entries({ to, cc, bcc }).find(([, addresses]) => addresses !== undefined);
  if (named === undefined) return undefined;
  if (thread.channel !== "email") {
    throw appError("invalid", "Only e-mail has recipients to choose.", { field: named[0] });
  }
  return { to: to ?? (await recipientsOf(ctx, thread)).reply.to, cc: cc ?? [], bcc: bcc ?? [] };
}

async function receiveEntry(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { text, key, sentAt }: { text: string; key: string; sentAt: number | null },
): Promise<Id<"messages">> {
  const { orgId, contactId, channel } = thread;
  const from = contactId === undefined ? null : await primaryAddress(ctx, contactId, channel);
  if (from === null || channel === "webhook" || !isCustomerChannel(channel)) {
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

/** One entry of a conversation. Throws `not_found`. */
export async function readEntry(
  ctx: QueryCtx,
  { orgId }: ApiCaller,
  ids: { id: string; messageId: string },
): Promise<ApiThreadMessage> {
  return await entryOf(ctx, await messageById(ctx, orgId, ids));
}

async function messageById(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { id, messageId }: { id: string; messageId: string },
): Promise<Doc<"messages">> {
  const threadId = idOf(ctx, "threads", id, "This conversation does not exist.");
  return await requireMessageOf(ctx, orgId, threadId, idOf(ctx, "messages", messageId, "This message does not exist."));
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
    scheduledFor: message.heldUntil ?? null,
    at: message.at,
  };
}

function callOf({ call }: Doc<"messages">): ApiThreadMessage["call"] {
  if (call === undefined) return null;
  const { direction, outcome, seconds, callbackAt = null } = call;
  return { direction, outcome, seconds, callbackAt };
}
