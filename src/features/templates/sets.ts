import type { Channel } from "../../../convex/lib/closedSets";
import type { TemplateIdentity, TemplateRow } from "../../lib/api-types";

// What the list of templates offers.

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
