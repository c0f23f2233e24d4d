import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vThreadChannel } from "../../lib/closedSets";
import { vThreadFilter } from "../filters";
import { countUpTo } from "../model/ranges";
import { progress } from "./model";
import { previewReplies } from "./replies/model";
import { vBulkState, vBulkTarget } from "./schema";

/** Counts beyond this say nothing more to whoever reads them. */
const COUNT_CAP = 99;

/** How far one's own order is; `total` is null for "all matching". */
export const get = memberQuery("inbox.read")({
  args: { operationId: v.id("bulkOperations") },
  returns: v.object({
    action: v.string(),
    /** The name of the macro that is run, or null. */
    macro: v.union(v.string(), v.null()),
    /** It puts words into drafts of whoever ordered it. */
    writesDrafts: v.boolean(),
    state: vBulkState,
    total: v.union(v.number(), v.null()),
    seen: v.number(),
    changed: v.number(),
    refused: v.number(),
    undone: v.number(),
  }),
  handler: async (ctx, { operationId }) => await progress(ctx, ctx, operationId),
});

/** How many conversations a filter finds, up to 99; `isMore` when there are or may be more. */
export const countMatching = memberQuery("inbox.read")({
  args: vThreadFilter.fields,
  returns: v.object({ count: v.number(), isMore: v.boolean() }),
  handler: async (ctx, filter) => await countUpTo(ctx, ctx, filter, COUNT_CAP),
});

/** Who a reply to many would go to: the first fifty, `address` null for who cannot be reached; and how many there are. */
export const previewReply = memberQuery("inbox.reply")({
  args: { target: vBulkTarget },
  returns: v.object({
    count: v.number(),
    isMore: v.boolean(),
    people: v.array(
      v.object({
        threadId: v.id("threads"),
        name: v.union(v.string(), v.null()),
        channel: vThreadChannel,
        address: v.union(v.string(), v.null()),
      }),
    ),
  }),
  handler: async (ctx, { target }) => await previewReplies(ctx, ctx, target),
});
