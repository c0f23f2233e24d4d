import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { listChannels } from "../../connections/model";
import { memberQuery } from "../../lib/functions";
import { requireThread } from "../model/rows";
import { explainAssignment } from "./model/decisions";
import { listRules } from "./model/rules";
import { assignmentSettings } from "./model/settings";
import { vAssignmentSettings, vAssignmentTrigger, vRuleConditions, vRuleTarget } from "./schema";
import { MISSES, PASSED_OVER } from "./sets";

/** The assignment rules in their order, those switched off included. */
export const rules = memberQuery("inbox.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("assignmentRules"),
      name: v.string(),
      isEnabled: v.boolean(),
      conditions: vRuleConditions,
      target: vRuleTarget,
    }),
  ),
  handler: async (ctx) =>
    (await listRules(ctx, ctx.orgId)).map(({ _id, name, isEnabled, conditions, target }) => ({
      id: _id,
      name,
      isEnabled,
      conditions,
      target,
    })),
});

/** What happens beside the rules. */
export const settings = memberQuery("inbox.read")({
  args: {},
  returns: vAssignmentSettings,
  handler: async (ctx) => await assignmentSettings(ctx, ctx.orgId),
});

/** The mailboxes and numbers rules and scopes may name, without what only those who manage connections see. */
export const places = memberQuery("inbox.read")({
  args: {},
  returns: v.array(v.object({ id: v.id("channels"), name: v.string() })),
  handler: async (ctx) =>
    (await listChannels(ctx, ctx.orgId)).map(({ _id, channelName }) => ({ id: _id, name: channelName })),
});

/** Why a conversation is whose, newest decision first (design rule 6). */
export const why = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(
    v.object({
      id: v.id("assignmentDecisions"),
      at: v.number(),
      trigger: vAssignmentTrigger,
      by: v.union(v.string(), v.null()),
      rule: v.union(v.string(), v.null()),
      team: v.union(v.string(), v.null()),
      assignee: v.union(v.string(), v.null()),
      skills: v.array(v.string()),
      ignoredSkills: v.boolean(),
      passedRules: v.array(v.object({ name: v.string(), because: literals(...MISSES) })),
      passedOver: v.array(v.object({ name: v.string(), because: literals(...PASSED_OVER) })),
    }),
  ),
  handler: async (ctx, { threadId }) => await explainAssignment(ctx, await requireThread(ctx, ctx.orgId, threadId)),
});
