import { defineTable } from "convex/server";
import { v } from "convex/values";

/** Opening hours by priority. */
export const vDueHours = v.object({
  critical: v.number(),
  urgent: v.number(),
  high: v.number(),
  normal: v.number(),
  low: v.number(),
});

export const dueTables = {
  // When tasks without a time of their own are due; absent: rules.ts DEFAULT_DUE_HOURS. Written by managers; read when a
  // task is made.
  taskDueHours: defineTable({ orgId: v.id("organisations"), hours: vDueHours }).index("by_org", ["orgId"]),
};
