import { v } from "convex/values";
import { vThreadChannel, vPriority, vThreadStatus, vThreadType } from "../lib/closedSets";
import { vMessageType } from "./schema";

/** A conversation as lists, headers and search results show it. */
export const threadFields = {
  id: v.id("threads"),
  number: v.number(),
  subject: v.string(),
  status: vThreadStatus,
  priority: vPriority,
  threadType: vThreadType,
  isOpen: v.boolean(),
  channel: vThreadChannel,
  lastMessageAt: v.number(),
  lastMessagePreview: v.string(),
  lastMessageType: vMessageType,
  /** What it is to the caller alone. */
  isUnread: v.boolean(),
  isStarred: v.boolean(),
  isFollowing: v.boolean(),
  isMuted: v.boolean(),
  isArchived: v.boolean(),
  contact: v.union(v.null(), v.object({ id: v.id("contacts"), name: v.string() })),
  assignee: v.union(v.null(), v.object({ memberId: v.id("members"), name: v.string() })),
  tags: v.array(v.string()),
  /** It is seen as a ticket too. */
  isTicket: v.boolean(),
  /** Absent when not snoozed; null until the customer writes. */
  snoozedUntil: v.optional(v.union(v.number(), v.null())),
  responseDueAt: v.optional(v.number()),
  isOverdue: v.boolean(),
  isSpam: v.boolean(),
};
