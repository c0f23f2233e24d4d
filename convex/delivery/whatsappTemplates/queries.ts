import { v } from "convex/values";
import { vCheck } from "../../connections/schema";
import { memberQuery } from "../../lib/functions";
import { listRegistrations, listTemplateChecks } from "./model";
import { vApprovalState, vWhatsAppCategory } from "./schema";

/** How the organisation's templates are registered at its WhatsApp accounts, with their approval. */
export const list = memberQuery("templates.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("whatsappTemplates"),
      templateId: v.id("templates"),
      connectionId: v.id("connections"),
      name: v.string(),
      language: v.string(),
      providerTemplateId: v.optional(v.string()),
      category: vWhatsAppCategory,
      state: vApprovalState,
      /** What the provider gives as the reason: a code, as a rule. */
      reason: v.optional(v.string()),
      placeholders: v.array(v.string()),
      stateChangedAt: v.number(),
    }),
  ),
  handler: async (ctx) => {
    const rows = await listRegistrations(ctx, ctx.orgId);
    return rows.map(({ _id, _creationTime, orgId: _orgId, ...shown }) => ({ id: _id, ...shown }));
  },
});

/** When each account was last asked for the approval of its templates, and what came of it. */
export const checks = memberQuery("templates.read")({
  args: {},
  returns: v.array(v.object({ connectionId: v.id("connections"), check: vCheck })),
  handler: async (ctx) => {
    const rows = await listTemplateChecks(ctx, ctx.orgId);
    return rows.map(({ connectionId, check }) => ({ connectionId, check }));
  },
});
