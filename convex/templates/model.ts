import type { PaginationOptions, WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { appError } from "../lib/errors";
import { readDocument } from "./documents/read";
import { bodyOfDocument, chipsOf } from "./documents/text";
import { keepImagesOf } from "./images/model";
import type { EmailLayout, TemplateVariable, WhatsAppParts } from "./schema";
import { brokenPlaceholder, variablesIn } from "./variables";

/** What one screen lists; a workspace with more wants search, which comes with the template editor. */
const MAX_TEMPLATES = 500;

type NewTemplate = Pick<
  WithoutSystemFields<Doc<"templates">>,
  | "orgId"
  | "name"
  | "category"
  | "channelType"
  | "businessEntity"
  | "locale"
  | "isSnippet"
  | "ownerId"
  | "threadTypes"
  | "orderStates"
>;

/** What a version or draft says, whole. */
export type TemplateText = Pick<
  Doc<"templateVersions">,
  "subject" | "body" | "shortBody" | "layout" | "document" | "variables" | "whatsapp"
>;

export type VersionText = {
  subject: string;
  body: string;
  shortBody?: string | undefined;
  layout: EmailLayout;
  /** An e-mail as the designer wrote it (Tiptap JSON text); the body is made of it then. */
  document?: string | undefined;
  /** Fallbacks; placeholders of the text that are not named here have an empty one. */
  variables?: readonly TemplateVariable[];
  whatsapp?: WhatsAppParts | undefined;
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

/** The team's template of this name, the oldest of several; null when there is none. */
export async function findTeamTemplate(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  name: string,
): Promise<Doc<"templates"> | null> {
  return await ctx.db
    .query("templates")
    .withIndex("by_org_owner", (q) => q.eq("orgId", orgId).eq("ownerId", undefined).eq("name", name))
    .first();
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
 * `invalid` with the field for an empty body, a placeholder that is not closed, or a document that cannot be.
 */
export async function publishVersion(
  ctx: MutationCtx,
  template: Doc<"templates">,
  written: VersionText,
  createdBy?: Id<"members">,
): Promise<Id<"templateVersions">> {
  const text = await withDocumentText(ctx, template.orgId, written);
  const { subject, body, shortBody, layout, document, whatsapp } = text;
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
    document,
    variables: declaredVariables(text),
    whatsapp,
    createdBy,
    createdAt: Date.now(),
  });
  await ctx.db.patch("templates", templateId, { currentVersionId: versionId });
  return versionId;
}

/** With a document, its text is the body, and its chips bring their fallbacks. Throws `invalid` for one that cannot be. */
async function withDocumentText(ctx: MutationCtx, orgId: Id<"organisations">, text: VersionText): Promise<VersionText> {
  if (text.document === undefined) return text;
  const read = readDocument(text.document);
  if (!read.ok) throw appError("invalid", read.problem, { field: "document" });
  await keepImagesOf(ctx, orgId, read.blocks);
  const declared = text.variables ?? [];
  const chips = chipsOf(read.blocks).filter(({ name }) => !declared.some((variable) => variable.name === name));
  return { ...text, body: bodyOfDocument(read.blocks), variables: [...declared, ...chips] };
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
    orderStates: template.orderStates ?? [],
    version: version === null ? null : presentVersion(version),
  };
}

function presentVersion({ _id, number, createdAt, ...version }: Doc<"templateVersions">) {
  return { id: _id, number, ...textIn(version), createdAt };
}

/** What a version or draft says. */
export function textIn({
  subject,
  body,
  shortBody,
  layout,
  document,
  variables,
  whatsapp,
}: TemplateText): TemplateText {
  return { subject, body, shortBody, layout, document, variables, whatsapp };
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
