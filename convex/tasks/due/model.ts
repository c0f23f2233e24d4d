import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { PRIORITIES, type Priority } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { ALWAYS_OPEN } from "../../orgs/calendars/hours";
import { getDefaultCalendar } from "../../orgs/model";
import { DEFAULT_DUE_HOURS, DUE_HOUR_CHOICES, dueAfter, isDueHours, type DueHours } from "./rules";

// The only file that touches the table `taskDueHours`.

/** Within how many opening hours tasks of each priority are due that were given no time. */
export async function dueHoursOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<DueHours> {
  return (await rowOf(ctx, orgId))?.hours ?? DEFAULT_DUE_HOURS;
}

/** Sets it, for tasks made from now on. Throws `invalid` with the priority as field for hours that are not offered. */
export async function setDueHours(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  hours: DueHours,
): Promise<void> {
  const wrong = PRIORITIES.find((priority) => !isDueHours(hours[priority]));
  if (wrong !== undefined) {
    throw appError("invalid", `Choose one of ${DUE_HOUR_CHOICES.join(", ")} hours.`, { field: wrong });
  }
  const row = await rowOf(ctx, orgId);
  if (row === null) await ctx.db.insert("taskDueHours", { orgId, hours });
  else await ctx.db.patch("taskDueHours", row._id, { hours });
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "organisations", id: orgId };
  await record(ctx, { orgId, actor, action: "task_due_hours.changed", subject, details: hours });
}

/** When a task made now is due, UTC ms; undefined by opening hours that never come. */
export async function usualDue(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  priority: Priority,
): Promise<number | undefined> {
  const hours = await dueHoursOf(ctx, orgId);
  return dueAfter((await getDefaultCalendar(ctx, orgId)) ?? ALWAYS_OPEN, hours[priority], Date.now());
}

async function rowOf(ctx: QueryCtx, orgId: Id<"organisations">) {
  return await ctx.db
    .query("taskDueHours")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}
