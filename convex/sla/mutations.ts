import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import { vHoliday, vOpeningInterval } from "../orgs/schema";
import * as calendars from "./model/calendars";
import * as policies from "./model/policies";
import { vEscalation, vSlaConditions, vSlaTargets } from "./schema";

const policyFields = {
  name: v.string(),
  conditions: vSlaConditions,
  targets: vSlaTargets,
  calendarId: v.optional(v.id("calendars")),
  escalation: vEscalation,
};
const calendarFields = {
  name: v.string(),
  timezone: v.string(),
  intervals: v.array(vOpeningInterval),
  holidays: v.array(vHoliday),
};

/** Adds a policy after the others. */
export const createPolicy = memberMutation("sla.manage")({
  args: policyFields,
  returns: v.id("slaPolicies"),
  handler: async (ctx, fields) =>
    await policies.createPolicy(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, fields),
});

/** Replaces what a policy says; running clocks are computed anew. */
export const changePolicy = memberMutation("sla.manage")({
  args: { policyId: v.id("slaPolicies"), ...policyFields },
  returns: v.null(),
  handler: async (ctx, { policyId, ...fields }): Promise<null> => {
    await policies.changePolicy(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, policyId, fields);
    return null;
  },
});

/** Switches a policy on or off. */
export const setPolicyEnabled = memberMutation("sla.manage")({
  args: { policyId: v.id("slaPolicies"), isEnabled: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { policyId, isEnabled }): Promise<null> => {
    await policies.setPolicyEnabled(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, policyId, isEnabled);
    return null;
  },
});

/** Puts a policy at a place in the order, 0 = first; it decides between equally particular ones. */
export const movePolicy = memberMutation("sla.manage")({
  args: { policyId: v.id("slaPolicies"), index: v.number() },
  returns: v.null(),
  handler: async (ctx, { policyId, index }): Promise<null> => {
    await policies.movePolicy(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, policyId, index);
    return null;
  },
});

/** Removes a policy. */
export const removePolicy = memberMutation("sla.manage")({
  args: { policyId: v.id("slaPolicies") },
  returns: v.null(),
  handler: async (ctx, { policyId }): Promise<null> => {
    await policies.removePolicy(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, policyId);
    return null;
  },
});

/** Adds the usual targets per channel to a workspace without policies. */
export const addUsualPolicies = memberMutation("sla.manage")({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await policies.addUsualPolicies(ctx, { orgId: ctx.orgId, memberId: ctx.member._id });
    return null;
  },
});

/** Makes a calendar. */
export const createCalendar = memberMutation("sla.manage")({
  args: calendarFields,
  returns: v.id("calendars"),
  handler: async (ctx, fields) =>
    await calendars.createCalendar(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, fields),
});

/** Replaces hours and days off of a calendar; running clocks are computed anew. */
export const changeCalendar = memberMutation("sla.manage")({
  args: { calendarId: v.id("calendars"), ...calendarFields },
  returns: v.null(),
  handler: async (ctx, { calendarId, ...fields }): Promise<null> => {
    await calendars.changeCalendar(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, calendarId, fields);
    return null;
  },
});

/** Makes a calendar the one that counts where nothing else is said. */
export const setDefaultCalendar = memberMutation("sla.manage")({
  args: { calendarId: v.id("calendars") },
  returns: v.null(),
  handler: async (ctx, { calendarId }): Promise<null> => {
    await calendars.setDefaultCalendar(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, calendarId);
    return null;
  },
});

/** Removes a calendar that nothing goes by. */
export const removeCalendar = memberMutation("sla.manage")({
  args: { calendarId: v.id("calendars") },
  returns: v.null(),
  handler: async (ctx, { calendarId }): Promise<null> => {
    await calendars.removeCalendar(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, calendarId);
    return null;
  },
});
