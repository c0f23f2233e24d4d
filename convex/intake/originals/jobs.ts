import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { vWrittenOriginal } from "../schema";
import { keepWritten } from "./model";

/** Keeps a mail written out of the request that a provider wrapped it into. */
export const keep = internalMutation({
  args: { rawEventId: v.id("rawEvents"), original: vWrittenOriginal },
  returns: v.null(),
  handler: async (ctx, { rawEventId, original }): Promise<null> => {
    await keepWritten(ctx, rawEventId, original);
    return null;
  },
});
