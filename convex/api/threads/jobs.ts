import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { THREAD_VIEWS } from "../../inbox/filters";
import { removeUpload } from "../../files/model";
import { vThreadChannel, vPriority, vThreadStatus, vThreadType } from "../../lib/closedSets";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as entries from "./model/entries";
import { createInternalThread } from "./model/internal";
import { listThreads } from "./model/lists";
import * as threads from "./model";
import {
  vApiEntry,
  vApiNewInternalThread,
  vApiNewThread,
  vApiThread,
  vApiThreadChange,
  vApiThreadMessage,
} from "./schema";

const write = { caller: vApiCaller, write: vWrite };

/** A page of conversations. */
export const list = internalQuery({
  args: {
    caller: vApiCaller,
    ...vPaging.fields,
    view: literals(...THREAD_VIEWS),
    channel: v.optional(vThreadChannel),
    status: v.optional(vThreadStatus),
    priority: v.optional(vPriority),
    type: v.optional(vThreadType),
    tag: v.optional(v.string()),
    assigneeId: v.optional(v.string()),
    teamId: v.optional(v.string()),
    contactId: v.optional(v.string()),
    organizationId: v.optional(v.string()),
    mailbox: v.optional(v.string()),
    order: v.optional(v.string()),
    /** UTC ms */
    updatedSince: v.optional(v.number()),
  },
  returns: vPageOf(vApiThread),
  handler: async (ctx, { caller, ...asked }) => await listThreads(ctx, caller, asked),
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

/** Opens a conversation of the team's. */
export const createInternal = internalMutation({
  args: { ...write, thread: vApiNewInternalThread },
  returns: vAnswer(vApiThread),
  handler: async (ctx, { caller, thread, ...rest }) => await createInternalThread(ctx, caller, thread, rest.write),
});

/** Changes a conversation. */
export const update = internalMutation({
  args: { ...write, id: v.string(), change: vApiThreadChange },
  returns: vAnswer(vApiThread),
  handler: async (ctx, { caller, id, change, ...rest }) =>
    await threads.updateThread(ctx, caller, id, change, rest.write),
});

/** Deletes a conversation; deleted already, nothing happens. Throws `not_found`. */
export const remove = internalMutation({
  args: { caller: vApiCaller, id: v.string() },
  returns: v.null(),
  handler: async (ctx, { caller, id }): Promise<null> => {
    await threads.deleteThread(ctx, caller, id);
    return null;
  },
});

/** A page of a conversation's entries. */
export const listMessages = internalQuery({
  args: { caller: vApiCaller, ...vPaging.fields, id: v.string() },
  returns: vPageOf(vApiThreadMessage),
  handler: async (ctx, { caller, id, ...page }) => await entries.listEntries(ctx, caller, id, page),
});

/** One entry of a conversation. Throws `not_found`. */
export const getMessage = internalQuery({
  args: { caller: vApiCaller, id: v.string(), messageId: v.string() },
  returns: vApiThreadMessage,
  handler: async (ctx, { caller, ...ids }) => await entries.readEntry(ctx, caller, ids),
});

/** Removes uploads that became nobody's files: of a call that was refused, or repeated. */
export const dropUploads = internalMutation({
  args: { storageIds: v.array(v.id("_storage")) },
  returns: v.null(),
  handler: async (ctx, { storageIds }): Promise<null> => {
    for (const storageId of storageIds) await removeUpload(ctx, storageId);
    return null;
  },
});

/** Writes into a conversation. */
export const createMessage = internalMutation({
  args: { ...write, id: v.string(), entry: vApiEntry },
  returns: vAnswer(vApiThreadMessage),
  handler: async (ctx, { caller, id, entry, ...rest }) => await entries.createEntry(ctx, caller, id, entry, rest.write),
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
    await entries.updateEntry(ctx, caller, { id, messageId }, change, rest.write),
});
