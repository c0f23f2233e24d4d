import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { isZone } from "../../lib/time";
import { calendarProblem } from "./rules";

/** More calendars than an organisation has places and teams with hours of their own. */
const MAX_CALENDARS = 50;

export type CalendarFields = Omit<WithoutSystemFields<Doc<"calendars">>, "orgId" | "isDefault">;

/** The calendars of an organisation, the default one first, then by name. */
export async function listCalendars(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"calendars">[]> {
  const all = await ctx.db
    .query("calendars")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_CALENDARS);
  return all.sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || a.name.localeCompare(b.name));
}

/** The calendar, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireCalendar(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  calendarId: Id<"calendars">,
): Promise<Doc<"calendars">> {
  const calendar = await ctx.db.get("calendars", calendarId);
  if (calendar === null || calendar.orgId !== orgId) throw appError("not_found", "This calendar does not exist.");
  return calendar;
}

/** Makes a calendar. Throws `invalid` with the field for hours, days or a zone that are none, `conflict` when full. */
export async function createCalendar(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  fields: CalendarFields,
): Promise<Id<"calendars">> {
  const all = await listCalendars(ctx, orgId);
  if (all.length >= MAX_CALENDARS) throw appError("conflict", `A workspace has room for ${MAX_CALENDARS} calendars.`);
  return await ctx.db.insert("calendars", { ...checked(fields), orgId, isDefault: all.length === 0 });
}

/** Changes a calendar. Throws like `createCalendar`. */
export async function changeCalendar(
  ctx: MutationCtx,
  { _id }: Doc<"calendars">,
  fields: CalendarFields,
): Promise<void> {
  await ctx.db.patch("calendars", _id, checked(fields));
}

/** Makes a calendar the one that counts where nothing else is said. */
export async function setDefaultCalendar(ctx: MutationCtx, { orgId, _id }: Doc<"calendars">): Promise<void> {
  for (const calendar of await listCalendars(ctx, orgId)) {
    const isDefault = calendar._id === _id;
    if (calendar.isDefault !== isDefault) await ctx.db.patch("calendars", calendar._id, { isDefault });
  }
}

/** Removes a calendar that nobody uses (the caller knows). Throws `conflict` for the default one. */
export async function removeCalendar(ctx: MutationCtx, { _id, isDefault }: Doc<"calendars">): Promise<void> {
  if (isDefault) throw appError("conflict", "The default calendar stays: make another one the default first.");
  await ctx.db.delete("calendars", _id);
}

function checked(fields: CalendarFields): CalendarFields {
  if (!isZone(fields.timezone)) {
    throw appError("invalid", `"${fields.timezone}" is not a time zone.`, { field: "timezone" });
  }
  const problem = calendarProblem(fields);
  if (problem !== null) throw appError("invalid", problem.message, { field: problem.field });
  const { name, timezone, intervals } = fields;
  const holidays = fields.holidays.toSorted((a, b) => a.date.localeCompare(b.date));
  return { name: name.trim(), timezone, intervals, holidays };
}
