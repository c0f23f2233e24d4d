import { v } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";

// What follows from what: an automation that reacts to its own change must end (product.md 2.3 no. 34). Pure.

/** Where something that happens stands: what it follows from, how far that is from the beginning, which rules led to it. */
export type Chain = {
  /** The event it follows from; absent: it begins here. */
  causeId?: Id<"domainEvents">;
  depth: number;
  rules: string[];
};
export const vChain = v.object({
  causeId: v.optional(v.id("domainEvents")),
  depth: v.number(),
  rules: v.array(v.string()),
});

/** A context whose events follow from something. Reactions have it (lib/functions); everybody else begins. */
export type Chained = { chain?: Chain; causes?: ReadonlyMap<string, Id<"domainEvents">> };

/** Where what a reaction to an event does stands. */
export function chainAfter({ _id, depth, rules = [] }: Pick<Doc<"domainEvents">, "_id" | "depth" | "rules">): Chain {
  return { causeId: _id, depth: depth + 1, rules };
}
