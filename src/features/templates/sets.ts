import type { Channel } from "../../../convex/lib/closedSets";
import type { TemplateIdentity, TemplateRow } from "../../lib/api-types";

// The closed sets of templates in the order in which they are offered.

export const CATEGORIES = [
  "customer_service",
  "installation_scheduling",
  "technical_support",
  "sales_inquiry",
  "complaint_response",
  "follow_up",
  "auto_response",
  "internal_notification",
] as const satisfies readonly TemplateIdentity["category"][];

export const CHANNEL_TYPES = [
  "email_outlook",
  "sms",
  "whatsapp_business",
  "any",
  "internal_comment",
] as const satisfies readonly TemplateIdentity["channelType"][];

export const STATES = ["draft", "active", "archived"] as const satisfies readonly TemplateRow["state"][];

/** What customers are written in; a template may name any other. */
export const LANGUAGES = ["de", "en", "nl"] as const;

type Shown = Exclude<Channel, "webhook">;

/** The channels a template can go by, with those it looks different on. */
export const CHANNELS_OF: Record<TemplateIdentity["channelType"], readonly Shown[]> = {
  email_outlook: ["email"],
  sms: ["sms"],
  whatsapp_business: ["whatsapp"],
  any: ["email", "sms", "whatsapp"],
  internal_comment: [],
};
