import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireSequence } from "../model/sequences";
import { settingsOf } from "./model/read";
import { vSettings } from "./schema";

/** What holds for a whole journey. Throws `not_found`. */
export const get = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences") },
  returns: vSettings,
  handler: async (ctx, { sequenceId }) =>
    await settingsOf(ctx, (await requireSequence(ctx, ctx.orgId, sequenceId))._id),
});
