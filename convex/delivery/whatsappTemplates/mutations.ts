import { v } from "convex/values";
import { record } from "../../audit/model";
import { memberMutation } from "../../lib/functions";
import { removeRegistration, saveRegistration } from "./model";
import { vApprovalState, vWhatsAppCategory } from "./schema";

/** Records how a template is registered and approved at a WhatsApp account (product.md C-12). */
export const save = memberMutation("templates.edit")({
  args: {
    templateId: v.id("templates"),
    connectionId: v.id("connections"),
    name: v.string(),
    language: v.string(),
    providerTemplateId: v.optional(v.string()),
    category: vWhatsAppCategory,
    state: vApprovalState,
    placeholders: v.array(v.string()),
  },
  returns: v.id("whatsappTemplates"),
  handler: async (ctx, registration) => {
    const registrationId = await saveRegistration(ctx, ctx.orgId, registration);
    await record(ctx, {
      orgId: ctx.orgId,
      actor: { kind: "member", memberId: ctx.member._id },
      action: "template.registered",
      subject: { table: "templates", id: registration.templateId },
      details: { name: registration.name, language: registration.language, state: registration.state },
    });
    return registrationId;
  },
});

/** Forgets how a template is registered; at the provider nothing changes. */
export const remove = memberMutation("templates.edit")({
  args: { registrationId: v.id("whatsappTemplates") },
  returns: v.null(),
  handler: async (ctx, { registrationId }): Promise<null> => {
    await removeRegistration(ctx, ctx.orgId, registrationId);
    await record(ctx, {
      orgId: ctx.orgId,
      actor: { kind: "member", memberId: ctx.member._id },
      action: "template.registration_removed",
      subject: { table: "whatsappTemplates", id: registrationId },
    });
    return null;
  },
});
