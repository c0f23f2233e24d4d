import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import * as rules from "./model/rules";
import { vSortingConditions, vSortingEffect } from "./schema";

const byOf = (ctx: { orgId: rules.ByMember["orgId"]; member: { _id: rules.ByMember["memberId"] } }) => ({
  orgId: ctx.orgId,
  memberId: ctx.member._id,
});

const ruleFields = {
  name: v.string(),
  conditions: vSortingConditions,
  effect: vSortingEffect,
  goesOn: v.boolean(),
};

/** Adds a sorting rule after the others. */
export const createRule = memberMutation("assignment.manage")({
  args: ruleFields,
  returns: v.id("sortingRules"),
  handler: async (ctx, fields) => await rules.createRule(ctx, byOf(ctx), fields),
});

/** Changes a rule. */
export const changeRule = memberMutation("assignment.manage")({
  args: { ruleId: v.id("sortingRules"), ...ruleFields },
  returns: v.null(),
  handler: async (ctx, { ruleId, ...fields }): Promise<null> => {
    await rules.changeRule(ctx, byOf(ctx), ruleId, fields);
    return null;
  },
});

/** Switches a rule on or off. */
export const setRuleEnabled = memberMutation("assignment.manage")({
  args: { ruleId: v.id("sortingRules"), isEnabled: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { ruleId, isEnabled }): Promise<null> => {
    await rules.setRuleEnabled(ctx, byOf(ctx), ruleId, isEnabled);
    return null;
  },
});

/** Puts a rule before the one at `index`. */
export const moveRule = memberMutation("assignment.manage")({
  args: { ruleId: v.id("sortingRules"), index: v.number() },
  returns: v.null(),
  handler: async (ctx, { ruleId, index }): Promise<null> => {
    await rules.moveRule(ctx, byOf(ctx), ruleId, index);
    return null;
  },
});

/** Removes a rule. */
export const removeRule = memberMutation("assignment.manage")({
  args: { ruleId: v.id("sortingRules") },
  returns: v.null(),
  handler: async (ctx, { ruleId }): Promise<null> => {
    await rules.removeRule(ctx, byOf(ctx), ruleId);
    return null;
  },
});
