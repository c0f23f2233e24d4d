import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { memberQuery } from "../../lib/functions";
import { vRole } from "../../lib/permissions";
import { vAway, vTeamMode } from "../../orgs/teams/schema";
import { presentPeople, presentTeams } from "./model";

/** The teams by name, archived ones included; `waiting` stops counting at 100. */
export const list = memberQuery("inbox.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("teams"),
      name: v.string(),
      mode: vTeamMode,
      onlyOnline: v.boolean(),
      calendarId: v.optional(v.id("calendars")),
      isArchived: v.boolean(),
      memberIds: v.array(v.id("members")),
      waiting: v.number(),
    }),
  ),
  handler: async (ctx) => await presentTeams(ctx, ctx.orgId),
});

/** Everybody with skills, capacity (null: no limit), open conversations, and when their tab last spoke (UTC ms). */
export const people = memberQuery("inbox.read")({
  args: {},
  returns: v.array(
    v.object({
      memberId: v.id("members"),
      name: v.string(),
      role: vRole,
      status: literals("active", "suspended"),
      skills: v.array(v.string()),
      capacity: v.union(v.number(), v.null()),
      away: v.union(vAway, v.null()),
      seenAt: v.union(v.number(), v.null()),
      load: v.number(),
    }),
  ),
  handler: async (ctx) => await presentPeople(ctx, ctx.orgId),
});
