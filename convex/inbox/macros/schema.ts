import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel, vPriority, vThreadStatus, vThreadType } from "../../lib/closedSets";
import { vDraftParts } from "../recipients/schema";

/** One of the things a macro does (product.md A-68). */
export const vMacroStep = v.union(
  /** A template's words: as the member's draft to look at, or sent. */
  v.object({ kind: v.literal("reply"), templateId: v.id("templates"), send: v.boolean() }),
  v.object({ kind: v.literal("note"), text: v.string() }),
  v.object({ kind: v.literal("tag"), tag: v.string() }),
  v.object({ kind: v.literal("untag"), tag: v.string() }),
  v.object({ kind: v.literal("type"), threadType: vThreadType }),
  v.object({ kind: v.literal("priority"), priority: vPriority }),
  v.object({ kind: v.literal("team"), teamId: v.union(v.id("teams"), v.null()) }),
  /** "me": whoever runs it. */
  v.object({ kind: v.literal("assign"), assigneeId: v.union(v.id("members"), v.literal("me"), v.null()) }),
  v.object({
    kind: v.literal("task"),
    title: v.string(),
    /** Calendar days until it is due, in the morning; null: without a due time. */
    dueDays: v.union(v.number(), v.null()),
    assigneeId: v.union(v.id("members"), v.literal("me"), v.null()),
  }),
  v.object({ kind: v.literal("follow") }),
  v.object({ kind: v.literal("status"), status: vThreadStatus }),
  /** Until the morning in so many calendar days; null: until the customer writes. */
  v.object({ kind: v.literal("snooze"), days: v.union(v.number(), v.null()) }),
);
export type MacroStep = Infer<typeof vMacroStep>;

/** Who sees and runs it. */
export const vMacroAudience = v.union(
  v.object({ kind: v.literal("all") }),
  v.object({ kind: v.literal("team"), teamId: v.id("teams") }),
  v.object({ kind: v.literal("private") }),
);
export type MacroAudience = Infer<typeof vMacroAudience>;

/** Conversations it is offered in first; empty: any. */
export const vMacroContext = v.object({ channels: v.array(vChannel), threadTypes: v.array(vThreadType) });
export type MacroContext = Infer<typeof vMacroContext>;

/** Why a macro cannot be run by a member at all. */
export const vMacroProblem = v.object({
  /** Which of its steps. */
  index: v.number(),
  reason: literals(
    "forbidden",
    "template_gone",
    "template_inactive",
    "member_gone",
    "member_suspended",
    "team_gone",
    "team_archived",
  ),
});
export type MacroProblem = Infer<typeof vMacroProblem>;

/** What a step does to one thread; "refused": the thread is left alone as a whole. */
export const vStepPlan = v.object({
  outcome: literals("change", "same", "refused"),
  reason: v.optional(literals("no_customer", "no_address", "window_closed", "gaps", "closed", "too_many_tags")),
});
export type StepPlan = Infer<typeof vStepPlan>;

/** What a thread was before a macro, and what undoing needs to know: only what the macro changed. */
export const vMacroBefore = v.object({
  isSent: v.optional(v.literal(true)),
  draft: v.optional(
    v.object({
      written: v.string(),
      before: v.union(v.null(), v.object({ doc: v.string(), parts: v.optional(vDraftParts) })),
    }),
  ),
  noteId: v.optional(v.id("messages")),
  /** What the tasks that were asked for are known by. */
  taskKeys: v.optional(v.array(v.string())),
  tags: v.optional(v.object({ added: v.array(v.string()), removed: v.array(v.string()) })),
  threadType: v.optional(v.object({ before: vThreadType, after: vThreadType })),
  priority: v.optional(v.object({ before: vPriority, after: vPriority })),
  place: v.optional(
    v.object({
      teamId: v.union(v.id("teams"), v.null()),
      assigneeId: v.union(v.id("members"), v.null()),
      neededSkills: v.array(v.string()),
      after: v.object({
        teamId: v.union(v.id("teams"), v.null()),
        assigneeId: v.union(v.id("members"), v.null()),
      }),
    }),
  ),
  isFollowing: v.optional(v.literal(false)),
  status: v.optional(v.object({ before: vThreadStatus, after: vThreadStatus })),
  snooze: v.optional(v.object({ before: v.union(v.number(), v.null()), wasSnoozed: v.boolean() })),
});
export type MacroBefore = Infer<typeof vMacroBefore>;

export const macroTables = {
  // Several actions under one name. Written by whoever may manage shared ones, and by members for themselves; an order
  // (bulkOperations) keeps the steps it was made with.
  macros: defineTable({
    orgId: v.id("organisations"),
    /** Whose it is alone; absent: shared. */
    ownerId: v.optional(v.id("members")),
    /** Of the shared ones: only for this team. */
    teamId: v.optional(v.id("teams")),
    name: v.string(),
    isEnabled: v.boolean(),
    context: vMacroContext,
    steps: v.array(vMacroStep),
    /** The order within the shared ones, or within a member's own; halves between two neighbours make room. */
    position: v.number(),
  }).index("by_owner", ["orgId", "ownerId", "position"]),
};
