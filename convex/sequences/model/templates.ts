import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { isAlwaysKnown } from "../../bookings/values";
import { connectionsFor } from "../../connections/model";
import { registrationsOf } from "../../delivery/whatsappTemplates/model";
import { CHANNELS, type Channel } from "../../lib/closedSets";
import { currentVersion, findTemplate } from "../../templates/model";
import type { TemplateChannelType } from "../../templates/schema";
import type { TemplateFacts } from "../flow/problems";

const CHANNELS_OF: Record<TemplateChannelType, readonly Channel[]> = {
  email_outlook: ["email"],
  whatsapp_business: ["whatsapp"],
  sms: ["sms"],
  internal_comment: [],
  any: CHANNELS,
};

/** What a journey has to know of a template; null when it is gone, switched off or a member's own. */
export async function templateFacts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  templateId: Id<"templates">,
): Promise<TemplateFacts | null> {
  const template = await findTemplate(ctx, orgId, templateId);
  if (template === null || !template.isActive) return null;
  const version = template.currentVersionId === undefined ? null : await currentVersion(ctx, template);
  return {
    channels: new Set(version === null ? [] : CHANNELS_OF[template.channelType]),
    bareVariables: (version?.variables ?? [])
      .filter(({ name, fallback }) => fallback === "" && !isAlwaysKnown(name))
      .map(({ name }) => name),
    whatsappApproval: await approvalOf(ctx, template),
  };
}

async function approvalOf(ctx: QueryCtx, { _id, orgId }: Doc<"templates">): Promise<TemplateFacts["whatsappApproval"]> {
  const accounts = await connectionsFor(ctx, orgId, "whatsapp");
  if (accounts.every(({ provider }) => provider === "sandbox")) return null;
  const rows = await registrationsOf(ctx, _id);
  if (rows.some(({ state }) => state === "approved")) return "approved";
  const [first] = rows;
  if (first === undefined || first.state === "draft") return "none";
  return first.state === "pending" ? "pending" : "rejected";
}
