import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import type { BusinessEntity } from "../../lib/closedSets";
import { requireMemberOf } from "../../orgs/model";
import { checkIdentity, checkText, identityOf, type ByMember, type TemplateIdentity } from "../editing/model";
import { followImages } from "../images/model";
import {
  createTemplate,
  currentVersion,
  presentTemplate,
  publishVersion,
  requireTemplate,
  requireVersion,
  textIn,
  type TemplateText,
} from "../model";
import type { TemplateCategory, TemplateChannelType } from "../schema";
import { openWriting, replaceDocument, requireWriting, takeSteps, type Edit } from "../together/model";
import { whatsappProblem } from "../whatsapp";
import { mergeTexts } from "./merge";

// What members make of the team's templates: a draft beside the live version, kept as it is typed, published as the next
// version (requirement S4, product.md D-21).

/** Draft: never published. Archived: offered no more; what uses it goes on. */
export type TemplateState = "draft" | "active" | "archived";

export type Filters = {
  text?: string | undefined;
  state?: TemplateState | undefined;
  channelType?: TemplateChannelType | undefined;
  category?: TemplateCategory | undefined;
  businessEntity?: BusinessEntity | undefined;
  /** The language: "de" finds "de-AT". */
  language?: string | undefined;
};

/** What a text begins as. */
const EMPTY: TemplateText = { subject: "", body: "", layout: "agent_reply", variables: [] };

/**
 * A page of the team's templates by name; with `text` those whose name matches, best first. Snippets are not among them, and
 * a page may be short or empty before the last one: what the filters keep out is not made up for.
 */
export async function pageOfTeam(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { paginationOpts, ...filters }: Filters & { paginationOpts: PaginationOptions },
) {
  const { text = "" } = filters;
  const rows =
    text.trim() === ""
      ? ctx.db.query("templates").withIndex("by_org_owner", (q) => q.eq("orgId", orgId).eq("ownerId", undefined))
      : ctx.db
          .query("templates")
          .withSearchIndex("search_name", (q) => q.search("name", text).eq("orgId", orgId).eq("ownerId", undefined));
  const result = await rows.paginate(paginationOpts);
  const found = result.page.filter((template) => passes(template, filters));
  return { ...result, page: await Promise.all(found.map((template) => presentRow(ctx, template))) };
}

function passes(template: Doc<"templates">, { state, language, ...equal }: Filters): boolean {
  const { channelType, category, businessEntity } = equal;
  return (
    template.isSnippet === undefined &&
    (state === undefined || stateOf(template) === state) &&
    (channelType === undefined || template.channelType === channelType) &&
    (category === undefined || template.category === category) &&
    (businessEntity === undefined || template.businessEntity === businessEntity) &&
    (language === undefined || template.locale === language || template.locale.startsWith(`${language}-`))
  );
}

async function presentRow(ctx: QueryCtx, template: Doc<"templates">) {
  const draft = await draftOf(ctx, template._id);
  return { ...(await presentTemplate(ctx, template)), state: stateOf(template), hasDraft: draft !== null };
}

function stateOf({ isActive, currentVersionId }: Doc<"templates">): TemplateState {
  if (!isActive) return "archived";
  return currentVersionId === undefined ? "draft" : "active";
}

/** A template with its live text and what is being made of it. Throws `not_found`. */
export async function editorView(ctx: QueryCtx, orgId: Id<"organisations">, templateId: Id<"templates">) {
  const template = await requireTeams(ctx, orgId, templateId);
  const draft = await draftOf(ctx, templateId);
  return {
    ...(await presentRow(ctx, template)),
    draft: draft && {
      ...textIn(draft),
      revision: draft.revision,
      updatedAt: draft.updatedAt,
      updatedByName: (await requireMemberOf(ctx, orgId, draft.updatedBy)).displayName,
    },
  };
}

/** A page of a template's versions, newest first. Throws `not_found`. */
export async function pageOfVersions(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { templateId, paginationOpts }: { templateId: Id<"templates">; paginationOpts: PaginationOptions },
) {
  await requireTeams(ctx, orgId, templateId);
  const result = await ctx.db
    .query("templateVersions")
    .withIndex("by_template", (q) => q.eq("templateId", templateId))
    .order("desc")
    .paginate(paginationOpts);
  const page = await Promise.all(
    result.page.map(async (version) => ({
      id: version._id,
      number: version.number,
      createdAt: version.createdAt,
      createdByName:
        version.createdBy === undefined ? null : (await requireMemberOf(ctx, orgId, version.createdBy)).displayName,
      ...textIn(version),
    })),
  );
  return { ...result, page };
}

