import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { finishTemplateCheck } from "./model";

const vReport = v.object({
  name: v.string(),
  language: v.string(),
  state: v.string(),
  reason: v.optional(v.string()),
});

/** Records what an account said of its templates, or why it could not be asked. */
export const finish = internalMutation({
  args: {
    connectionId: v.id("connections"),
    startedAt: v.number(),
    answer: v.union(v.object({ reports: v.array(vReport) }), v.object({ reason: v.string() })),
  },
  returns: v.null(),
  handler: async (ctx, { connectionId, startedAt, answer }): Promise<null> => {
    await finishTemplateCheck(ctx, connectionId, startedAt, answer);
    return null;
  },
});
