import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { firstZone, isZone } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { vQuietHours } from "../../orgs/schema";
import { nextDigestAt } from "../digest";
import { vChoice } from "../schema";
import { NOTIFICATION_KINDS } from "../sets";

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

/** A member's settings; `quietHours` null: none of one's own. */
export const vSettings = v.object({
  choices: v.array(vChoice),
  quietHours: v.union(vQuietHours, v.null()),
  timezone: v.string(),
  hasDigest: v.boolean(),
  /** Pushes say what happened, but not who wrote and what. */
  isPushPrivate: v.boolean(),
});
type Settings = Infer<typeof vSettings>;

async function rowOf(ctx: QueryCtx, { orgId, _id }: Doc<"members">): Promise<Doc<"notificationSettings"> | null> {
  return await ctx.db
    .query("notificationSettings")
    .withIndex("by_member", (q) => q.eq("orgId", orgId).eq("memberId", _id))
    .unique();
}

/** What a member chose; the defaults (everything on, no digest, the organisation's zone) where nothing was chosen. */
export async function settingsOf(ctx: QueryCtx, member: Doc<"members">): Promise<Settings> {
  const row = await rowOf(ctx, member);
  if (row === null) {
    const { timezone } = await requireOrg(ctx, member.orgId);
    return { choices: [], quietHours: null, timezone: firstZone(timezone), hasDigest: false, isPushPrivate: false };
  }
  const { choices, quietHours = null, timezone, digestAt, isPushPrivate = false } = row;
  return { choices, quietHours, timezone, hasDigest: digestAt !== undefined, isPushPrivate };
}

/** Keeps a member's settings and plans the next digest. Throws `invalid` with the field. */
export async function saveSettings(
  ctx: MutationCtx,
  member: Doc<"members">,
  { choices, quietHours, timezone, hasDigest, isPushPrivate }: Settings,
  now: number,
): Promise<void> {
  if (!isZone(timezone)) throw appError("invalid", `"${timezone}" is not a time zone.`, { field: "timezone" });
  if (quietHours !== null && !(CLOCK.test(quietHours.start) && CLOCK.test(quietHours.end))) {
    throw appError("invalid", "Give the quiet hours as HH:MM.", { field: "quietHours" });
  }
  const kinds = new Set(choices.map(({ kind }) => kind));
  if (kinds.size !== choices.length || choices.length > NOTIFICATION_KINDS.length) {
    throw appError("invalid", "Each kind is chosen once.", { field: "choices" });
  }
  const row = await rowOf(ctx, member);
  const fields = {
    choices,
    quietHours: quietHours ?? undefined,
    timezone,
    isPushPrivate,
    digestAt: hasDigest ? nextDigestAt(now, timezone) : undefined,
  };
  if (row === null)
    await ctx.db.insert("notificationSettings", { orgId: member.orgId, memberId: member._id, ...fields });
  else await ctx.db.patch("notificationSettings", row._id, fields);
}
