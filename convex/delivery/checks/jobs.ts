import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import { recordCheck } from "../../connections/accounts/model";
import { getConnection } from "../../connections/model";
import { connectionTables, vCheck } from "../../connections/schema";
import { internalMutation, internalQuery } from "../../lib/functions";

const vConnection = v.object({
  _id: v.id("connections"),
  _creationTime: v.number(),
  ...connectionTables.connections.validator.fields,
});

/** The connection to be asked, secrets encrypted; null when it was removed meanwhile. */
export const load = internalQuery({
  args: { connectionId: v.id("connections") },
  returns: v.union(v.null(), vConnection),
  handler: async (ctx, { connectionId }): Promise<Doc<"connections"> | null> => await getConnection(ctx, connectionId),
});

/** Records the provider's answer, unless a newer check was started or the settings changed meanwhile. */
export const finish = internalMutation({
  args: { connectionId: v.id("connections"), startedAt: v.number(), check: vCheck },
  returns: v.null(),
  handler: async (ctx, { connectionId, startedAt, check }): Promise<null> => {
    const connection = await getConnection(ctx, connectionId);
    if (connection?.check?.kind === "running" && connection.check.at === startedAt) {
      await recordCheck(ctx, connectionId, check);
    }
    return null;
  },
});
