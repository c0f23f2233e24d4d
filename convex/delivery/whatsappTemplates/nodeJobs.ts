"use node";

import { v } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { secretsOf } from "../../connections/model";
import { internalAction } from "../../lib/functions";
import { reasonOf } from "../../lib/log";
import { openAdapter } from "../providers/adapters";
import type { TemplateApproval } from "../providers/types";

/** Asks an account how far its templates are. Whatever goes wrong is the answer. */
export const ask = internalAction({
  args: { connectionId: v.id("connections"), startedAt: v.number() },
  returns: v.null(),
  handler: async (ctx, { connectionId, startedAt }): Promise<null> => {
    const connection = await ctx.runQuery(internal.delivery.checks.jobs.load, { connectionId });
    if (connection === null) return null;
    const answer = await templatesOf(ctx, connection).then(
      (reports) => ({ reports }),
      (thrown: unknown) => ({ reason: reasonOf(thrown) }),
    );
    await ctx.runMutation(internal.delivery.whatsappTemplates.jobs.finish, { connectionId, startedAt, answer });
    return null;
  },
});

async function templatesOf(ctx: ActionCtx, connection: Doc<"connections">): Promise<TemplateApproval[]> {
  const { provider, settings } = connection;
  const adapter = openAdapter(provider, { ctx, settings, secrets: await secretsOf(connection) });
  try {
    if (adapter.templates === undefined) throw new Error("This provider does not list its templates.");
    return await adapter.templates();
  } finally {
    adapter.close();
  }
}
