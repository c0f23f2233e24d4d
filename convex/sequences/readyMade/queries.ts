import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { NODE_KINDS } from "../closedSets";
import { vPhase } from "../schema";
import { flowOf, titleOf } from "./build";
import { READY_MADE_KINDS } from "./kinds";
import { LANGUAGES } from "./shape";

/** The journeys one can start from, in a language, with their steps for a small picture. */
export const list = memberQuery("sequences.read")({
  args: { language: literals(...LANGUAGES) },
  returns: v.array(
    v.object({
      kind: literals(...READY_MADE_KINDS),
      name: v.string(),
      description: v.string(),
      steps: v.array(
        v.object({
          stepId: v.string(),
          name: v.string(),
          kind: literals(...NODE_KINDS),
          phase: vPhase,
          /** Of messages. */
          channel: v.optional(v.union(vChannel, v.literal("best"))),
        }),
      ),
    }),
  ),
  handler: async (_, { language }) =>
    READY_MADE_KINDS.map((kind) => ({ kind, ...titleOf(kind, language), steps: stepsOf(kind, language) })),
});

function stepsOf(kind: (typeof READY_MADE_KINDS)[number], language: (typeof LANGUAGES)[number]) {
  return flowOf(kind, language, new Map()).nodes.map((node) => ({
    stepId: node.stepId,
    name: node.name,
    kind: node.kind,
    phase: node.phase,
    ...(node.kind === "message" ? { channel: node.channel } : {}),
  }));
}
