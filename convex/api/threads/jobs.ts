import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { THREAD_VIEWS } from "../../inbox/filters";
import { vChannel } from "../../lib/closedSets";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as threads from "./model";
import { vApiEntry, vApiNewThread, vApiThread, vApiThreadChange, vApiThreadMessage } from "./schema";

const write = { caller: vApiCaller, write: vWrite };

/** A page of conversations. */
export const list = internalQuery({
  args: {
    caller: vApiCaller,
    ...vPaging.fields,
    view: literals(...THREAD_VIEWS),
    channel: v.optional(vChannel),
    contactId: v.optional(v.string()),
    organizationId: v.optional(v.string()),
  },
  returns: vPageOf(vApiThread),
  handler: async (ctx, { caller, ...asked }) => await threads.listThreads(ctx, caller, asked),
});

/** One conversation. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiThread,
  handler: async (ctx, { caller, id }) => await threads.readThread(ctx, caller, id),
});

/** Opens a conversation. */
export const create = internalMutation({
  args: { ...write, thread: vApiNewThread },
  returns: vAnswer(vApiThread),
  handler: async (ctx, { caller, thread, ...rest }) => await threads.createThread(ctx, caller, thread, rest.write),
});

/** Changes a conversation. */
export const update = internalMutation({
  args: { ...write, id: v.string(), change: vApiThreadChange },
  returns: vAnswer(vApiThread),
  handler: async (ctx, { caller, id, change, ...rest }) =>
    await threads.updateThread(ctx, caller, id, change, rest.write),
});

/** A page of a conversation's entries. */
export const listMessages = internalQuery({
  args: { caller: vApiCaller, ...vPaging.fields, id: v.string() },
  returns: vPageOf(vApiThreadMessage),
  handler: async (ctx, { caller, id, ...page }) => await threads.listEntries(ctx, caller, id, page),
});

/** Writes into a conversation. */
export const createMessage = internalMutation({
  args: { ...write, id: v.string(), entry: vApiEntry },
  returns: vAnswer(vApiThreadMessage),
  handler: async (ctx, { caller, id, entry, ...rest }) => await threads.createEntry(ctx, caller, id, entry, rest.write),
});

/** Changes an entry of a conversation. */
export const updateMessage = internalMutation({
  args: {
    ...write,
    id: v.string(),
    messageId: v.string(),
    change: v.object({ text: v.optional(v.string()), metadata: v.optional(v.record(v.string(), v.string())) }),
  },
  returns: vAnswer(vApiThreadMessage),
  handler: async (ctx, { caller, id, messageId, change, ...rest }) =>
    await threads.updateEntry(ctx, caller, { id, messageId }, change, rest.write),
});
