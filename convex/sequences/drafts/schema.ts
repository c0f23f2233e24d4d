import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { ENTRANCES } from "../closedSets";
import { vFlow, vNext, vNode } from "../flow/schema";

const vEntrance = literals(...ENTRANCES);
export type Entrance = Infer<typeof vEntrance>;

/** A way out of a node ("next", "otherwise" or the id of an arm), or with `from` null an entrance. */
export const vPlace = v.object({ from: v.union(v.string(), v.null()), way: v.string() });
export type Place = Infer<typeof vPlace>;

/** One change of a draft. It says what is meant, so that it can be carried out on what others have made of it meanwhile. */
export const vEdit = v.union(
  /** Between a place and what it leads to; the first node is the one entered, every open end goes on as the place did. */
  v.object({ kind: v.literal("insert"), place: vPlace, nodes: v.array(vNode) }),
  /** What the node says; where it leads stays, but for arms that are new. */
  v.object({ kind: v.literal("update"), node: vNode }),
  /** The path goes on with what came after; what can be reached no other way goes along. */
  v.object({ kind: v.literal("remove"), stepIds: v.array(v.string()) }),
  v.object({ kind: v.literal("connect"), place: vPlace, to: vNext }),
  /** Takes a change back, as far as it is still as it was left: made by `restoreOf`. */
  v.object({
    kind: v.literal("restore"),
    put: v.array(vNode),
    drop: v.array(v.string()),
    set: v.array(v.object({ was: vNode, becomes: vNode })),
    entrances: v.array(v.object({ way: vEntrance, was: vNext, becomes: vNext })),
  }),
);
export type Edit = Infer<typeof vEdit>;

export const draftTables = {
  // What is being made of a journey beside its live version, at most one per sequence. Written by sequences (drafts);
  // read by the builder; gone with its publication.
  sequenceDrafts: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    flow: vFlow,
    /** +1 with every change. */
    revision: v.number(),
    /** The version it began as; none for a journey that was never live. */
    baseVersionId: v.optional(v.id("sequenceVersions")),
    updatedBy: v.id("members"),
    updatedAt: v.number(),
  }).index("by_sequence", ["sequenceId"]),
};
