import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireConnection } from "../../connections/model";
import { appError } from "../../lib/errors";
import { requireTemplate } from "../../templates/model";
import type { Check } from "../../connections/schema";
import { approvalStateOf, LISTING_PROVIDERS } from "./approval";
import type { ApprovalState, WhatsAppCategory } from "./schema";

/** Languages times accounts of one template; more is a mistake. */
const MAX_PER_TEMPLATE = 100;
/** WhatsApp templates of an organisation: Meta's own limit for one account is 6,000, a screen shows this many. */
const MAX_LISTED = 500;

const MAX_NAME_CHARS = 512;
const MAX_REASON_CHARS = 500;

/** What a provider says of a template, by the name it is registered under. */
type TemplateReport = { name: string; language: string; state: string; reason?: string };

/** How a template is registered at a WhatsApp account. */
export type Registration = {
  templateId: Id<"templates">;
  connectionId: Id<"connections">;
  name: string;
  language: string;
  providerTemplateId?: string;
  category: WhatsAppCategory;
  state: ApprovalState;
  placeholders: string[];
};

/**
 * Records how a template is registered at a WhatsApp account; the same name and language at the same account is changed.
 * Throws `not_found` for another organisation's template or account, `invalid` with the field for what WhatsApp would not
 * take.
 */
export async function saveRegistration(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  registration: Registration,
): Promise<Id<"whatsappTemplates">> {
  const { templateId, connectionId, name, language, state } = registration;
  await requireTemplate(ctx, orgId, templateId);
  const connection = await requireConnection(ctx, orgId, connectionId);
  checkRegistration(connection, registration);
  const known = await registered(ctx, connectionId, name, language);
  if (known === null) {
    return await ctx.db.insert("whatsappTemplates", { orgId, ...registration, stateChangedAt: Date.now() });
  }
  const changed = known.state === state ? {} : { stateChangedAt: Date.now(), reason: undefined };
  await ctx.db.patch("whatsappTemplates", known._id, { ...registration, ...changed });
  return known._id;
}

/** Forgets a registration. At the provider nothing changes. Throws `not_found`. */
export async function removeRegistration(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  registrationId: Id<"whatsappTemplates">,
): Promise<void> {
  const row = await ctx.db.get("whatsappTemplates", registrationId);
  if (row === null || row.orgId !== orgId) throw appError("not_found", "This registration does not exist.");
  await ctx.db.delete("whatsappTemplates", registrationId);
}

/** Every registration of the organisation. */
export async function listRegistrations(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
): Promise<Doc<"whatsappTemplates">[]> {
  return await ctx.db
    .query("whatsappTemplates")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_LISTED);
}

/** The registrations of a template that may be sent through a connection now. */
export async function approvedRegistrations(
  ctx: QueryCtx,
  templateId: Id<"templates">,
  connectionId: Id<"connections">,
): Promise<Doc<"whatsappTemplates">[]> {
  const rows = await ctx.db
    .query("whatsappTemplates")
    .withIndex("by_template", (q) => q.eq("templateId", templateId).eq("connectionId", connectionId))
    .take(MAX_PER_TEMPLATE);
  return rows.filter(({ state }) => state === "approved");
}

/** Every registration of a template, at whatever account. */
export async function registrationsOf(ctx: QueryCtx, templateId: Id<"templates">): Promise<Doc<"whatsappTemplates">[]> {
  return await ctx.db
    .query("whatsappTemplates")
    .withIndex("by_template", (q) => q.eq("templateId", templateId))
    .take(MAX_LISTED);
}

/**
 * Takes over what a provider decided about a template. False when it is not one of ours, or the provider's word for the
 * state is not known.
 */
export async function applyProviderState(
  ctx: MutationCtx,
  connection: Doc<"connections">,
  report: TemplateReport,
): Promise<boolean> {
  const state = approvalStateOf(report.state);
  const row = await registered(ctx, connection._id, report.name, report.language);
  if (state === null || row === null) return false;
  // What says the same again without a reason does not take back the one that was given.
  const reason = report.reason?.slice(0, MAX_REASON_CHARS) ?? (row.state === state ? row.reason : undefined);
  if (row.state === state && row.reason === reason) return true;
  const stateChangedAt = row.state === state ? row.stateChangedAt : Date.now();
  await ctx.db.patch("whatsappTemplates", row._id, { state, reason, stateChangedAt });
  return true;
}

