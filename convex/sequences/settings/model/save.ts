import type { Doc } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import { beginSweep } from "../../sweeps/model/sweep";
import { wrongSetting } from "../rules";
import type { Settings } from "../schema";
import { rowOf } from "./read";

/**
 * Sets the rules of a whole journey; those inside are looked at again in the background. Throws `invalid` with the setting
 * as field, `conflict` while an earlier change is under way.
 */
export async function saveSettings(
  ctx: MutationCtx,
  by: Pick<Doc<"members">, "_id" | "orgId">,
  sequence: Doc<"sequences">,
  settings: Settings,
): Promise<void> {
  const field = wrongSetting(settings);
  if (field !== null) throw appError("invalid", `This setting cannot stand: ${field}.`, { field });
  const { _id: sequenceId, orgId } = sequence;
  const row = await rowOf(ctx, sequenceId);
  if (row === null) await ctx.db.insert("sequenceSettings", { orgId, sequenceId, settings });
  else await ctx.db.patch("sequenceSettings", row._id, { settings });
  const purposeBefore = row?.settings.purpose ?? null;
  await beginSweep(ctx, sequence, { kind: "settings", purposeBefore });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: by._id },
    action: "sequence.settings_changed",
    subject: { table: "sequences", id: sequenceId },
  });
}
