import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vBusinessEntity, vThreadType } from "../lib/closedSets";
import { brandTables } from "./brands/schema";
import { imageTables } from "./images/schema";
import { TEMPLATE_CATEGORIES, TEMPLATE_CHANNEL_TYPES } from "./sets";
import { togetherTables } from "./together/schema";

export const vTemplateCategory = literals(...TEMPLATE_CATEGORIES);
export type TemplateCategory = Infer<typeof vTemplateCategory>;

export const vTemplateChannelType = literals(...TEMPLATE_CHANNEL_TYPES);
export type TemplateChannelType = Infer<typeof vTemplateChannelType>;

/** The react-email components of `emails/` a version can be rendered with. */
export const EMAIL_LAYOUTS = ["booking_confirmation", "reminder", "check_in", "follow_up", "agent_reply"] as const;
export const vEmailLayout = literals(...EMAIL_LAYOUTS);
export type EmailLayout = Infer<typeof vEmailLayout>;

/** A placeholder `{{name}}` and what stands there when the value is missing; braces are never printed. */
export const vTemplateVariable = v.object({ name: v.string(), fallback: v.string() });
export type TemplateVariable = Infer<typeof vTemplateVariable>;

/** What stands around the text of a WhatsApp template (providers.md 13.3). */
export const vWhatsAppParts = v.object({
  header: v.string(),
  footer: v.string(),
  buttons: v.array(
    /** `value`: the address or number it opens; empty for a quick reply. */
    v.object({ kind: literals("reply", "url", "phone"), text: v.string(), value: v.string() }),
  ),
  /** By variable: what WhatsApp is shown in its place when the template is submitted. */
  samples: v.record(v.string(), v.string()),
});
export type WhatsAppParts = Infer<typeof vWhatsAppParts>;

/** What a template says: of a version and of a draft. */
export const textFields = {
  subject: v.string(),
  /** Plain text with `{{variable}}`; blank lines part paragraphs. E-mail layouts set it, SMS sends it as it is. */
  body: v.string(),
  /** Short form for SMS and WhatsApp; absent → body. */
  shortBody: v.optional(v.string()),
  layout: vEmailLayout,
  /** The e-mail as Tiptap JSON text (documents/read.ts); absent: the body, set by the layout. Then `body` is its text. */
  document: v.optional(v.string()),
  variables: v.array(vTemplateVariable),
  whatsapp: v.optional(vWhatsAppParts),
};

export const templateTables = {
  ...brandTables,
  ...imageTables,
  ...togetherTables,
  // Written by templates and dev; read by delivery, sequences, inbox. A member's own snippets are nobody else's.
  templates: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    category: vTemplateCategory,
    channelType: vTemplateChannelType,
    businessEntity: vBusinessEntity,
    locale: v.string(),
    isActive: v.boolean(),
    usageCount: v.number(),
    lastUsedAt: v.optional(v.number()),
    currentVersionId: v.optional(v.id("templateVersions")),
    /** A few words of plain text rather than a whole message. */
    isSnippet: v.optional(v.literal(true)),
    /** Only this member's; absent: the team's. */
    ownerId: v.optional(v.id("members")),
    /** Conversations it is suggested in first; absent: any. */
    threadTypes: v.optional(v.array(vThreadType)),
    /** States of orders it is suggested at first, in the words of where they come from; absent: any. */
    orderStates: v.optional(v.array(v.string())),
  })
    .index("by_org_owner", ["orgId", "ownerId", "name"])
    .searchIndex("search_name", { searchField: "name", filterFields: ["orgId", "ownerId"] }),
  // Immutable once written: a sent message can always say which text it had.
  templateVersions: defineTable({
    orgId: v.id("organisations"),
    templateId: v.id("templates"),
    number: v.number(),
    ...textFields,
    /** Absent: a system, or a member before this was kept. */
    createdBy: v.optional(v.id("members")),
    createdAt: v.number(),
  }).index("by_template", ["templateId", "number"]),
  // What is being made of a template beside its live version, at most one each. Written by templates (drafts); read by
  // the template's screen; gone with its publication.
  templateDrafts: defineTable({
    orgId: v.id("organisations"),
    templateId: v.id("templates"),
    ...textFields,
    /** +1 with every change. */
    revision: v.number(),
    updatedBy: v.id("members"),
    updatedAt: v.number(),
  }).index("by_template", ["templateId"]),
};
