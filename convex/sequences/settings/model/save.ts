import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import { needsOf } from "../../flow/needs";
import { EMPTY_FLOW } from "../../flow/schema";
import { offeredAmong } from "../../model/sequences";
import { beginSweep } from "../../sweeps/model/sweep";
import { DEFAULT_SETTINGS, wrongSetting } from "../rules";
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
  await requireSegments(ctx, orgId, settings);
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

async function requireSegments(ctx: MutationCtx, orgId: Id<"organisations">, settings: Settings): Promise<void> {
  for (const field of ["entry", "goal"] as const) {
    const asked = needsOf(EMPTY_FLOW, { ...DEFAULT_SETTINGS, [field]: settings[field] }).segments;
    const offered = await offeredAmong(ctx, orgId, asked);
    if (asked.size > offered.size) throw appError("invalid", "This segment is gone or archived.", { field });
  }
}
