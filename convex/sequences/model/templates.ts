import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { CHANNELS, type Channel } from "../../lib/closedSets";
import type { TemplateChannelType } from "../../templates/schema";
import type { TemplateFacts } from "../flow/problems";

/** WhatsApp accounts a template is looked up at. */
const ACCOUNTS_LIMIT = 50;

const CHANNELS_OF: Record<TemplateChannelType, readonly Channel[]> = {
  email_outlook: ["email"],
  whatsapp_business: ["whatsapp"],
  sms: ["sms"],
  internal_comment: [],
  any: CHANNELS,
};

/** What a journey has to know of a template; null when it is gone, switched off or somebody's own. */
export async function templateFacts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  templateId: Id<"templates">,
): Promise<TemplateFacts | null> {
  const template = await ctx.db.get("templates", templateId);
  if (template === null || template.orgId !== orgId || template.ownerId !== undefined || !template.isActive)
    return null;
  const version =
    template.currentVersionId === undefined ? null : await ctx.db.get("templateVersions", template.currentVersionId);
  return {
    channels: new Set(version === null ? [] : CHANNELS_OF[template.channelType]),
    bareVariables: (version?.variables ?? []).filter(({ fallback }) => fallback === "").map(({ name }) => name),
    whatsappApproval: await approvalOf(ctx, template),
  };
}

async function approvalOf(ctx: QueryCtx, { _id, orgId }: Doc<"templates">): Promise<TemplateFacts["whatsappApproval"]> {
  const accounts = await ctx.db
    .query("connections")
    .withIndex("by_org_channel", (q) => q.eq("orgId", orgId).eq("channel", "whatsapp"))
    .take(ACCOUNTS_LIMIT);
  if (accounts.every(({ provider }) => provider === "sandbox")) return null;
  const rows = await ctx.db
    .query("whatsappTemplates")
    .withIndex("by_template", (q) => q.eq("templateId", _id))
    .take(ACCOUNTS_LIMIT);
  if (rows.some(({ state }) => state === "approved")) return "approved";
  const [first] = rows;
  if (first === undefined || first.state === "draft") return "none";
  return first.state === "pending" ? "pending" : "rejected";
}
