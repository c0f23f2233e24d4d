import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vCheck } from "../../connections/schema";

/** WhatsApp's categories; they decide price and rules (providers.md 13.3). */
export const WHATSAPP_CATEGORIES = ["utility", "marketing", "authentication"] as const;
export const vWhatsAppCategory = literals(...WHATSAPP_CATEGORIES);
export type WhatsAppCategory = Infer<typeof vWhatsAppCategory>;

/** Where the approval stands; only `approved` may be sent. */
export const APPROVAL_STATES = ["draft", "pending", "approved", "rejected", "paused", "disabled"] as const;
export const vApprovalState = literals(...APPROVAL_STATES);
export type ApprovalState = Infer<typeof vApprovalState>;

export const whatsappTemplateTables = {
  // When an account was last asked how far its templates are, and what came of it. One row an account at most. Written by
  // members who ask and the job that carries it out.
  templateChecks: defineTable({
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    check: vCheck,
  })
    .index("by_connection", ["connectionId"])
    .index("by_org", ["orgId"]),
  // How a template of ours is known at one WhatsApp account: registered there, approved there, in one language. Written
  // by delivery and by the provider's webhooks; read right before sending outside the 24 h window.
  whatsappTemplates: defineTable({
    orgId: v.id("organisations"),
    templateId: v.id("templates"),
    connectionId: v.id("connections"),
    /** As registered: lower case, digits and underscores. */
    name: v.string(),
    /** As registered: "de", "en_US". */
    language: v.string(),
    /** The provider's own id where it sends by it: Twilio's Content SID. */
    providerTemplateId: v.optional(v.string()),
    category: vWhatsAppCategory,
    state: vApprovalState,
    /** Why the provider did not approve it or stopped it, in its words: "INVALID_FORMAT". */
    reason: v.optional(v.string()),
    /** Variables of the template in the order of the registered placeholders {{1}}, {{2}} … */
    placeholders: v.array(v.string()),
    stateChangedAt: v.number(),
  })
    .index("by_template", ["templateId", "connectionId"])
    .index("by_name", ["connectionId", "name", "language"])
    .index("by_org", ["orgId"]),
};
