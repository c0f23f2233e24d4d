import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { claimThread } from "./model/claim";
import * as rules from "./model/rules";
import { saveAssignmentSettings } from "./model/settings";
import * as work from "./model/work";
import { vAssignmentSettings, vRuleConditions, vRuleTarget } from "./schema";

const byOf = (ctx: { orgId: rules.ByMember["orgId"]; member: { _id: rules.ByMember["memberId"] } }) => ({
  orgId: ctx.orgId,
  memberId: ctx.member._id,
});

/** Takes a conversation from whom one sees with it; who comes too late is told who has it, and what is next. */
export const claim = memberMutation("inbox.assign")({
  args: { threadId: v.id("threads"), fromId: v.union(v.id("members"), v.null()) },
  returns: v.union(
    v.object({ kind: v.literal("yours") }),
    v.object({
      kind: v.literal("lost"),
      holder: v.union(v.null(), v.object({ memberId: v.id("members"), name: v.string() })),
      nextId: v.union(v.null(), v.id("threads")),
    }),
  ),
  handler: async (ctx, args) => await claimThread(ctx, ctx.member, args),
});

/** Gives a conversation to a team, or takes it out of its team (null). */
export const assignToTeam = memberMutation("inbox.assign")({
  args: { threadId: v.id("threads"), teamId: v.union(v.id("teams"), v.null()) },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await work.assignToTeam(ctx, ctx.member, args);
    return null;
  },
});

/** Gives a conversation by the rules. False when none fits; then nothing changes. */
export const assignByRules = memberMutation("inbox.assign")({
  args: { threadId: v.id("threads") },
  returns: v.boolean(),
  handler: async (ctx, { threadId }): Promise<boolean> => await work.assignByRules(ctx, ctx.member, threadId),
});

const ruleFields = { name: v.string(), conditions: vRuleConditions, target: vRuleTarget };

/** Adds a rule after the others. */
export const createRule = memberMutation("assignment.manage")({
  args: ruleFields,
  returns: v.id("assignmentRules"),
  handler: async (ctx, fields) => await rules.createRule(ctx, byOf(ctx), fields),
});

/** Changes a rule. */
export const changeRule = memberMutation("assignment.manage")({
  args: { ruleId: v.id("assignmentRules"), ...ruleFields },
  returns: v.null(),
  handler: async (ctx, { ruleId, ...fields }): Promise<null> => {
    await rules.changeRule(ctx, byOf(ctx), ruleId, fields);
    return null;
  },
});

/** Switches a rule on or off. */
export const setRuleEnabled = memberMutation("assignment.manage")({
  args: { ruleId: v.id("assignmentRules"), isEnabled: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { ruleId, isEnabled }): Promise<null> => {
    await rules.setRuleEnabled(ctx, byOf(ctx), ruleId, isEnabled);
    return null;
  },
});

/** Puts a rule before the one at `index`. */
export const moveRule = memberMutation("assignment.manage")({
  args: { ruleId: v.id("assignmentRules"), index: v.number() },
  returns: v.null(),
  handler: async (ctx, { ruleId, index }): Promise<null> => {
    await rules.moveRule(ctx, byOf(ctx), ruleId, index);
    return null;
  },
});

/** Removes a rule. */
export const removeRule = memberMutation("assignment.manage")({
  args: { ruleId: v.id("assignmentRules") },
  returns: v.null(),
  handler: async (ctx, { ruleId }): Promise<null> => {
    await rules.removeRule(ctx, byOf(ctx), ruleId);
    return null;
  },
});

/** Replaces what happens beside the rules. */
export const saveSettings = memberMutation("assignment.manage")({
  args: vAssignmentSettings.fields,
  returns: v.null(),
  handler: async (ctx, settings): Promise<null> => {
    await saveAssignmentSettings(ctx, byOf(ctx), settings);
    return null;
  },
});
