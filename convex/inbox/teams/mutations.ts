import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vTeamMode } from "../../orgs/teams/schema";
import * as model from "./model";

const teamFields = {
  name: v.string(),
  mode: vTeamMode,
  onlyOnline: v.boolean(),
  /** Absent: the organisation's default opening hours. */
  calendarId: v.optional(v.id("calendars")),
  memberIds: v.array(v.id("members")),
};

/** Makes a team of the people given. */
export const create = memberMutation("assignment.manage")({
  args: teamFields,
  returns: v.id("teams"),
  handler: async (ctx, fields) => await model.createTeam(ctx, ctx, fields),
});

/** Changes a team and its people. */
export const change = memberMutation("assignment.manage")({
  args: { teamId: v.id("teams"), ...teamFields },
  returns: v.null(),
  handler: async (ctx, fields): Promise<null> => {
    await model.changeTeam(ctx, ctx, fields);
    return null;
  },
});

/** Archives a team or brings it back. */
export const setArchived = memberMutation("assignment.manage")({
  args: { teamId: v.id("teams"), isArchived: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await model.setTeamArchived(ctx, ctx, args);
    return null;
  },
});

/** Sets what a member knows and how many open conversations are enough (null: no limit). */
export const setWorkProfile = memberMutation("assignment.manage")({
  args: { memberId: v.id("members"), skills: v.array(v.string()), capacity: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await model.setWorkProfile(ctx, ctx, args);
    return null;
  },
});

/** Sets the caller away, until an instant (UTC ms) if one is given, or back; leads may do so for others. */
export const setAway = memberMutation("inbox.read")({
  args: {
    isAway: v.boolean(),
    note: v.optional(v.string()),
    until: v.optional(v.number()),
    memberId: v.optional(v.id("members")),
  },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await model.setAway(ctx, ctx, args);
    return null;
  },
});

/** Suspends a member at once, handing their conversations on, or reinstates them. */
export const setMemberStatus = memberMutation("members.manage")({
  args: { memberId: v.id("members"), status: literals("active", "suspended") },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await model.setMemberStatus(ctx, ctx, args);
    return null;
  },
});

/** The caller's tab is open, and perhaps looked at: to be said every minute (orgs/teams/presence.ts). */
export const here = memberMutation("inbox.read")({
  args: { isLooking: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { isLooking = false }): Promise<null> => {
    await model.noteHere(ctx, ctx.member, isLooking);
    return null;
  },
});
