import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import * as calendars from "../../orgs/calendars/model";
import { listTeams } from "../../orgs/teams/model";
import { restateAll, usesCalendar } from "./policies";

// Changes of business hours: the rows are the organisation's, the deadlines that follow from them are ours.

type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/** Makes a calendar. Throws like `orgs/calendars/model:createCalendar`. */
export async function createCalendar(
  ctx: MutationCtx,
  by: ByMember,
  fields: calendars.CalendarFields,
): Promise<Id<"calendars">> {
  const calendarId = await calendars.createCalendar(ctx, by.orgId, fields);
  await note(ctx, by, calendarId, "calendar.created", fields.name);
  return calendarId;
}

/** Changes a calendar; running clocks are computed anew. */
export async function changeCalendar(
  ctx: MutationCtx,
  by: ByMember,
  calendarId: Id<"calendars">,
  fields: calendars.CalendarFields,
): Promise<void> {
  await calendars.changeCalendar(ctx, await calendars.requireCalendar(ctx, by.orgId, calendarId), fields);
  await note(ctx, by, calendarId, "calendar.changed", fields.name);
}

/** Makes a calendar the default one; running clocks are computed anew. */
export async function setDefaultCalendar(ctx: MutationCtx, by: ByMember, calendarId: Id<"calendars">): Promise<void> {
  const calendar = await calendars.requireCalendar(ctx, by.orgId, calendarId);
  await calendars.setDefaultCalendar(ctx, calendar);
  await note(ctx, by, calendarId, "calendar.made_default", calendar.name);
}

/** Removes a calendar. Throws `conflict` for the default one and for one that a policy names or a team has. */
export async function removeCalendar(ctx: MutationCtx, by: ByMember, calendarId: Id<"calendars">): Promise<void> {
  const calendar = await calendars.requireCalendar(ctx, by.orgId, calendarId);
  if (await usesCalendar(ctx, by.orgId, calendarId)) {
    throw appError("conflict", "A policy goes by this calendar: give it another one first.");
  }
  if ((await listTeams(ctx, by.orgId)).some((team) => team.calendarId === calendarId)) {
    throw appError("conflict", "A team goes by this calendar: give it another one first.");
  }
  await calendars.removeCalendar(ctx, calendar);
  await note(ctx, by, calendarId, "calendar.removed", calendar.name);
}

async function note(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  calendarId: Id<"calendars">,
  action: AuditAction,
  name: string,
): Promise<void> {
  const subject = { table: "calendars", id: calendarId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details: { name } });
  await restateAll(ctx, orgId);
}
