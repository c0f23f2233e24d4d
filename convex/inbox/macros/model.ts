import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";
import { requireMemberOf } from "../../orgs/model";
import { isInTeam, requireTeam, teamsOf } from "../../orgs/teams/model";
import { requireTemplate } from "../../templates/model";
import { checkTags } from "../model/fields";
import { checkNote } from "../model/work";
import { inOrder, shapeProblem, type ShapeProblem } from "./rules";
import type { MacroAudience, MacroContext, MacroStep } from "./schema";

// Several actions under one name (product.md A-68): who has which, and what may be in them.

const MAX_NAME_CHARS = 60;
/** Macros of one kind that a member sees: more are found no faster than done by hand. */
const MAX_MACROS = 100;
const MAX_TITLE_CHARS = 200;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };
export type MacroFields = { name: string; audience: MacroAudience; context: MacroContext; steps: MacroStep[] };

/** The shared macros (of one's teams; all of them for who manages them) and one's own, each kind in its order. */
export async function macrosOf(ctx: QueryCtx, { orgId, member }: ByMember): Promise<Doc<"macros">[]> {
  const [shared, own] = await Promise.all([kindOf(ctx, orgId, undefined), kindOf(ctx, orgId, member._id)]);
  const teamIds = await teamsOf(ctx, member._id);
  const managesAll = can(member.role, "macros.manage");
  const seen = shared.filter(({ teamId }) => teamId === undefined || managesAll || teamIds.includes(teamId));
  return [...seen, ...own];
}

/** A macro as screens show it. */
export function presentMacro({ _id, ownerId, teamId, name, isEnabled, context, steps }: Doc<"macros">) {
  const audience: MacroAudience =
    ownerId !== undefined ? { kind: "private" } : teamId === undefined ? { kind: "all" } : { kind: "team", teamId };
  return { id: _id, name, isEnabled, audience, context, steps };
}

/**
 * The macro, if the member sees it. Throws `not_found` for another organisation's, somebody's own, and one of a team the
 * member is neither in nor manages.
 */
export async function requireMacro(
  ctx: QueryCtx,
  { orgId, member }: ByMember,
  macroId: Id<"macros">,
): Promise<Doc<"macros">> {
  const macro = await ctx.db.get("macros", macroId);
  if (macro !== null && macro.orgId === orgId && (await maySee(ctx, member, macro))) return macro;
  throw appError("not_found", "This macro does not exist.");
}

async function maySee(ctx: QueryCtx, member: Doc<"members">, { ownerId, teamId }: Doc<"macros">): Promise<boolean> {
  if (ownerId !== undefined) return ownerId === member._id;
  if (teamId === undefined || can(member.role, "macros.manage")) return true;
  return await isInTeam(ctx, teamId, member._id);
}

/**
 * Makes a macro, at the end of its kind. Throws `forbidden` for a shared one without the right to manage those, `invalid`
 * with the field for what cannot be in one, `not_found` for templates, members and teams of others.
 */
export async function createMacro(ctx: MutationCtx, by: ByMember, fields: MacroFields): Promise<Id<"macros">> {
  const { audience, ...checked } = await checkedFields(ctx, by, fields);
  const row = { ...checked, ...(await placeOf(ctx, by, audience)), orgId: by.orgId, isEnabled: true };
  const macroId = await ctx.db.insert("macros", row);
  await audit(ctx, by, macroId, "macro.created");
  return macroId;
}

/** Changes all of a macro. Throws like `createMacro`. */
export async function changeMacro(
  ctx: MutationCtx,
  by: ByMember,
  macroId: Id<"macros">,
  fields: MacroFields,
): Promise<void> {
  const macro = await requireChangeable(ctx, by, macroId);
  const { audience, ...checked } = await checkedFields(ctx, by, fields);
  const isSameKind = (audience.kind === "private") === (macro.ownerId !== undefined);
  const { ownerId, teamId, position } = await placeOf(ctx, by, audience, isSameKind ? macro : undefined);
  await ctx.db.patch("macros", macroId, { ...checked, ownerId, teamId, position });
  await audit(ctx, by, macroId, "macro.changed");
}

/** Offers a macro, or offers it no more. */
export async function setMacroEnabled(
  ctx: MutationCtx,
  by: ByMember,
  macroId: Id<"macros">,
  isEnabled: boolean,
): Promise<void> {
  const macro = await requireChangeable(ctx, by, macroId);
  if (macro.isEnabled === isEnabled) return;
  await ctx.db.patch("macros", macroId, { isEnabled });
  await audit(ctx, by, macroId, isEnabled ? "macro.enabled" : "macro.disabled");
}

/** Puts a macro at the `index`-th place of its kind. */
export async function moveMacro(ctx: MutationCtx, by: ByMember, macroId: Id<"macros">, index: number): Promise<void> {
  const macro = await requireChangeable(ctx, by, macroId);
  const others = (await kindOf(ctx, by.orgId, macro.ownerId)).filter(({ _id }) => _id !== macroId);
  const at = Math.min(Math.max(0, Math.trunc(index)), others.length);
  const after = others[at]?.position ?? (others.at(-1)?.position ?? 0) + 2;
  const before = others[at - 1]?.position ?? after - 2;
  await ctx.db.patch("macros", macroId, { position: (before + after) / 2 });
}

