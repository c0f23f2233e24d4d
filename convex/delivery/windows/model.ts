import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireVersion } from "../../templates/model";
import { approvedRegistrations } from "../whatsappTemplates/model";
import type { MessageContent } from "../schema";
import { whatsappForm, type WhatsAppForm } from "./rule";

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
