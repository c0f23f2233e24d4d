import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { requireChannel } from "../../../connections/model";
import { requireAccount } from "../../../contacts/accounts/model";
import { countryOfLocale, normaliseEmail, normalisePhone } from "../../../contacts/addresses";
import { appError } from "../../../lib/errors";
import { repositioned } from "../../../lib/ranked";
import { requireOrg } from "../../../orgs/model";
import { checkTags } from "../../model/fields";
import { ruleLanguage, ruleName } from "../../ruleChecks";
import { wordsOf } from "../rules";
import type { SortingConditions, SortingEffect } from "../schema";

/** More than anybody keeps apart; all of them are read for each new conversation. */
const MAX_RULES = 100;
const MAX_WORDS = 50;
const MAX_WORD_CHARS = 80;
const MAX_SENDERS = 50;
/** Of one rule: it says what a conversation is, it does not list it. */
const MAX_RULE_TAGS = 10;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

export type RuleFields = Pick<Doc<"sortingRules">, "name" | "conditions" | "effect" | "goesOn">;
export type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/** The rules of an organisation in their order, those switched off included. */
export async function listRules(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"sortingRules">[]> {
  return await ctx.db
    .query("sortingRules")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_RULES);
}

async function requireRule(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  ruleId: Id<"sortingRules">,
): Promise<Doc<"sortingRules">> {
  const rule = await ctx.db.get("sortingRules", ruleId);
  if (rule === null || rule.orgId !== orgId) throw appError("not_found", "This rule does not exist.");
  return rule;
}

/** Adds a rule after the others. Throws `invalid` with the field, `not_found` for others' ids, `conflict` when full. */
export async function createRule(ctx: MutationCtx, by: ByMember, fields: RuleFields): Promise<Id<"sortingRules">> {
  const all = await listRules(ctx, by.orgId);
  if (all.length >= MAX_RULES) throw appError("conflict", `A workspace has room for ${MAX_RULES} rules.`);
  const ruleId = await ctx.db.insert("sortingRules", {
    ...(await checked(ctx, by.orgId, fields)),
    orgId: by.orgId,
    isEnabled: true,
    position: (all.at(-1)?.position ?? 0) + 1,
  });
  await note(ctx, by, ruleId, "created", fields.name);
  return ruleId;
}

/** Changes a rule. Conversations it sorted stay as they are. Throws like `createRule`. */
export async function changeRule(
  ctx: MutationCtx,
  by: ByMember,
  ruleId: Id<"sortingRules">,
  fields: RuleFields,
): Promise<void> {
  await requireRule(ctx, by.orgId, ruleId);
  await ctx.db.patch("sortingRules", ruleId, await checked(ctx, by.orgId, fields));
  await note(ctx, by, ruleId, "changed", fields.name);
}

/** Switches a rule on or off. */
export async function setRuleEnabled(
  ctx: MutationCtx,
  by: ByMember,
  ruleId: Id<"sortingRules">,
  isEnabled: boolean,
): Promise<void> {
  const rule = await requireRule(ctx, by.orgId, ruleId);
  if (rule.isEnabled === isEnabled) return;
  await ctx.db.patch("sortingRules", ruleId, { isEnabled });
  await note(ctx, by, ruleId, isEnabled ? "enabled" : "disabled", rule.name);
}

/** Puts a rule before the one at `index` (0 = first). */
export async function moveRule(
  ctx: MutationCtx,
  by: ByMember,
  ruleId: Id<"sortingRules">,
  index: number,
): Promise<void> {
  const rule = await requireRule(ctx, by.orgId, ruleId);
  for (const { row, position } of repositioned(await listRules(ctx, by.orgId), rule, index)) {
    await ctx.db.patch("sortingRules", row._id, { position });
  }
  await note(ctx, by, ruleId, "moved", rule.name);
}