/** A template without a version. Throws `invalid` with the field. */
export async function start(ctx: MutationCtx, by: ByMember, identity: TemplateIdentity): Promise<Id<"templates">> {
  checkIdentity(identity);
  const templateId = await createTemplate(ctx, { orgId: by.orgId, ...identityOf(identity) });
  await putDraft(ctx, by, templateId, EMPTY);
  await audit(ctx, by, templateId, "template.created", { name: identity.name });
  return templateId;
}

/** Another template that says the same, as a draft. Throws `not_found`, `invalid` with the field. */
export async function duplicate(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, name }: { templateId: Id<"templates">; name: string },
): Promise<Id<"templates">> {
  const template = await requireTeams(ctx, by.orgId, templateId);
  const { category, channelType, businessEntity, locale, threadTypes = [], orderStates = [] } = template;
  const identity = { name, category, channelType, businessEntity, locale, threadTypes, orderStates };
  checkIdentity(identity);
  const copyId = await createTemplate(ctx, { orgId: by.orgId, ...identityOf(identity) });
  await putDraft(ctx, by, copyId, await newestText(ctx, template));
  await audit(ctx, by, copyId, "template.created", { name, copyOf: template.name });
  return copyId;
}

/**
 * Changes what a template is rather than what it says; no new version. What is not named stays. Throws `not_found`,
 * `invalid` with the field.
 */
export async function setIdentity(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, ...changes }: Partial<TemplateIdentity> & { templateId: Id<"templates"> },
): Promise<void> {
  const {
    name,
    category,
    channelType,
    businessEntity,
    locale,
    threadTypes = [],
    orderStates = [],
  } = await requireTeams(ctx, by.orgId, templateId);
  const identity = { name, category, channelType, businessEntity, locale, threadTypes, orderStates, ...changes };
  checkIdentity(identity);
  await ctx.db.patch("templates", templateId, identityOf(identity));
  await audit(ctx, by, templateId, "template.changed", { name: identity.name });
}

/**
 * Keeps what was typed and returns the text as it is now: `text` was made of `base`, and what others changed meanwhile
 * stays beside it. Unfinished placeholders may stand in it. Throws `conflict` for an archived template, `invalid` with the
 * field for what is too long.
 */
export async function save(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, base, text }: { templateId: Id<"templates">; base: TemplateText; text: TemplateText },
): Promise<TemplateText> {
  const template = await requireOffered(ctx, by.orgId, templateId);
  const merged = mergeTexts(base, text, await newestText(ctx, template));
  checkText(merged, false);
  await putDraft(ctx, by, templateId, merged);
  return merged;
}

/** Opens the document of a template for several members. Throws `conflict` when it is archived, `invalid` without one. */
export async function openDocument(
  ctx: MutationCtx,
  { orgId }: ByMember,
  templateId: Id<"templates">,
): Promise<Id<"templateWritings">> {
  const template = await requireOffered(ctx, orgId, templateId);
  const { document } = await newestText(ctx, template);
  if (document === undefined) throw appError("invalid", "This text has no design.", { field: "document" });
  return await openWriting(ctx, template, document);
}

/**
 * Takes what an editor did to the document, into the draft too, or answers what came before it. Throws `not_found` for what
 * is not written together any more, `conflict` for an archived template, `invalid` for what cannot be done.
 */
export async function writeTogether(
  ctx: MutationCtx,
  by: ByMember,
  { id, ...edit }: Edit & { id: Id<"templateWritings"> },
) {
  const writing = await requireWriting(ctx, by.orgId, id);
  const template = await requireOffered(ctx, by.orgId, writing.templateId);
  const answer = await takeSteps(ctx, writing, edit);
  if (answer.status === "synced") {
    const { document } = await requireWriting(ctx, by.orgId, id);
    await putDraft(ctx, by, template._id, { ...(await newestText(ctx, template)), document });
  }
  return answer;
}

/** The text of an earlier version as the draft; what was unpublished is replaced. Throws `not_found`. */
export async function restore(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, versionId }: { templateId: Id<"templates">; versionId: Id<"templateVersions"> },
): Promise<void> {
  await requireTeams(ctx, by.orgId, templateId);
  const version = await requireVersion(ctx, by.orgId, versionId);
  if (version.templateId !== templateId) throw appError("not_found", "This template version does not exist.");
  await putDraft(ctx, by, templateId, textIn(version));
  await audit(ctx, by, templateId, "template.restored", { version: version.number });
}

