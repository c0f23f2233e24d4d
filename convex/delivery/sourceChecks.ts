import type { FunctionReference } from "convex/server";
import { internal } from "../_generated/api";
import type { MessageSource, SourceAnswer } from "./schema";

type SourceCheck = FunctionReference<"query", "internal", { source: MessageSource }, SourceAnswer>;

/**
 * Who is asked right before sending whether the message is still wanted (product.md 4.2 rule 7). Null: the source never
 * takes a message back after queueing it, except by cancelling it.
 */
export const SOURCE_CHECKS: Record<MessageSource["kind"], SourceCheck | null> = {
  sequence: internal.sequences.jobs.checkSource,
  agent: null,
  system: null,
  api: null,
  test: null,
};
