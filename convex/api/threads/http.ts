import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { operation, type Operation } from "../http/operation";
import { changeOperation, listOperation, readOperation } from "../http/shapes";
import {
  entryInput,
  messageChangeInput,
  messagesQuery,
  newThreadInput,
  threadChangeInput,
  threadsQuery,
} from "./input";
import { vApiThread, vApiThreadMessage, type ApiEntry } from "./schema";
import type { z } from "zod";

const THREADS = { tag: "Conversations" } as const;
const READ = { ...THREADS, scope: "threads.read", permission: "inbox.read" } as const;
const WRITE = { ...THREADS, scope: "threads.write", permission: "inbox.reply", isRepeatable: true } as const;

/** Conversations and what is said in them (requirement S1, communication_thread and communication_message). */
export const threadOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["threads"],
    id: "listThreads",
    summary: "List conversations",
    description:
      "Newest activity first. A page may be shorter than `limit`, or empty, and then is not the last one: go on while there is a `nextCursor`, with the same conditions.",
    query: threadsQuery,
    of: vApiThread,
    page: async (ctx, caller, { query: { updatedSince, ...query } }) => {
      const since = updatedSince === undefined ? undefined : Date.parse(updatedSince);
      return await ctx.runQuery(internal.api.threads.jobs.list, { caller, ...query, updatedSince: since });
    },
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["threads"],
    id: "createThread",
    summary: "Open a conversation",
    description: "With a customer, or of the team alone: a discussion or an internal ticket, by its `channel`.",
    body: newThreadInput,
    answers: { 201: { description: "The new conversation.", body: vApiThread } },
    handle: async (ctx, caller, { body, write }) => {
      if (body.channel === "internal_comment" || body.channel === "internal_ticket") {
        return await ctx.runMutation(internal.api.threads.jobs.createInternal, { caller, thread: body, write });
      }
      const { message, ...thread } = body;
      const create = async (entry?: ApiEntry) =>
        await ctx.runMutation(internal.api.threads.jobs.create, {
          caller,
          thread: { ...thread, message: entry },
          write,
        });
      return message === undefined ? await create() : await withEntry(ctx, message, create);
    },
  }),
  readOperation({
    ...READ,
    path: ["threads", ":id"],
    id: "getThread",
    summary: "Read a conversation",
    answer: { description: "The conversation.", body: vApiThread },
    get: internal.api.threads.jobs.get,
  }),
  changeOperation({
    ...WRITE,
    path: ["threads", ":id"],
    id: "updateThread",
    summary: "Change a conversation",
    description: "Only the fields that are named change; `null` takes an assignee, an order or an organisation away.",
    body: threadChangeInput,
    answer: { description: "The conversation as it is now.", body: vApiThread },
    change: async (ctx, caller, { id, body: change, write }) =>
      await ctx.runMutation(internal.api.threads.jobs.update, { caller, id, change, write }),
  }),
  operation({
    ...THREADS,
    scope: "threads.write",
    permission: "threads.delete",
    method: "DELETE",
    path: ["threads", ":id"],
    id: "deleteThread",
    summary: "Delete a conversation",
    description:
      "It can be restored in the inbox for thirty days, and is removed for good then. Again changes nothing.",
    answers: { 204: { description: "It is deleted." } },
    handle: async (ctx, caller, { id }) => {
      await ctx.runMutation(internal.api.threads.jobs.remove, { caller, id });
      return { status: 204, body: null };
    },
  }),
  listOperation({
    ...READ,
    path: ["threads", ":id", "messages"],
    id: "listThreadMessages",
    summary: "List the messages of a conversation",
    description: "Newest first.",
    query: messagesQuery,
    of: vApiThreadMessage,
    page: async (ctx, caller, { id, query }) =>
      await ctx.runQuery(internal.api.threads.jobs.listMessages, { caller, id, ...query }),
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["threads", ":id", "messages"],
    id: "createThreadMessage",
    summary: "Answer, note, or record what the customer said",
    body: entryInput,
    answers: { 201: { description: "The new message.", body: vApiThreadMessage } },
    handle: async (ctx, caller, { id, body, write }) =>
      await withEntry(
        ctx,
        body,
        async (entry) => await ctx.runMutation(internal.api.threads.jobs.createMessage, { caller, id, entry, write }),
      ),
  }),
  operation({
    ...READ,
    method: "GET",
    path: ["threads", ":id", "messages", ":messageId"],
    id: "getThreadMessage",
    summary: "Read a message of a conversation",
    answers: { 200: { description: "The message.", body: vApiThreadMessage } },
    handle: async (ctx, caller, { id, messageId }) => ({
      status: 200,
      body: await ctx.runQuery(internal.api.threads.jobs.getMessage, { caller, id, messageId }),
    }),
  }),
  changeOperation({
    ...WRITE,
    path: ["threads", ":id", "messages", ":messageId"],
    id: "updateThreadMessage",
    summary: "Change a note, or what your system keeps with a message",
    body: messageChangeInput,
    answer: { description: "The message as it is now.", body: vApiThreadMessage },
    change: async (ctx, caller, { id, messageId, body: change, write }) =>
      await ctx.runMutation(internal.api.threads.jobs.updateMessage, { caller, id, messageId, change, write }),
  }),
];

type Entry = z.infer<typeof entryInput>;

/** Stores the attachments of an entry, writes it, and removes what of them became no file. */
async function withEntry<T>(ctx: ActionCtx, entry: Entry, run: (entry: ApiEntry) => Promise<T>): Promise<T> {
  const files = entry.type === "outgoing" ? await storeFiles(ctx, entry.attachments) : [];
  try {
    return await run({ ...entryOf(entry), ...(files.length === 0 ? {} : { files }) });
  } finally {
    const storageIds = files.map(({ storageId }) => storageId);
    if (files.length > 0) await ctx.runMutation(internal.api.threads.jobs.dropUploads, { storageIds });
  }
}

async function storeFiles(
  ctx: ActionCtx,
  attachments: Extract<Entry, { type: "outgoing" }>["attachments"],
): Promise<NonNullable<ApiEntry["files"]>> {
  return await Promise.all(
    attachments.map(async ({ name, contentType, content }) => {
      const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
      return { name, storageId: await ctx.storage.store(new Blob([bytes], { type: contentType })) };
    }),
  );
}

function entryOf(entry: Entry): ApiEntry {
  const instant = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  if (entry.type === "phone_call") return { ...entry, at: instant(entry.at), callbackAt: instant(entry.callbackAt) };
  if (entry.type === "incoming") return { ...entry, at: instant(entry.at) };
  if (entry.type === "internal_note") return entry;
  const { attachments: _, sendAt, ...answer } = entry;
  return { ...answer, sendAt: instant(sendAt) };
}