/**
 * Gives up what is not published. Throws `invalid` where nothing was ever published, `conflict` when the draft is no longer
 * at `revision` (0: there was none): words nobody has seen are not thrown away.
 */
export async function discard(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, revision }: { templateId: Id<"templates">; revision: number },
): Promise<void> {
  const template = await requireTeams(ctx, by.orgId, templateId);
  if (template.currentVersionId === undefined) throw appError("invalid", "Nothing is published yet.");
  const draft = await requireRevision(ctx, templateId, revision);
  if (draft === null) return;
  await removeDraft(ctx, draft);
  await replaceDocument(ctx, templateId, (await newestText(ctx, template)).document);
  await audit(ctx, by, templateId, "template.draft_discarded", { revision });
}

/**
 * Makes the draft the next version: messages planned from now on say it. What others wrote since `revision` goes along.
 * Throws `conflict` when the draft is behind `revision`, as it is another one, and `invalid` with the field for an empty
 * text, a placeholder that is not closed, or what WhatsApp would refuse.
 */
export async function publish(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, revision }: { templateId: Id<"templates">; revision: number },
): Promise<Id<"templateVersions">> {
  const template = await requireTeams(ctx, by.orgId, templateId);
  const draft = await draftOf(ctx, templateId);
  if (draft === null) throw appError("not_found", "There is nothing unpublished.");
  if (draft.revision < revision) throw changedMeanwhile();
  const text = textIn(draft);
  const problem = template.channelType === "whatsapp_business" ? whatsappProblem(text) : null;
  if (problem !== null)
    throw appError("invalid", `WhatsApp does not take this: ${problem.code}.`, { field: problem.field });
  const versionId = await publishVersion(ctx, template, text, by.member._id);
  await removeDraft(ctx, draft);
  const { number } = await requireVersion(ctx, by.orgId, versionId);
  await audit(ctx, by, templateId, "template.published", { version: number });
  return versionId;
}

/** The text that is being made, else the live one. */
export async function newestText(ctx: QueryCtx, template: Doc<"templates">): Promise<TemplateText> {
  const draft = await draftOf(ctx, template._id);
  if (draft !== null) return textIn(draft);
  return template.currentVersionId === undefined ? EMPTY : textIn(await currentVersion(ctx, template));
}

/** A whole message of the team. Throws `not_found` for snippets and for what is a member's own. */
export async function requireTeams(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  templateId: Id<"templates">,
): Promise<Doc<"templates">> {
  const template = await requireTemplate(ctx, orgId, templateId);
  if (template.isSnippet === true) throw appError("not_found", "This template does not exist.");
  return template;
}

/** The same, for writing in it. Throws `conflict` when it is archived. */
async function requireOffered(ctx: QueryCtx, orgId: Id<"organisations">, templateId: Id<"templates">) {
  const template = await requireTeams(ctx, orgId, templateId);
  if (!template.isActive) throw appError("conflict", "This template is archived. Bring it back to write in it.");
  return template;
}

async function draftOf(ctx: QueryCtx, templateId: Id<"templates">): Promise<Doc<"templateDrafts"> | null> {
  return await ctx.db
    .query("templateDrafts")
    .withIndex("by_template", (q) => q.eq("templateId", templateId))
    .unique();
}

async function requireRevision(ctx: QueryCtx, templateId: Id<"templates">, revision: number) {
  const draft = await draftOf(ctx, templateId);
  if ((draft?.revision ?? 0) === revision) return draft;
  throw changedMeanwhile();
}

function changedMeanwhile() {
  return appError("conflict", "Somebody has changed this template meanwhile. Look at it again.", { field: "revision" });
}

async function putDraft(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  templateId: Id<"templates">,
  text: TemplateText,
): Promise<void> {
  const draft = await draftOf(ctx, templateId);
  const revision = (draft?.revision ?? 0) + 1;
  const row = { orgId, templateId, ...text, revision, updatedBy: member._id, updatedAt: Date.now() };
  if (draft === null) await ctx.db.insert("templateDrafts", row);
  else await ctx.db.replace("templateDrafts", draft._id, row);
  await followImages(ctx, row, { before: draft?.document, after: text.document });
  await replaceDocument(ctx, templateId, text.document);
}

async function removeDraft(ctx: MutationCtx, draft: Doc<"templateDrafts">): Promise<void> {
  await ctx.db.delete("templateDrafts", draft._id);
  await followImages(ctx, draft, { before: draft.document, after: undefined });
}

async function audit(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  templateId: Id<"templates">,
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "templates", id: templateId }, details });
}
