import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vThreadType } from "../../lib/closedSets";
import { THREAD_TRIGGERS } from "./sets";

/** When a call becomes a task to call back (product.md A-37). */
export const vCallbackRule = v.object({
  isOn: v.boolean(),
  /** Opening time until it is due where no hour was agreed. */
  withinMinutes: v.number(),
});
export type CallbackRule = Infer<typeof vCallbackRule>;

export const vThreadTrigger = literals(...THREAD_TRIGGERS);

export const vThreadTriggerRule = v.object({
  isOn: v.boolean(),
  /** Opening time until it is due. */
  withinMinutes: v.number(),
  /** The conversations it is about. */
  threadTypes: v.array(vThreadType),
});

export const vThreadTriggers = v.object({
  follow_up: vThreadTriggerRule,
  documentation: vThreadTriggerRule,
  approval_request: vThreadTriggerRule,
});

export const triggerTables = {
  // What makes tasks by itself in an organisation; absent = the defaults of triggers/rules.ts and threadRules.ts. Written by managers.
  taskTriggers: defineTable({
    orgId: v.id("organisations"),
    callback: v.optional(vCallbackRule),
    threads: v.optional(vThreadTriggers),
  }).index("by_org", ["orgId"]),
};
