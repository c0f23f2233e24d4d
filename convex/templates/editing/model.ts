import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import type { BusinessEntity, ThreadType } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";
import { createTemplate, currentVersion, publishVersion, requireTemplate } from "../model";
import { MAX_ORDER_STATE_CHARS, MAX_ORDER_STATES, tidyOrderStates } from "../orderStates";
import type { TemplateCategory, TemplateChannelType, TemplateVariable } from "../schema";
import { gapsIn } from "../variables";

// Texts written by members (product.md ): templates of the team, snippets of the team or of one's own.

/** Who changes something. */
export type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

export type TemplateIdentity = Pick<
  TemplateFields,
  "name" | "category" | "channelType" | "businessEntity" | "locale" | "threadTypes" | "orderStates"
>;

export type TemplateFields = {
  name: string;
  category: TemplateCategory;
  channelType: TemplateChannelType;
  businessEntity: BusinessEntity;
  /** BCP 47 */
  locale: string;
  threadTypes: ThreadType[];
  orderStates?: string[] | undefined;
  subject: string;
  body: string;
  /** For SMS and WhatsApp; absent: the body. */
  shortBody?: string | undefined;
  variables: TemplateVariable[];
};

const MAX_NAME_CHARS = 200;
const MAX_SUBJECT_CHARS = 998; // RFC 5322: the longest line of a mail.
const MAX_BODY_CHARS = 50_000; // As much as an answer may have.
const MAX_SNIPPET_CHARS = 5_000; // A few words; what is longer is a template.
const MAX_VARIABLES = 100;

/**
 * Makes a template, or a snippet: a private one is its author's alone. Throws `forbidden` for the team's without the
 * right to edit templates, `invalid` with the field for what cannot be.
 */
export async function addTemplate(
  ctx: MutationCtx,
  by: ByMember,
  { isSnippet, isPrivate, ...fields }: TemplateFields & { isSnippet: boolean; isPrivate: boolean },
): Promise<Id<"templates">> {
  if (isPrivate && !isSnippet) throw appError("invalid", "Only snippets can be private.", { field: "isPrivate" });
  checkMayEdit(by, isPrivate ? by.member._id : undefined);
  checkFields(fields, isSnippet);
  const { orgId, member } = by;
  const templateId = await createTemplate(ctx, {
    orgId,
    ...identityOf(fields),
    ...(isSnippet ? { isSnippet } : {}),
    ...(isPrivate ? { ownerId: member._id } : {}),
  });
  const template = await requireTemplate(ctx, orgId, templateId, member._id);
  await publishVersion(ctx, template, textOf(fields), member._id);
  await audit(ctx, by, template, "template.created");
  return templateId;
}

/** Changes a template; another text is its next version. Throws as `addTemplate`, and `not_found`. */
export async function changeTemplate(
  ctx: MutationCtx,
  by: ByMember,
  templateId: Id<"templates">,
  fields: TemplateFields,
): Promise<void> {
  const template = await requireTemplate(ctx, by.orgId, templateId, by.member._id);
  checkMayEdit(by, template.ownerId);
  checkFields(fields, template.isSnippet ?? false);
  await ctx.db.patch("templates", templateId, identityOf(fields));
  const text = textOf(fields);
  const known = template.currentVersionId === undefined ? null : await currentVersion(ctx, template);
  const layout = known?.layout ?? text.layout;
  const isSame =
    known !== null &&
    known.subject === text.subject &&
    known.body === text.body &&
    known.shortBody === text.shortBody &&
    fallbacksIn(known.variables) === fallbacksIn(text.variables);
  if (!isSame) await publishVersion(ctx, template, { ...text, layout, whatsapp: known?.whatsapp }, by.member._id);
  await audit(ctx, by, template, "template.changed");
}

