import { v } from "convex/values";
import { requireEvent } from "../events/model";
import { internalMutation } from "../lib/functions";
import { followAsked } from "./asked/model";
import { escalateMessage } from "./escalations/model";
import { escalateStage } from "./sla/model";
import { followCall, followTicket } from "./triggers/model";
import { followThread } from "./triggers/threads/model";

/**
 * message.failed, message.unknown: a critical failure becomes work for a person (product.md C-26), and so does a critical
 * message of which nobody knows whether it was sent (design rule 4).
 */
export const onMessageFailed = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    const { orgId, subject } = await requireEvent(ctx, eventId);
    if (subject.queueId !== undefined) await escalateMessage(ctx, orgId, subject.queueId);
    return null;
  },
});

/** sla.stage: a missed deadline becomes work for a person (product.md A-34). */
export const onSlaStage = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await escalateStage(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});

/** call.logged: a call after which we are to call becomes a task (product.md A-37). */
export const onCall = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await followCall(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});

/** ticket.moved: one that a member said needs a callback becomes a task (product.md 0.1). */
export const onTicketMoved = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await followTicket(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});

/** task.asked: a conversation's macro wants a task, or wants it no more (product.md A-68). */
export const onAsked = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await followAsked(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});

/** thread.*, message.received: what a conversation comes to makes tasks, or takes them away (product.md A-37). */
export const onThread = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await followThread(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});
