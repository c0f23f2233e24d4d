import type { Channel, ChannelType } from "../../lib/closedSets";

// Which inbox channels there are to set up. Pure and small; the browser uses it too.

/** The types an admin sets up; the internal ones of S1 are notes, tasks and tickets, which need no address. */
export const CHANNEL_KINDS = ["email_outlook", "whatsapp_business", "sms", "phone_call"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What the provider accounts of a type send; nobody sends calls. */
export const SENT_AS: Partial<Record<ChannelType, Channel>> = {
  email_outlook: "email",
  whatsapp_business: "whatsapp",
  sms: "sms",
};