/**
 * Notes that an account is being asked for its templates. Throws `not_found` for another organisation's account, `invalid`
 * for one that has no such list. Returns when it started: its answer is for this question only.
 */
export async function startTemplateCheck(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  connectionId: Id<"connections">,
): Promise<number> {
  const { channel, provider } = await requireConnection(ctx, orgId, connectionId);
  if (channel !== "whatsapp" || !LISTING_PROVIDERS.includes(provider)) {
    throw appError("invalid", "This account does not list its templates.", { field: "connectionId" });
  }
  const at = Date.now();
  const check = { kind: "running", at } as const;
  const row = await checkRow(ctx, connectionId);
  if (row === null) await ctx.db.insert("templateChecks", { orgId, connectionId, check });
  else await ctx.db.patch("templateChecks", row._id, { check });
  return at;
}

/**
 * Takes over what an account said of its templates, or why it said nothing; nothing when it was asked again or removed
 * meanwhile. Templates it does not name stay as they are.
 */
export async function finishTemplateCheck(
  ctx: MutationCtx,
  connectionId: Id<"connections">,
  startedAt: number,
  answer: { reports: readonly TemplateReport[] } | { reason: string },
): Promise<void> {
  const row = await checkRow(ctx, connectionId);
  const connection = await ctx.db.get("connections", connectionId);
  if (row?.check.kind !== "running" || row.check.at !== startedAt || connection === null) return;
  const at = Date.now();
  const check: Check = "reason" in answer ? { kind: "failed", at, reason: answer.reason } : { kind: "ok", at };
  await ctx.db.patch("templateChecks", row._id, { check });
  if ("reason" in answer) return;
  for (const report of answer.reports) await applyProviderState(ctx, connection, report);
}

/** What came of the last question to each account of the organisation. */
export async function listTemplateChecks(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"templateChecks">[]> {
  return await ctx.db
    .query("templateChecks")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_PER_TEMPLATE);
}

async function checkRow(ctx: QueryCtx, connectionId: Id<"connections">): Promise<Doc<"templateChecks"> | null> {
  return await ctx.db
    .query("templateChecks")
    .withIndex("by_connection", (q) => q.eq("connectionId", connectionId))
    .unique();
}

async function registered(
  ctx: QueryCtx,
  connectionId: Id<"connections">,
  name: string,
  language: string,
): Promise<Doc<"whatsappTemplates"> | null> {
  return await ctx.db
    .query("whatsappTemplates")
    .withIndex("by_name", (q) => q.eq("connectionId", connectionId).eq("name", name).eq("language", language))
    .unique();
}

function checkRegistration(
  connection: Doc<"connections">,
  { name, language, providerTemplateId, placeholders }: Registration,
) {
  const invalid = (field: string, message: string) => appError("invalid", message, { field });
  if (connection.channel !== "whatsapp") throw invalid("connectionId", "Choose a WhatsApp account.");
  if (!/^[a-z0-9_]+$/.test(name) || name.length > MAX_NAME_CHARS) {
    throw invalid("name", "The name has lower-case letters, digits and underscores only.");
  }
  if (!/^[a-z]{2,3}(_[A-Z]{2})?$/.test(language)) {
    throw invalid("language", "Write the language as WhatsApp does: de, en_US.");
  }
  if (connection.provider === "twilio" && !/^HX[0-9a-fA-F]{32}$/.test(providerTemplateId ?? "")) {
    throw invalid("providerTemplateId", "Twilio sends templates by their Content SID (HX…).");
  }
  if (placeholders.some((placeholder) => placeholder.trim() === "")) {
    throw invalid("placeholders", "Every placeholder needs the name of a variable.");
  }
}
