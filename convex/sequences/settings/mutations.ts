import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { requireSequence } from "../model/sequences";
import { saveSettings } from "./model/save";
import { vSettings } from "./schema";

/** Sets what holds for a whole journey. Throws `not_found`, `invalid` with the setting as field, `conflict`. */
export const save = memberMutation("sequences.edit")({
  args: { sequenceId: v.id("sequences"), settings: vSettings },
  returns: v.null(),
  handler: async (ctx, { sequenceId, settings }): Promise<null> => {
    await saveSettings(ctx, ctx.member, await requireSequence(ctx, ctx.orgId, sequenceId), settings);
    return null;
  },
});