/** Removes a rule; conversations keep its name in their history. */
export async function removeRule(ctx: MutationCtx, by: ByMember, ruleId: Id<"sortingRules">): Promise<void> {
  const { name } = await requireRule(ctx, by.orgId, ruleId);
  await ctx.db.delete("sortingRules", ruleId);
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
    await ctx.db.delete("sortingRules", _id);
    const actor = { kind: "system", name: "accounts" } as const;
    const subject = { table: "sortingRules", id: _id };
    await record(ctx, { orgId, actor, action: "sorting_rule.removed", subject, details: { name } });
  }
}

async function note(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  ruleId: Id<"sortingRules">,
  done: "created" | "changed" | "enabled" | "disabled" | "moved" | "removed",
  name: string,
): Promise<void> {
  const subject = { table: "sortingRules", id: ruleId };
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action: `sorting_rule.${done}`, subject, details: { name } });
}

async function checked(ctx: QueryCtx, orgId: Id<"organisations">, fields: RuleFields): Promise<RuleFields> {
  const name = ruleName(fields.name);
  const conditions = await checkConditions(ctx, orgId, fields.conditions);
  return { name, conditions, effect: checkEffect(fields.effect), goesOn: fields.goesOn };
}

async function checkConditions(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { words: wordTexts, wordsIn, senders: senderTexts, language: languageText, ...rest }: SortingConditions,
): Promise<SortingConditions> {
  const language = ruleLanguage(languageText);
  if (rest.channelId !== undefined) await requireChannel(ctx, orgId, rest.channelId);
  if (rest.accountId !== undefined) await requireAccount(ctx, orgId, rest.accountId);
  const words = checkWords(wordTexts);
  const { locale } = await requireOrg(ctx, orgId);
  const senders = checkSenders(senderTexts, countryOfLocale(locale));
  return { ...rest, words, wordsIn: words === undefined ? undefined : wordsIn, senders, language };
}

function checkWords(texts: readonly string[] = []): string[] | undefined {
  const field = { field: "conditions.words" };
  const words = onceEach(texts);
  if (words.length > MAX_WORDS) throw appError("invalid", `A rule has room for ${MAX_WORDS} words.`, field);
  const wrong = words.find((word) => word.length > MAX_WORD_CHARS || wordsOf(word) === "");
  if (wrong === undefined) return words.length === 0 ? undefined : words;
  const what = `"${wrong.slice(0, MAX_WORD_CHARS)}"`;
  throw appError("invalid", `${what} is no word or phrase of at most ${MAX_WORD_CHARS} characters.`, field);
}

function checkSenders(texts: readonly string[] = [], country: string | undefined): string[] | undefined {
  const field = { field: "conditions.senders" };
  const written = onceEach(texts);
  if (written.length > MAX_SENDERS) throw appError("invalid", `A rule has room for ${MAX_SENDERS} senders.`, field);
  const senders = written.map((text) => {
    const sender = readSender(text, country);
    if (sender !== null) return sender;
    throw appError("invalid", `"${text.slice(0, MAX_WORD_CHARS)}" is no address, number or domain.`, field);
  });
  return senders.length === 0 ? undefined : onceEach(senders);
}

/** "Anna@Firma.de", "@firma.de", "firma.de" or "0171 1234567" as senders are compared by; null for anything else. */
function readSender(text: string, country: string | undefined): string | null {
  const domain = text.toLowerCase().replace(/^@/, "");
  if (DOMAIN.test(domain) && !/^[\d.-]+$/.test(domain)) return domain;
  return text.includes("@") ? normaliseEmail(text) : normalisePhone(text, country);
}

function checkEffect({ threadType, priority, tags: tagTexts }: SortingEffect): SortingEffect {
  const tags = checkTags(tagTexts);
  if (tags.length > MAX_RULE_TAGS) {
    throw appError("invalid", `A rule adds at most ${MAX_RULE_TAGS} tags.`, { field: "tags" });
  }
  if (threadType === undefined && priority === undefined && tags.length === 0) {
    throw appError("invalid", "Say what the rule sets: a type, a priority or a tag.", { field: "effect" });
  }
  return { threadType, priority, tags };
}

function onceEach(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text !== ""))];
}
