import type { Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import type { AssignmentSettings } from "../schema";

/** A closed conversation returns to who had it (product.md 3.2, "Reopen"); nothing is taken from anybody unasked. */
const DEFAULTS: AssignmentSettings = { whenAway: "reassign", whenReopened: "keep", whenAnswered: "keep" };

/** What happens beside the rules, in an organisation. */
export async function assignmentSettings(ctx: QueryCtx, orgId: Id<"organisations">): Promise<AssignmentSettings> {
  const row = await rowOf(ctx, orgId);
  if (row === null) return DEFAULTS;
  const { whenAway, whenReopened, whenAnswered } = row;
  return { whenAway, whenReopened, whenAnswered };
}

/** Replaces them. */
export async function saveAssignmentSettings(
  ctx: MutationCtx,
  { orgId, memberId }: { orgId: Id<"organisations">; memberId: Id<"members"> },
  settings: AssignmentSettings,
): Promise<void> {
  const row = await rowOf(ctx, orgId);
  if (row === null) await ctx.db.insert("assignmentSettings", { orgId, ...settings });
  else await ctx.db.patch("assignmentSettings", row._id, settings);
  const subject = { table: "organisations", id: orgId };
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action: "assignment.settings_changed", subject, details: { ...settings } });
}

async function rowOf(ctx: QueryCtx, orgId: Id<"organisations">) {
  return await ctx.db
    .query("assignmentSettings")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}
