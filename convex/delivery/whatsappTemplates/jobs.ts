import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { finishTemplateCheck } from "./model";

/** Records what an account said of its templates, or why it could not be asked. */
export const finish = internalMutation({
  args: {
    connectionId: v.id("connections"),
    startedAt: v.number(),
    answer: v.union(
      v.object({ reports: v.array(v.object({ name: v.string(), language: v.string(), state: v.string() })) }),
      v.object({ reason: v.string() }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { connectionId, startedAt, answer }): Promise<null> => {
    await finishTemplateCheck(ctx, connectionId, startedAt, answer);
    return null;
  },
});
