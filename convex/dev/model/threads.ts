import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { channelFor } from "../../connections/model";
import { primaryAddress } from "../../contacts/model";
import { requireMessage } from "../../delivery/model";
import { receiveMessage } from "../../inbox/model/receive";
import { sendReply } from "../../inbox/model/reply";
import { markRead } from "../../inbox/model/readMarks";
import { followDeadline, patchThread, requireThread } from "../../inbox/model/rows";
import { addNote, assignThread, setThreadStatus } from "../../inbox/model/work";
import { makeTicket } from "../../inbox/tickets/model/make";
import type { ChannelType } from "../../lib/closedSets";
import { MINUTE_MS } from "../../lib/time";
import { backdateClocks } from "../../sla/model/clocks";
import { CONTACTS } from "../data/people";
import type { DemoMessage, DemoThread } from "../data/threads";
import { beginMessage } from "./history";
import { createContact, demoAgents } from "./workspace";

const CHANNEL_TYPES: Record<DemoThread["channel"], ChannelType> = {
  email: "email_outlook",
  sms: "sms",
  whatsapp: "whatsapp_business",
};
/** Entries of one demo conversation, and of its record. */
const ENTRIES_LIMIT = 100;

type Told = { threadId: Id<"threads">; messageIds: Id<"messages">[] };

/**
 * Tells one demo conversation through the inbox's own functions, then moves every row it made to the time it is said to
 * have happened: the functions know only now. Must be called once per conversation.
 */
export async function tellThread(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  thread: DemoThread,
  index: number,
  now: number,
): Promise<void> {
  const told = await tellMessages(ctx, orgId, thread, index, now);
  if (told === null) return;
  await setFacets(ctx, orgId, thread, told.threadId);
  await backdate(ctx, orgId, thread, told, now);
}

async function tellMessages(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  thread: DemoThread,
  index: number,
  now: number,
): Promise<Told | null> {
  let threadId: Id<"threads"> | null = null;
  const messageIds: Id<"messages">[] = [];
  for (const [position, message] of thread.messages.entries()) {
    const id = `demo-${index}-${position}`;
    if (message.from === "customer") {
      const received = await receive(ctx, orgId, thread, message, messageIds, id, now);
      if (received.kind !== "stored") return null;
      threadId = received.threadId;
      messageIds.push(received.messageId);
    } else if (threadId !== null) {
      messageIds.push(await answer(ctx, orgId, threadId, message, id, now));
    }
  }
  return threadId === null ? null : { threadId, messageIds };
}

async function receive(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { contact, channel, subject }: DemoThread,
  { text, ageMinutes }: DemoMessage,
  earlier: Id<"messages">[],
  id: string,
  now: number,
) {
  const { name, _id: contactId } = await createContact(ctx, orgId, CONTACTS[contact]);
  const address = (await primaryAddress(ctx, contactId, channel))?.address;
  if (address === undefined) throw new Error(`${name} has no address for ${channel}.`);
  const inboxChannel = await channelFor(ctx, orgId, CHANNEL_TYPES[channel]);
  const at = now - ageMinutes * MINUTE_MS;
  const externalMessageId = channel === "email" ? `${id}@device.sandbox.invalid` : id;
  await ctx.db.insert("sandboxMessages", {
    orgId,
    channel,
    address,
    name,
    text,
    at,
    direction: "from_customer",
    providerMessageId: `device-${id}`,
    ...(channel === "email" ? { subject, messageId: externalMessageId } : {}),
  });
  return await receiveMessage(ctx, {
    orgId,
    channel,
    inboxChannel,
    from: { address, name },
    subject,
    text,
    externalMessageId,
    sentAt: at,
    recipients: inboxChannel?.address === undefined ? [] : [{ kind: "to", address: inboxChannel.address }],
    files: [],
    inReplyTo: await messageIdsOf(ctx, earlier.slice(-1)),
    references: await messageIdsOf(ctx, earlier),
    plusTokens: [],
    automatic: null,
  });
}

async function messageIdsOf(ctx: MutationCtx, ids: Id<"messages">[]): Promise<string[]> {
  const messages = await Promise.all(ids.map((id) => ctx.db.get("messages", id)));
  return messages.flatMap((message) => (message?.externalMessageId === undefined ? [] : [message.externalMessageId]));
}

