import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { requireMessageOf } from "../model/messageFields";
import * as model from "./model";
import { vAttachment } from "./schema";

/** An address to upload one file to, good for an hour (Convex: POST the bytes, the answer names the `storageId`). */
export const uploadUrl = memberMutation("inbox.reply")({
  args: {},
  returns: v.string(),
  handler: async (ctx) => await ctx.storage.generateUploadUrl(),
});

const vProblem = v.union(
  v.object({ kind: v.union(v.literal("program"), v.literal("empty")), name: v.string() }),
  v.object({ kind: v.literal("too_large"), name: v.string(), maxBytes: v.number() }),
  v.object({ kind: v.literal("too_many"), max: v.number() }),
  v.object({ kind: v.literal("no_files") }),
);

/** Makes an upload a file that can go with an answer, or says why it cannot. */
export const attach = memberMutation("inbox.reply")({
  args: { storageId: v.id("_storage"), name: v.string(), channel: vChannel },
  returns: v.union(
    v.object({ kind: v.literal("attached"), file: vAttachment }),
    v.object({ kind: v.literal("refused"), problem: vProblem }),
  ),
  handler: async (ctx, upload) => await model.attach(ctx, ctx, upload),
});

/** Takes the files of a message along, to forward them. */
export const carry = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), messageId: v.id("messages") },
  returns: v.array(vAttachment),
  handler: async (ctx, { threadId, messageId }) =>
    await model.carryFiles(ctx, ctx, await requireMessageOf(ctx, ctx.orgId, threadId, messageId)),
});

/** Takes a file off an answer that is not sent. */
export const detach = memberMutation("inbox.reply")({
  args: { fileId: v.id("files") },
  returns: v.null(),
  handler: async (ctx, { fileId }): Promise<null> => {
    await model.detach(ctx, ctx, fileId);
    return null;
  },
});
