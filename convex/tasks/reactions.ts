import { v } from "convex/values";
import { reaction } from "../lib/functions";
import { followAsked } from "./asked/model";
import { unlinkThread } from "./model";
import { escalateMessage } from "./escalations/model";
import { escalateStage } from "./sla/model";
import { followCall, followTicket } from "./triggers/model";
import { followThread } from "./triggers/threads/model";

/**
 * message.failed, message.unknown: a critical failure becomes work for a person (product.md C-26), and so does a critical
 * message of which nobody knows whether it was sent (design rule 4).
 */
export const onMessageFailed = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    const { orgId, subject } = event;
    if (subject.queueId !== undefined) await escalateMessage(ctx, orgId, subject.queueId);
    return null;
  },
});

/** thread.purged: the conversation is gone for good; its tasks stay, about nothing. */
export const onThreadPurged = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event: { orgId, subject } }): Promise<null> => {
    if (subject.threadId !== undefined) await unlinkThread(ctx, orgId, subject.threadId);
    return null;
  },
});

/** sla.stage: a missed deadline becomes work for a person (product.md A-34). */
export const onSlaStage = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await escalateStage(ctx, event);
    return null;
  },
});

/** call.logged: a call after which we are to call becomes a task (product.md A-37). */
export const onCall = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await followCall(ctx, event);
    return null;
  },
});

/** ticket.moved: one that a member said needs a callback becomes a task (product.md 0.1). */
export const onTicketMoved = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await followTicket(ctx, event);
    return null;
  },
});

/** task.asked: a conversation's macro wants a task, or wants it no more (product.md A-68). */
export const onAsked = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await followAsked(ctx, event);
    return null;
  },
});

/** thread.*, message.received: what a conversation comes to makes tasks, or takes them away (product.md A-37). */
export const onThread = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await followThread(ctx, event);
    return null;
  },
});
