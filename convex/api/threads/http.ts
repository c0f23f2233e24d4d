import { internal } from "../../_generated/api";
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
    description: "Newest activity first.",
    query: threadsQuery,
    of: vApiThread,
    page: async (ctx, caller, { query }) => await ctx.runQuery(internal.api.threads.jobs.list, { caller, ...query }),
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["threads"],
    id: "createThread",
    summary: "Open a conversation",
    body: newThreadInput,
    answers: { 201: { description: "The new conversation.", body: vApiThread } },
    handle: async (ctx, caller, { body: { message, ...thread }, write }) =>
      await ctx.runMutation(internal.api.threads.jobs.create, {
        caller,
        thread: { ...thread, message: message === undefined ? undefined : entryOf(message) },
        write,
      }),
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
      await ctx.runMutation(internal.api.threads.jobs.createMessage, { caller, id, entry: entryOf(body), write }),
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

function entryOf(entry: z.infer<typeof entryInput>): ApiEntry {
  const instant = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  if (entry.type === "phone_call") return { ...entry, at: instant(entry.at), callbackAt: instant(entry.callbackAt) };
  return entry.type === "incoming" ? { ...entry, at: instant(entry.at) } : entry;
}
