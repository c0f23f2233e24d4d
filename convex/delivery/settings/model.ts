import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { requireMemberOf } from "../../orgs/model";
import { settingsProblem, withDefaults } from "./defaults";
import type { Settings, SettingsChange } from "./schema";

/** The delivery settings of an organisation: what its admins set, else the defaults. */
export async function settingsOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Settings> {
  const row = await rowOf(ctx, orgId);
  return withDefaults(row ?? {});
}

/**
 * Changes whole groups of the settings. Throws `invalid` with the field for values out of range, `not_found` for a member
 * of another organisation.
 */
export async function changeSettings(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  memberId: Id<"members">,
  change: SettingsChange,
): Promise<void> {
  const problem = settingsProblem(change);
  if (problem !== null) throw appError("invalid", problem.message, { field: problem.field });
  const escalatesTo = change.trackingSettings?.alertSettings.escalatesTo;
  if (escalatesTo !== undefined) await requireMemberOf(ctx, orgId, escalatesTo);
  const row = await rowOf(ctx, orgId);
  if (row === null) await ctx.db.insert("deliverySettings", { orgId, ...change });
  else await ctx.db.patch("deliverySettings", row._id, change);
  if (change.humanFirst !== undefined) {
    await ctx.scheduler.runAfter(0, internal.delivery.holds.jobs.reconsider, { orgId, cursor: null });
  }
  const before = withDefaults(row ?? {});
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: "delivery_settings.changed",
    subject: { table: "organisations", id: orgId },
    details: changedValues(before, withDefaults({ ...row, ...change })),
  });
}

async function rowOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"deliverySettings"> | null> {
  return await ctx.db
    .query("deliverySettings")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}

// What changed as "path: before → after", so that the record says it without anybody comparing.
function changedValues(before: Settings, after: Settings): Record<string, string> {
  const old = leavesOf(before);
  const changed = [...leavesOf(after)].filter(([path, value]) => old.get(path) !== value);
  return Object.fromEntries(changed.map(([path, value]) => [path, `${old.get(path) ?? "unset"} → ${value}`]));
}

function leavesOf(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new Map([[path, Array.isArray(value) ? value.join(", ") : String(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leavesOf(inner, path === "" ? key : `${path}.${key}`)]),
  );
}