/** Offers a template, or keeps it back; what was sent from it stays. Throws `forbidden` and `not_found`. */
export async function setActive(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, isActive }: { templateId: Id<"templates">; isActive: boolean },
): Promise<void> {
  const template = await requireTemplate(ctx, by.orgId, templateId, by.member._id);
  checkMayEdit(by, template.ownerId);
  if (template.isActive === isActive) return;
  await ctx.db.patch("templates", templateId, { isActive });
  await audit(ctx, by, template, isActive ? "template.activated" : "template.deactivated");
}

// Versions also name the variables that have no fallback.
function fallbacksIn(variables: readonly TemplateVariable[]): string {
  return JSON.stringify(
    variables.filter(({ fallback }) => fallback !== "").map(({ name, fallback }) => [name, fallback]),
  );
}

function checkMayEdit({ member }: ByMember, ownerId: Id<"members"> | undefined): void {
  const isAllowed = ownerId === undefined ? can(member.role, "templates.edit") : can(member.role, "inbox.reply");
  if (!isAllowed) throw appError("forbidden", `Your role (${member.role}) does not allow this.`);
}

function checkFields(fields: TemplateFields, isSnippet: boolean) {
  checkIdentity(fields);
  checkText(fields, isSnippet);
  if (gapsIn(fields.body).length > 0) throw invalid("body", "Write {{name}} where a value is to be filled in.");
}

/** Throws `invalid` with the field for a name or language that cannot be. */
export function checkIdentity({
  name,
  locale,
  orderStates = [],
}: Pick<TemplateFields, "name" | "locale" | "orderStates">): void {
  if (name.trim() === "") throw invalid("name", "Give the template a name.");
  if (name.length > MAX_NAME_CHARS) throw invalid("name", `A name may have ${MAX_NAME_CHARS} characters.`);
  if (!isLocale(locale)) throw invalid("locale", "Name the language, such as de or en-GB.");
  if (orderStates.length > MAX_ORDER_STATES) throw invalid("orderStates", `At most ${MAX_ORDER_STATES} states.`);
  if (orderStates.some((state) => state.length > MAX_ORDER_STATE_CHARS)) {
    throw invalid("orderStates", `A state may have ${MAX_ORDER_STATE_CHARS} characters.`);
  }
}

/** Throws `invalid` with the field for a text that is too long or a subject of several lines. */
export function checkText(
  { subject, body, shortBody = "", variables }: Pick<TemplateFields, "subject" | "body" | "shortBody" | "variables">,
  isSnippet: boolean,
): void {
  if (subject.length > MAX_SUBJECT_CHARS || /[\r\n]/.test(subject)) throw invalid("subject", "A subject is one line.");
  const most = isSnippet ? MAX_SNIPPET_CHARS : MAX_BODY_CHARS;
  if (body.length > most) throw invalid("body", `The text may have ${most} characters.`);
  if (shortBody.length > most) throw invalid("shortBody", `The text may have ${most} characters.`);
  if (variables.length > MAX_VARIABLES) throw invalid("variables", `At most ${MAX_VARIABLES} variables.`);
}

function invalid(field: string, message: string) {
  return appError("invalid", message, { field });
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}

/** What a template is, as its row keeps it. */
export function identityOf({ threadTypes, orderStates = [], ...identity }: TemplateIdentity) {
  const { name, category, channelType, businessEntity, locale } = identity;
  const states = tidyOrderStates(orderStates);
  return {
    name: name.trim(),
    category,
    channelType,
    businessEntity,
    locale,
    threadTypes: threadTypes.length === 0 ? undefined : [...new Set(threadTypes)],
    orderStates: states.length === 0 ? undefined : states,
  };
}

function textOf({ subject, body, shortBody = "", variables }: TemplateFields) {
  const short = shortBody.trim() === "" ? undefined : shortBody;
  return { subject: subject.trim(), body, shortBody: short, layout: "agent_reply" as const, variables };
}

async function audit(ctx: MutationCtx, by: ByMember, template: Doc<"templates">, action: AuditAction): Promise<void> {
  const { orgId, member } = by;
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "templates", id: template._id };
  await record(ctx, { orgId, actor, action, subject, details: { isPrivate: template.ownerId !== undefined } });
}
