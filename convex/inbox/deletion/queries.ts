import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { deletionNotice, pageOfDeleted } from "./model";
import { vDeletedThread, vDeletionNotice } from "./schema";

/** Deleted conversations that can be restored, the latest first. */
export const list = memberQuery("threads.delete")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vDeletedThread),
  handler: async (ctx, { paginationOpts }) => await pageOfDeleted(ctx, ctx, paginationOpts),
});

/** That a conversation was deleted, by whom and until when it can be restored; null where it was not. */
export const notice = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.union(v.null(), vDeletionNotice),
  handler: async (ctx, { threadId }) => await deletionNotice(ctx, ctx, threadId),
});