/** Removes a macro; what it did stays, and orders under way go on. */
export async function removeMacro(ctx: MutationCtx, by: ByMember, macroId: Id<"macros">): Promise<void> {
  const { name } = await requireChangeable(ctx, by, macroId);
  await ctx.db.delete("macros", macroId);
  await audit(ctx, by, macroId, "macro.removed", { name });
}

async function requireChangeable(ctx: QueryCtx, by: ByMember, macroId: Id<"macros">): Promise<Doc<"macros">> {
  const macro = await requireMacro(ctx, by, macroId);
  if (macro.ownerId === undefined) checkMayShare(by.member);
  return macro;
}

function checkMayShare({ role }: Doc<"members">): void {
  if (!can(role, "macros.manage")) throw appError("forbidden", `Your role (${role}) does not allow this.`);
}

async function placeOf(ctx: QueryCtx, { orgId, member }: ByMember, audience: MacroAudience, now?: Doc<"macros">) {
  const ownerId = audience.kind === "private" ? member._id : undefined;
  const teamId = audience.kind === "team" ? audience.teamId : undefined;
  if (now !== undefined) return { ownerId, teamId, position: now.position };
  const all = await kindOf(ctx, orgId, ownerId);
  if (all.length >= MAX_MACROS) throw appError("invalid", `At most ${MAX_MACROS} macros.`, { field: "name" });
  return { ownerId, teamId, position: (all.at(-1)?.position ?? 0) + 1 };
}

async function kindOf(ctx: QueryCtx, orgId: Id<"organisations">, ownerId: Id<"members"> | undefined) {
  return await ctx.db
    .query("macros")
    .withIndex("by_owner", (q) => q.eq("orgId", orgId).eq("ownerId", ownerId))
    .take(MAX_MACROS);
}

async function checkedFields(ctx: QueryCtx, by: ByMember, fields: MacroFields): Promise<MacroFields> {
  const { audience, context } = fields;
  if (audience.kind !== "private") checkMayShare(by.member);
  if (audience.kind === "team") await requireTeam(ctx, by.orgId, audience.teamId);
  const name = fields.name.trim();
  if (name === "" || name.length > MAX_NAME_CHARS) {
    throw appError("invalid", `A name has 1 to ${MAX_NAME_CHARS} characters.`, { field: "name" });
  }
  const problem = shapeProblem(fields.steps);
  if (problem !== null) {
    const field = problem.problem === "empty" ? "steps" : `steps.${problem.index}`;
    throw appError("invalid", SHAPE_WORDS[problem.problem], { field });
  }
  const steps: MacroStep[] = [];
  for (const [index, step] of fields.steps.entries()) steps.push(await checkedStep(ctx, by, step, audience, index));
  return { name, audience, context, steps: inOrder(steps) };
}

const SHAPE_WORDS: Record<ShapeProblem["problem"], string> = {
  empty: "A macro does at least one thing.",
  too_many: "A macro has at most 12 steps.",
  twice: "A macro does this once.",
  days: "Choose 1 to 90 days.",
  closed_snooze: "A closed conversation cannot be snoozed.",
  words: "Write something here.",
};

async function checkedStep(
  ctx: QueryCtx,
  { orgId, member }: ByMember,
  step: MacroStep,
  audience: MacroAudience,
  index: number,
): Promise<MacroStep> {
  switch (step.kind) {
    case "reply": {
      const template = await requireTemplate(ctx, orgId, step.templateId, member._id);
      if (template.ownerId === undefined || audience.kind === "private") return step;
      throw appError("invalid", "Others cannot use your own text.", { field: `steps.${index}` });
    }
    case "note":
      return { ...step, text: checkNote(step.text) };
    case "tag":
    case "untag":
      return { ...step, tag: checkTags([step.tag])[0] ?? step.tag };
    case "team":
      if (step.teamId !== null) await requireTeam(ctx, orgId, step.teamId);
      return step;
    case "assign":
    case "task":
      if (step.assigneeId !== null && step.assigneeId !== "me") await requireMemberOf(ctx, orgId, step.assigneeId);
      return step.kind === "task" ? { ...step, title: checkTitle(step.title, index) } : step;
    default:
      return step;
  }
}

function checkTitle(text: string, index: number): string {
  const title = text.trim();
  if (title.length <= MAX_TITLE_CHARS) return title;
  throw appError("invalid", `A title has 1 to ${MAX_TITLE_CHARS} characters.`, { field: `steps.${index}` });
}

async function audit(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  macroId: Id<"macros">,
  action: AuditAction,
  details?: { name: string },
): Promise<void> {
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "macros", id: macroId };
  await record(ctx, { orgId, actor, action, subject, ...(details === undefined ? {} : { details }) });
}
