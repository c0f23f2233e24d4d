import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { deleteThread, orderPurge, restoreThread } from "./model";

const args = { threadId: v.id("threads") };

/** Deletes a conversation; it can be restored for thirty days. */
export const remove = memberMutation("threads.delete")({
  args,
  returns: v.null(),
  handler: async (ctx, { threadId }): Promise<null> => {
    await deleteThread(ctx, ctx, threadId);
    return null;
  },
});

/** Brings a deleted conversation back. */
export const restore = memberMutation("threads.delete")({
  args,
  returns: v.null(),
  handler: async (ctx, { threadId }): Promise<null> => {
    await restoreThread(ctx, ctx, threadId);
    return null;
  },
});

/** Removes a deleted conversation for good. */
export const purge = memberMutation("threads.delete")({
  args,
  returns: v.null(),
  handler: async (ctx, { threadId }): Promise<null> => {
    await orderPurge(ctx, ctx, threadId);
    return null;
  },
});
