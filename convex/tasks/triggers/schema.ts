import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** When a call becomes a task to call back (product.md A-37). */
export const vCallbackRule = v.object({
  isOn: v.boolean(),
  /** Opening time until it is due where no hour was agreed. */
  withinMinutes: v.number(),
});
export type CallbackRule = Infer<typeof vCallbackRule>;

export const triggerTables = {
  // What makes tasks by itself in an organisation; absent = the defaults of triggers/rules.ts. Written by managers.
  taskTriggers: defineTable({ orgId: v.id("organisations"), callback: vCallbackRule }).index("by_org", ["orgId"]),
};
