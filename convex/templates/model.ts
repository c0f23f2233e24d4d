import type { PaginationOptions, WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { appError } from "../lib/errors";
import type { EmailLayout, TemplateVariable } from "./schema";
import { brokenPlaceholder, variablesIn } from "./variables";

/** What one screen lists; a workspace with more wants search, which comes with the template editor. */
const MAX_TEMPLATES = 500;

type NewTemplate = Pick<
  WithoutSystemFields<Doc<"templates">>,
  "orgId" | "name" | "category" | "channelType" | "businessEntity" | "locale" | "isSnippet" | "ownerId" | "threadTypes"
>;

export type VersionText = {
  subject: string;
  body: string;
  shortBody?: string;
  layout: EmailLayout;
  /** Fallbacks; placeholders of the text that are not named here have an empty one. */
  variables?: readonly TemplateVariable[];
};

/**
 * The template, if `orgId` owns it; a member's own one only for `memberId` itself. Throws `not_found` otherwise.
 */
export async function requireTemplate(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  templateId: Id<"templates">,
  memberId?: Id<"members">,
): Promise<Doc<"templates">> {
  const template = await findTemplate(ctx, orgId, templateId, memberId);
  if (template === null) throw appError("not_found", "This template does not exist.");
  return template;
}

/** The same for what may be gone by now: null instead. */
export async function findTemplate(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  templateId: Id<"templates">,
  memberId?: Id<"members">,
): Promise<Doc<"templates"> | null> {
  const template = await ctx.db.get("templates", templateId);
  const isTheirs = template?.ownerId === undefined || template.ownerId === memberId;
  return template === null || template.orgId !== orgId || !isTheirs ? null : template;
}

/** The version, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireVersion(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  versionId: Id<"templateVersions">,
): Promise<Doc<"templateVersions">> {
  const version = await ctx.db.get("templateVersions", versionId);
  if (version === null || version.orgId !== orgId) throw appError("not_found", "This template version does not exist.");
  return version;
}

/** The version new messages use. Throws `conflict` while nothing has been published. */
export async function currentVersion(ctx: QueryCtx, template: Doc<"templates">): Promise<Doc<"templateVersions">> {
  if (template.currentVersionId === undefined) {
    throw appError("conflict", `The template "${template.name}" has no published version yet.`);
  }
  return await requireVersion(ctx, template.orgId, template.currentVersionId);
}

/** Creates a template without a version. Throws `invalid` for an empty name. */
export async function createTemplate(ctx: MutationCtx, fields: NewTemplate): Promise<Id<"templates">> {
  const name = fields.name.trim();
  if (name === "") throw appError("invalid", "Give the template a name.", { field: "name" });
  return await ctx.db.insert("templates", { ...fields, name, isActive: true, usageCount: 0 });
}

/**
 * Writes the next version of a template and makes it the current one; earlier versions stay as they are. Throws
 * `invalid` with the field for an empty body or a placeholder that is not closed.
 */
export async function publishVersion(
  ctx: MutationCtx,
  template: Doc<"templates">,
  text: VersionText,
): Promise<Id<"templateVersions">> {
  const { subject, body, shortBody, layout } = text;
  if (body.trim() === "") throw appError("invalid", "The template has no text.", { field: "body" });
  checkPlaceholders({ subject, body, shortBody });
  const { _id: templateId, orgId } = template;
  const newest = await ctx.db
    .query("templateVersions")
    .withIndex("by_template", (q) => q.eq("templateId", templateId))
    .order("desc")
    .first();
  const versionId = await ctx.db.insert("templateVersions", {
    orgId,
    templateId,
    number: (newest?.number ?? 0) + 1,
    subject,
    body,
    shortBody,
    layout,
    variables: declaredVariables(text),
    createdAt: Date.now(),
  });
  await ctx.db.patch("templates", templateId, { currentVersionId: versionId });
  return versionId;
}

/** Counts one more message made from the template, if it is still there (S1: usage_count; product.md A-27). */
export async function countUse(ctx: MutationCtx, templateId: Id<"templates">): Promise<void> {
  const template = await ctx.db.get("templates", templateId);
  if (template === null) return;
  await ctx.db.patch("templates", templateId, { usageCount: template.usageCount + 1, lastUsedAt: Date.now() });
}

/** The team's templates by name, or those of one member, each with its current version or null. */
export async function listTemplates(ctx: QueryCtx, orgId: Id<"organisations">, ownerId?: Id<"members">) {
  const templates = await ctx.db
    .query("templates")
    .withIndex("by_org_owner", (q) => q.eq("orgId", orgId).eq("ownerId", ownerId))
    .take(MAX_TEMPLATES);
  return await Promise.all(templates.map((template) => presentTemplate(ctx, template)));
}

/** A page of the team's templates by name. */
export async function pageOfTemplates(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  const templates = ctx.db
    .query("templates")
    .withIndex("by_org_owner", (q) => q.eq("orgId", orgId).eq("ownerId", undefined));
  return await templates.paginate(paginationOpts);
}

/** A template as screens show it, with the text of its current version. */
export async function presentTemplate(ctx: QueryCtx, template: Doc<"templates">) {
  const { _id, name, category, channelType, businessEntity, locale, isActive, usageCount, lastUsedAt } = template;
  const version = template.currentVersionId === undefined ? null : await currentVersion(ctx, template);
  return {
    id: _id,
    name,
    category,
    channelType,
    businessEntity,
    locale,
    isActive,
    usageCount,
    lastUsedAt,
    isSnippet: template.isSnippet ?? false,
    isPrivate: template.ownerId !== undefined,
    threadTypes: template.threadTypes ?? [],
    version: version === null ? null : presentVersion(version),
  };
}

function presentVersion({
  _id,
  number,
  subject,
  body,
  shortBody,
  layout,
  variables,
  createdAt,
}: Doc<"templateVersions">) {
  return { id: _id, number, subject, body, shortBody, layout, variables, createdAt };
}

function checkPlaceholders(texts: Record<string, string | undefined>): void {
  for (const [field, text] of Object.entries(texts)) {
    const broken = text === undefined ? null : brokenPlaceholder(text);
    if (broken === null) continue;
    throw appError("invalid", `"${broken}" is not a complete placeholder; write {{name}}.`, { field });
  }
}

function declaredVariables({ subject, body, shortBody = "", variables = [] }: VersionText): TemplateVariable[] {
  const named = new Set(variables.map((variable) => variable.name));
  const found = variablesIn([subject, body, shortBody].join("\n")).filter((name) => !named.has(name));
  return [...variables, ...found.map((name) => ({ name, fallback: "" }))];
}
