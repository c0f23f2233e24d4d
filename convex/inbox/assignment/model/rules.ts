import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { requireChannel } from "../../../connections/model";
import { requireAccount } from "../../../contacts/accounts/model";
import { appError } from "../../../lib/errors";
import { repositioned } from "../../../lib/ranked";
import { requireMemberOf } from "../../../orgs/model";
import { checkSkills, requireTeam } from "../../../orgs/teams/model";
import { ruleLanguage, ruleName } from "../../ruleChecks";
import type { RuleConditions, RuleTarget } from "../schema";

/** More than anybody keeps apart; all of them are read for each new conversation. */
const MAX_RULES = 100;
const MAX_TAG_CHARS = 60;

export type RuleFields = Pick<Doc<"assignmentRules">, "name" | "conditions" | "target">;
export type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/** The rules of an organisation in their order, those switched off included. */
export async function listRules(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"assignmentRules">[]> {
  return await ctx.db
    .query("assignmentRules")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_RULES);
}

async function requireRule(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  ruleId: Id<"assignmentRules">,
): Promise<Doc<"assignmentRules">> {
  const rule = await ctx.db.get("assignmentRules", ruleId);
  if (rule === null || rule.orgId !== orgId) throw appError("not_found", "This rule does not exist.");
  return rule;
}

/** Adds a rule after the others. Throws `invalid` with the field, `not_found` for others' ids, `conflict` when full. */
export async function createRule(ctx: MutationCtx, by: ByMember, fields: RuleFields): Promise<Id<"assignmentRules">> {
  const all = await listRules(ctx, by.orgId);
  if (all.length >= MAX_RULES) throw appError("conflict", `A workspace has room for ${MAX_RULES} rules.`);
  const ruleId = await ctx.db.insert("assignmentRules", {
    ...(await checked(ctx, by.orgId, fields)),
    orgId: by.orgId,
    isEnabled: true,
    position: (all.at(-1)?.position ?? 0) + 1,
  });
  await note(ctx, by, ruleId, "created", fields.name);
  return ruleId;
}

/** Changes a rule. Conversations that were given by it stay where they are. Throws like `createRule`. */
export async function changeRule(
  ctx: MutationCtx,
  by: ByMember,
  ruleId: Id<"assignmentRules">,
  fields: RuleFields,
): Promise<void> {
  await requireRule(ctx, by.orgId, ruleId);
  await ctx.db.patch("assignmentRules", ruleId, await checked(ctx, by.orgId, fields));
  await note(ctx, by, ruleId, "changed", fields.name);
}

/** Switches a rule on or off. */
export async function setRuleEnabled(
  ctx: MutationCtx,
  by: ByMember,
  ruleId: Id<"assignmentRules">,
  isEnabled: boolean,
): Promise<void> {
  const rule = await requireRule(ctx, by.orgId, ruleId);
  if (rule.isEnabled === isEnabled) return;
  await ctx.db.patch("assignmentRules", ruleId, { isEnabled });
  await note(ctx, by, ruleId, isEnabled ? "enabled" : "disabled", rule.name);
}

/** Puts a rule before the one at `index` (0 = first): the first that fits counts. */
export async function moveRule(
  ctx: MutationCtx,
  by: ByMember,
  ruleId: Id<"assignmentRules">,
  index: number,
): Promise<void> {
  const rule = await requireRule(ctx, by.orgId, ruleId);
  for (const { row, position } of repositioned(await listRules(ctx, by.orgId), rule, index)) {
    await ctx.db.patch("assignmentRules", row._id, { position });
  }
  await note(ctx, by, ruleId, "moved", rule.name);
}

/** Removes a rule; decisions keep its name. */
export async function removeRule(ctx: MutationCtx, by: ByMember, ruleId: Id<"assignmentRules">): Promise<void> {
  const { name } = await requireRule(ctx, by.orgId, ruleId);
  await ctx.db.delete("assignmentRules", ruleId);
  await note(ctx, by, ruleId, "removed", name);
}

/** Removes the rules that are for a customer organisation alone which was deleted. */
export async function forgetAccount(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  accountId: Id<"accounts">,
): Promise<void> {
  const rules = await listRules(ctx, orgId);
  for (const { _id, name } of rules.filter(({ conditions }) => conditions.accountId === accountId)) {
    await ctx.db.delete("assignmentRules", _id);
    const actor = { kind: "system", name: "accounts" } as const;
    const subject = { table: "assignmentRules", id: _id };
    await record(ctx, { orgId, actor, action: "assignment_rule.removed", subject, details: { name } });
  }
}

async function note(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  ruleId: Id<"assignmentRules">,
  done: "created" | "changed" | "enabled" | "disabled" | "moved" | "removed",
  name: string,
): Promise<void> {
  const subject = { table: "assignmentRules", id: ruleId };
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action: `assignment_rule.${done}`, subject, details: { name } });
}

async function checked(ctx: QueryCtx, orgId: Id<"organisations">, fields: RuleFields): Promise<RuleFields> {
  const name = ruleName(fields.name);
  const conditions = await checkConditions(ctx, orgId, fields.conditions);
  return { name, conditions, target: await checkTarget(ctx, orgId, fields.target) };
}

async function checkConditions(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { tag: tagText, language: languageText, ...rest }: RuleConditions,
): Promise<RuleConditions> {
  const tag = tagText?.trim() || undefined;
  const language = ruleLanguage(languageText);
  if (tag !== undefined && tag.length > MAX_TAG_CHARS) {
    throw appError("invalid", `A tag has at most ${MAX_TAG_CHARS} characters.`, { field: "conditions.tag" });
  }
  if (rest.channelId !== undefined) await requireChannel(ctx, orgId, rest.channelId);
  if (rest.accountId !== undefined) await requireAccount(ctx, orgId, rest.accountId);
  return { ...rest, tag, language };
}

async function checkTarget(ctx: QueryCtx, orgId: Id<"organisations">, target: RuleTarget): Promise<RuleTarget> {
  if (target.kind === "member") {
    await requireMemberOf(ctx, orgId, target.memberId);
    return target;
  }
  await requireTeam(ctx, orgId, target.teamId);
  return { ...target, skills: checkSkills(target.skills) };
}
