import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vDraftParts } from "../recipients/schema";

/** A draft at the version whose words somebody saw. */
export const vSharedDraftSeen = v.object({ draftId: v.id("sharedDrafts"), version: v.number() });

export const sharedDraftTables = {
  // An answer several people write at once (product.md A-66). Its words are steps and snapshots in the component
  // prosemirrorSync, under the row's id. Written by sharedDrafts; goes with its sending, discarding, thread.
  sharedDrafts: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    /** Who shared it, and may take it back for themselves. */
    startedBy: v.id("members"),
    parts: v.optional(vDraftParts),
    /** Who wrote in it, and when about last (UTC ms). */
    writers: v.array(v.object({ memberId: v.id("members"), at: v.number() })),
  }).index("by_thread", ["threadId"]),
};