async function answer(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
  { from, isNote, text, ageMinutes }: DemoMessage,
  clientId: string,
  now: number,
): Promise<Id<"messages">> {
  const member = (await demoAgents(ctx, orgId)).get(from);
  if (member === undefined) throw new Error(`The demo has no member called ${from}.`);
  if (isNote) return await addNote(ctx, { orgId, threadId, member, text, clientId });
  const { messageId, queueId } = await sendReply(ctx, { orgId, threadId, member, text, close: false, clientId });
  const at = now - ageMinutes * MINUTE_MS;
  await beginMessage(ctx, await requireMessage(ctx, orgId, queueId), { queuedAt: at, sentAt: at });
  return messageId;
}

async function setFacets(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { assignee, status, priority, type, tags, ticket }: DemoThread,
  threadId: Id<"threads">,
): Promise<void> {
  const agents = await demoAgents(ctx, orgId);
  const jana = agents.get("jana");
  if (jana === undefined) throw new Error("The demo has no member called jana.");
  const assigneeId = assignee === null ? null : (agents.get(assignee)?._id ?? null);
  await assignThread(ctx, { orgId, threadId, member: jana, assigneeId });
  await setThreadStatus(ctx, { orgId, threadId, member: jana, status });
  await patchThread(ctx, await requireThread(ctx, orgId, threadId), { priority, threadType: type, tags });
  if (ticket !== undefined)
    await makeTicket(ctx, { orgId, member: jana }, threadId, { category: ticket, isSeparate: true });
}

async function backdate(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  thread: DemoThread,
  { threadId, messageIds }: Told,
  now: number,
): Promise<void> {
  const times = thread.messages.map(({ ageMinutes }) => now - ageMinutes * MINUTE_MS);
  for (const [index, messageId] of messageIds.entries()) {
    await ctx.db.patch("messages", messageId, { at: times[index] ?? now });
  }
  const row = await requireThread(ctx, orgId, threadId);
  const lastMessageAt = times.at(-1) ?? now;
  await backdateClocks(ctx, threadId, {
    responseFrom: openSince(thread, times) ?? now,
    resolutionFrom: times[0] ?? now,
  });
  const after = await patchThread(ctx, row, { lastMessageAt });
  await followDeadline(ctx, after);
  await backdateRecord(ctx, orgId, threadId, lastMessageAt);
  await setReadMarks(ctx, orgId, thread, after);
}

/** The clock runs from the first customer message nobody has answered yet. */
function openSince({ messages }: DemoThread, times: number[]): number | undefined {
  const answered = messages.findLastIndex(({ from, isNote }) => from !== "customer" && !isNote);
  const open = messages.findIndex(({ from }, index) => index > answered && from === "customer");
  return times[open];
}

/** What was noted of a conversation happened then (UTC ms). */
export async function backdateRecord(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
  at: number,
): Promise<void> {
  const entries = await ctx.db
    .query("auditEntries")
    .withIndex("by_subject", (q) => q.eq("orgId", orgId).eq("subject.table", "threads").eq("subject.id", threadId))
    .take(ENTRIES_LIMIT);
  for (const entry of entries) await ctx.db.patch("auditEntries", entry._id, { at });
}

/** Who wrote before the customer's newest message has not seen it; those named in `readBy` and the last writer have. */
async function setReadMarks(ctx: MutationCtx, orgId: Id<"organisations">, thread: DemoThread, row: Doc<"threads">) {
  const marks = await ctx.db
    .query("readMarks")
    .withIndex("by_thread_member", (q) => q.eq("threadId", row._id))
    .take(ENTRIES_LIMIT);
  for (const mark of marks) await ctx.db.patch("readMarks", mark._id, { readAt: row.lastMessageAt - 1 });
  const agents = await demoAgents(ctx, orgId);
  const seen = new Set<string>([...thread.readBy, thread.messages.at(-1)?.from ?? ""]);
  for (const name of seen) {
    const member = agents.get(name);
    if (member !== undefined) await markRead(ctx, row, member._id);
  }
}
