import { v } from "convex/values";
import { vPriority, vThreadStatus, vThreadType } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { begin, undo as undoOperation } from "./model";
import { vBulkTarget } from "./schema";

const order = {
  target: vBulkTarget,
  /** The browser's id of the order: a repeated call changes nothing. */
  clientId: v.string(),
};

/** Gives many threads to a member, or to nobody. */
export const assign = memberMutation("inbox.assign")({
  args: { ...order, assigneeId: v.union(v.id("members"), v.null()) },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { assigneeId, ...asked }) =>
    await begin(ctx, ctx, { ...asked, action: { kind: "assign", assigneeId } }),
});

/** Sets the status of many threads: closing and reopening are statuses too. */
export const setStatus = memberMutation("inbox.reply")({
  args: { ...order, status: vThreadStatus },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { status, ...asked }) => await begin(ctx, ctx, { ...asked, action: { kind: "status", status } }),
});

/** Sets the priority of many threads; their deadlines follow. */
export const setPriority = memberMutation("inbox.reply")({
  args: { ...order, priority: vPriority },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { priority, ...asked }) =>
    await begin(ctx, ctx, { ...asked, action: { kind: "priority", priority } }),
});

/** Says of many threads what they are about; their deadlines follow. */
export const setType = memberMutation("inbox.reply")({
  args: { ...order, threadType: vThreadType },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { threadType, ...asked }) =>
    await begin(ctx, ctx, { ...asked, action: { kind: "type", threadType } }),
});

/** Puts many threads off until an instant (UTC ms), or until their customer writes (null); closed ones are refused. */
export const snooze = memberMutation("inbox.reply")({
  args: { ...order, until: v.union(v.number(), v.null()) },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { until, ...asked }) => await begin(ctx, ctx, { ...asked, action: { kind: "snooze", until } }),
});

/** Puts a tag on many threads, or takes it off them. */
export const setTag = memberMutation("inbox.reply")({
  args: { ...order, tag: v.string(), isOn: v.boolean() },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { tag, isOn, ...asked }) =>
    await begin(ctx, ctx, { ...asked, action: { kind: isOn ? "tag" : "untag", tag } }),
});

/** The caller has read many threads. */
export const markRead = memberMutation("inbox.read")({
  args: order,
  returns: v.id("bulkOperations"),
  handler: async (ctx, asked) => await begin(ctx, ctx, { ...asked, action: { kind: "read" } }),
});

/** The caller has not read many threads, whatever came in them. */
export const markUnread = memberMutation("inbox.read")({
  args: order,
  returns: v.id("bulkOperations"),
  handler: async (ctx, asked) => await begin(ctx, ctx, { ...asked, action: { kind: "unread" } }),
});

/** Takes many threads for spam: closed, and in their own view. Their senders are not blocked. */
export const markSpam = memberMutation("inbox.reply")({
  args: order,
  returns: v.id("bulkOperations"),
  handler: async (ctx, asked) => await begin(ctx, ctx, { ...asked, action: { kind: "spam" } }),
});

/** Deletes many threads; they can be restored for thirty days. */
export const remove = memberMutation("threads.delete")({
  args: order,
  returns: v.id("bulkOperations"),
  handler: async (ctx, asked) => await begin(ctx, ctx, { ...asked, action: { kind: "delete" } }),
});

/** The caller follows many threads, or follows them no more. */
export const follow = memberMutation("inbox.read")({
  args: { ...order, isOn: v.boolean() },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { isOn, ...asked }) =>
    await begin(ctx, ctx, { ...asked, action: { kind: isOn ? "follow" : "unfollow" } }),
});

/** Gives many threads to a team, or takes them out of theirs (null). */
export const assignTeam = memberMutation("inbox.assign")({
  args: { ...order, teamId: v.union(v.id("teams"), v.null()) },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { teamId, ...asked }) => await begin(ctx, ctx, { ...asked, action: { kind: "team", teamId } }),
});

/**
 * Answers the customers of at most 500 threads with the same words, each on its own channel. Undone while it is held;
 * nobody's drafts are touched.
 */
export const reply = memberMutation("inbox.reply")({
  args: { ...order, text: v.string(), close: v.boolean() },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { text, close, ...asked }) =>
    await begin(ctx, ctx, { ...asked, action: { kind: "reply", text, close } }),
});

/** Puts every thread of one's own order back as it was, unless somebody changed it since. */
export const undo = memberMutation("inbox.read")({
  args: { operationId: v.id("bulkOperations") },
  returns: v.null(),
  handler: async (ctx, { operationId }): Promise<null> => {
    await undoOperation(ctx, ctx, operationId);
    return null;
  },
});
