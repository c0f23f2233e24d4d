import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { connectionsFor } from "../../connections/model";
import { requireContact } from "../../contacts/model";
import { requireOrg } from "../../orgs/model";
import { requireTemplate, requireVersion } from "../../templates/model";
import { variablesIn } from "../../templates/variables";
import { settingsOf } from "../settings/model";
import { approvedRegistrations, listRegistrations } from "../whatsappTemplates/model";
import type { MessageContent } from "../schema";
import { languageDistance, whatsappForm, windowExpiresAt, type WhatsAppForm } from "./rule";
import type { AnswerWindow } from "./schema";

/** Records that a person wrote to a WhatsApp account at `at` (the provider's time, UTC ms). Earlier news change nothing. */
export async function noteInbound(
  ctx: MutationCtx,
  entry: { orgId: Id<"organisations">; contactId: Id<"contacts">; connectionId: Id<"connections">; at: number },
): Promise<void> {
  const { at: lastInboundAt, ...key } = entry;
  const row = await windowRow(ctx, entry.contactId, entry.connectionId);
  if (row === null) await ctx.db.insert("inboundWindows", { ...key, lastInboundAt });
  else if (lastInboundAt > row.lastInboundAt) await ctx.db.patch("inboundWindows", row._id, { lastInboundAt });
}

/** When a person last wrote to an account, UTC ms; null: never. */
export async function lastInboundAt(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  connectionId: Id<"connections">,
): Promise<number | null> {
  return (await windowRow(ctx, contactId, connectionId))?.lastInboundAt ?? null;
}

/**
 * In which form a message may leave through a WhatsApp connection now (providers.md 13.4). The sandbox has no window: its
 * devices take anything. Throws `not_found` for a template version of another organisation.
 */
export async function whatsappFormFor(
  ctx: QueryCtx,
  message: {
    orgId: Id<"organisations">;
    contactId: Id<"contacts">;
    connection: Doc<"connections">;
    content: MessageContent;
    /** BCP 47: the person's, else the organisation's. */
    locale: string;
    now: number;
    /** The provider says that the window is closed, whatever we know. */
    isKnownClosed?: boolean;
  },
): Promise<WhatsAppForm> {
  const { orgId, contactId, connection, content, locale, now, isKnownClosed = false } = message;
  if (connection.provider === "sandbox") return { kind: "free_text", windowUntil: Number.MAX_SAFE_INTEGER };
  const since = isKnownClosed ? null : await lastInboundAt(ctx, contactId, connection._id);
  if (content.kind === "finished")
    return whatsappForm({ now, lastInboundAt: since, locale, templates: [], values: {} });
  const version = await requireVersion(ctx, orgId, content.templateVersionId);
  const templates = await approvedRegistrations(ctx, version.templateId, connection._id);
  const fallbacks = Object.fromEntries(version.variables.map(({ name, fallback }) => [name, fallback]));
  const given = Object.entries(content.values).filter(([, value]) => value.trim() !== "");
  const values = { ...fallbacks, ...Object.fromEntries(given) };
  return whatsappForm({ now, lastInboundAt: since, locale, templates: templates.map(asApproved), values });
}

/**
 * Until when anything may be written to a person on WhatsApp over the account with the longest window, and which approved
 * templates may be afterwards (product.md 2.4 no. 35, 36). Without an account that sends nothing is limited: the router
 * says then what is missing.
 */
export async function answerWindow(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<AnswerWindow> {
  const connections = (await connectionsFor(ctx, orgId, "whatsapp")).filter(({ isEnabled }) => isEnabled);
  const { channelSettings } = await settingsOf(ctx, orgId);
  const usesTemplates = channelSettings.whatsapp.outsideWindow === "template";
  if (connections.length === 0 || connections.some(({ provider }) => provider === "sandbox")) {
    return { until: null, usesTemplates, templates: [] };
  }
  const inbound = await Promise.all(connections.map(({ _id }) => lastInboundAt(ctx, contactId, _id)));
  const until = Math.max(0, ...inbound.map((at) => (at === null ? 0 : windowExpiresAt(at))));
  const contact = await requireContact(ctx, orgId, contactId);
  const locale = contact.locale ?? (await requireOrg(ctx, orgId)).locale;
  return { until, usesTemplates, templates: usesTemplates ? await sendable(ctx, orgId, connections, locale) : [] };
}

async function sendable(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  connections: readonly Doc<"connections">[],
  locale: string,
): Promise<AnswerWindow["templates"]> {
  const sending = new Set(connections.map(({ _id }) => _id));
  const approved = (await listRegistrations(ctx, orgId))
    .filter(({ connectionId, state }) => sending.has(connectionId) && state === "approved")
    .sort((a, b) => languageDistance(a.language, locale) - languageDistance(b.language, locale));
  const ids = [...new Set(approved.map(({ templateId }) => templateId))];
  const found = await Promise.all(
    ids.map(async (templateId) => {
      const template = await requireTemplate(ctx, orgId, templateId);
      if (!template.isActive || template.currentVersionId === undefined) return [];
      const { body, shortBody, variables } = await requireVersion(ctx, orgId, template.currentVersionId);
      const text = shortBody ?? body;
      const registered = approved.find((each) => each.templateId === templateId);
      const names = new Set([...variablesIn(text), ...(registered?.placeholders ?? [])]);
      return {
        templateId,
        name: template.name,
        language: registered?.language ?? template.locale,
        text,
        variables: variables.filter(({ name }) => names.has(name)),
      };
    }),
  );
  return found.flat();
}

function asApproved({ name, language, providerTemplateId, placeholders }: Doc<"whatsappTemplates">) {
  return { name, language, placeholders, ...(providerTemplateId === undefined ? {} : { providerTemplateId }) };
}

async function windowRow(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  connectionId: Id<"connections">,
): Promise<Doc<"inboundWindows"> | null> {
  return await ctx.db
    .query("inboundWindows")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).eq("connectionId", connectionId))
    .unique();
}
