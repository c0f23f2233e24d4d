"use node";

import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { secretsOf } from "../../connections/model";
import type { Check } from "../../connections/schema";
import { internalAction } from "../../lib/functions";
import { reasonOf } from "../../lib/log";
import { openAdapter } from "../providers/adapters";

/** Opens the connection's adapter and lets it ask its provider. Whatever goes wrong is the answer. */
export const ask = internalAction({
  args: { connectionId: v.id("connections"), startedAt: v.number() },
  returns: v.null(),
  handler: async (ctx, { connectionId, startedAt }): Promise<null> => {
    const connection = await ctx.runQuery(internal.delivery.checks.jobs.load, { connectionId });
    if (connection === null) return null;
    let check: Check;
    try {
      const adapter = openAdapter(connection.provider, {
        ctx,
        settings: connection.settings,
        secrets: await secretsOf(connection),
      });
      try {
        const failure = (await adapter.check?.()) ?? null;
        check =
          failure === null
            ? { kind: "ok", at: Date.now() }
            : { kind: "failed", at: Date.now(), reason: [failure.code, failure.reason].filter(Boolean).join(": ") };
      } finally {
        adapter.close();
      }
    } catch (thrown) {
      check = { kind: "failed", at: Date.now(), reason: reasonOf(thrown) };
    }
    await ctx.runMutation(internal.delivery.checks.jobs.finish, { connectionId, startedAt, check });
    return null;
  },
});
