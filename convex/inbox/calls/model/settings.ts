import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { DEFAULT_CALL_SETTINGS } from "../rules";
import type { CallSettings } from "../schema";

/** What calls mean in the organisation: what its admins set, else the defaults. */
export async function callSettings(ctx: QueryCtx, orgId: Id<"organisations">): Promise<CallSettings> {
  const row = await rowOf(ctx, orgId);
  if (row === null) return DEFAULT_CALL_SETTINGS;
  const { outgoingAnswers, incomingAnswers, missedWaits } = row;
  return { outgoingAnswers, incomingAnswers, missedWaits };
}

/** Changes it, for calls that are noted from now on. */
export async function setCallSettings(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  settings: CallSettings,
): Promise<void> {
  const row = await rowOf(ctx, orgId);
  if (row === null) await ctx.db.insert("callSettings", { orgId, ...settings });
  else await ctx.db.patch("callSettings", row._id, settings);
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "organisations", id: orgId };
  await record(ctx, { orgId, actor, action: "call_settings.changed", subject, details: settings });
}

async function rowOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"callSettings"> | null> {
  return await ctx.db
    .query("callSettings")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}
