import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { record } from "../../audit/model";
import { memberMutation } from "../../lib/functions";
import { removeRegistration, saveRegistration, startTemplateCheck } from "./model";
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

/** Asks an account how far the approval of its templates is; the answer appears on the registrations. */
export const refresh = memberMutation("templates.edit")({
  args: { connectionId: v.id("connections") },
  returns: v.null(),
  handler: async (ctx, { connectionId }): Promise<null> => {
    const startedAt = await startTemplateCheck(ctx, ctx.orgId, connectionId);
    await ctx.scheduler.runAfter(0, internal.delivery.whatsappTemplates.nodeJobs.ask, { connectionId, startedAt });
    return null;
  },
});
