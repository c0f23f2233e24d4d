import { v } from "convex/values";
import { reaction } from "../lib/functions";
import { tellTask } from "./taskLines/model";
import { followDeadlineOf, followQueue } from "./model/work";

/** A queued message changed its state: the reply it belongs to shows it. */
export const onMessageStatus = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    const { orgId, subject } = event;
    if (subject.queueId !== undefined) await followQueue(ctx, orgId, subject.queueId);
    return null;
  },
});

/** A thread reached a stage of its service level, or its deadline was computed anew: the lists show it. */
export const onDeadline = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    const { orgId, subject } = event;
    if (subject.threadId !== undefined) await followDeadlineOf(ctx, orgId, subject.threadId);
    return null;
  },
});

/** A task of a conversation was made or done: its timeline says so (product.md A-40). */
export const onTask = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await tellTask(ctx, event);
    return null;
  },
});
