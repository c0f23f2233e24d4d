import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalAction, internalMutation } from "../../lib/functions";
import { beginsAsImage, HEAD_BYTES } from "./limits";
import { pruneUnused, removeImage } from "./model";

/**
 * Looks at the bytes of a new picture, and has it removed when they are something else. Asked once: a look that is lost
 * leaves a picture nobody can see, and nothing worse, as files are served by their declared type alone.
 */
export const look = internalAction({
  args: { fileId: v.id("files"), storageId: v.id("_storage") },
  returns: v.null(),
  handler: async (ctx, { fileId, storageId }): Promise<null> => {
    const blob = await ctx.storage.get(storageId);
    if (blob === null) return null;
    const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
    if (!beginsAsImage(head)) await ctx.runMutation(internal.templates.images.jobs.remove, { fileId });
    return null;
  },
});

/** Removes what is no picture. */
export const remove = internalMutation({
  args: { fileId: v.id("files") },
  returns: v.null(),
  handler: async (ctx, { fileId }): Promise<null> => {
    await removeImage(ctx, fileId);
    return null;
  },
});

/** Cron, daily: removes pictures that nothing shows and nothing was sent with. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneUnused(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.templates.images.jobs.prune, {});
    return null;
  },
});
