import { literals } from "convex-helpers/validators";
import type { Infer } from "convex/values";

// Closed sets that several domains share. Values named by the requirement documents are kept to the letter.

/** How a message can leave (requirement S0, "Versandkanäle"). */
export const CHANNELS = ["email", "sms", "whatsapp", "webhook"] as const;
export const vChannel = literals(...CHANNELS);
export type Channel = Infer<typeof vChannel>;

/** Conversations of the team alone (S1 communication_channel.channel_type): nothing leaves on these. */
export const INTERNAL_CHANNELS = ["internal_comment", "internal_ticket"] as const;
export type InternalChannel = (typeof INTERNAL_CHANNELS)[number];

/** Where a conversation takes place: on a channel to its customer, or among the team until it has one. */
export const THREAD_CHANNELS = [...CHANNELS, ...INTERNAL_CHANNELS] as const;
export const vThreadChannel = literals(...THREAD_CHANNELS);
export type ThreadChannel = Infer<typeof vThreadChannel>;

/** False while a conversation is the team's alone. */
export function isCustomerChannel(channel: ThreadChannel): channel is Channel {
  return CHANNELS.some((known) => known === channel);
}

/** Where conversations come from that rules and policies are for: a discussion is its author's, and owes nobody anything. */
export const RULED_CHANNELS = [...CHANNELS, "internal_ticket"] as const satisfies readonly ThreadChannel[];

/** A conversation that takes place on a channel to its customer. */
export type OnCustomerChannel<T extends { channel: ThreadChannel }> = T & { channel: Channel };

/** The same of a whole conversation. */
export function isOnCustomerChannel<T extends { channel: ThreadChannel }>(thread: T): thread is OnCustomerChannel<T> {
  return isCustomerChannel(thread.channel);
}

/** Why a message is sent; consent is kept per purpose and channel (design rule 7). */
export const PURPOSES = ["transactional", "marketing", "service", "review", "tracking"] as const;
export const vPurpose = literals(...PURPOSES);
export type Purpose = Infer<typeof vPurpose>;

/** Channel types of the inbox (requirement S1, communication_channel). */
export const CHANNEL_TYPES = [
  "email_outlook",
  "whatsapp_business",
  "internal_comment",
  "internal_task",
  "internal_ticket",
  "sms",
  "phone_call",
] as const;
export const vChannelType = literals(...CHANNEL_TYPES);
export type ChannelType = Infer<typeof vChannelType>;

/** S1 priorities; S3's urgency maps onto them (product.md 0.2). */
export const PRIORITIES = ["low", "normal", "high", "urgent", "critical"] as const;
export const vPriority = literals(...PRIORITIES);
export type Priority = Infer<typeof vPriority>;

/** S1 communication_thread.thread_type */
export const THREAD_TYPES = [
  "customer_support",
  "partner_inquiry",
  "installation_coordination",
  "technical_issue",
  "sales_inquiry",
  "complaint",
  "internal_task",
  "project_discussion",
] as const;
export const vThreadType = literals(...THREAD_TYPES);
export type ThreadType = Infer<typeof vThreadType>;

/** S1 communication_thread.status */
export const THREAD_STATUSES = [
  "open",
  "in_progress",
  "waiting_customer",
  "waiting_internal",
  "escalated",
  "resolved",
  "closed",
] as const;
export const vThreadStatus = literals(...THREAD_STATUSES);
export type ThreadStatus = Infer<typeof vThreadStatus>;

/** S1 communication_template.business_entity: the brands of one organisation; "all" is every one of them. */
export const BUSINESS_ENTITIES = [
  "chargecars",
  "laderthuis",
  "meterkastthuis",
  "zaptecshop",
  "ratioshop",
  "all",
] as const;
export const vBusinessEntity = literals(...BUSINESS_ENTITIES);
export type BusinessEntity = Infer<typeof vBusinessEntity>;
