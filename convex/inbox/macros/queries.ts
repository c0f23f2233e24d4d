import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vBulkTarget } from "../bulk/schema";
import { requireThread } from "../model/rows";
import { macrosOf, presentMacro, requireMacro } from "./model";
import { previewMacro, problemsOf } from "./model/plan";
import { isSuggested, offeredOrder } from "./rules";
import { vMacroAudience, vMacroContext, vMacroProblem, vMacroStep, vStepPlan } from "./schema";

/** Every macro the caller sees, with what is the matter with it for them; shared ones first, in their order. */
export const list = memberQuery("inbox.reply")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("macros"),
      name: v.string(),
      isEnabled: v.boolean(),
      audience: vMacroAudience,
      context: vMacroContext,
      steps: v.array(vMacroStep),
      problems: v.array(vMacroProblem),
    }),
  ),
  handler: async (ctx) =>
    await Promise.all(
      (await macrosOf(ctx, ctx)).map(async (macro) => ({
        ...presentMacro(macro),
        problems: await problemsOf(ctx, ctx, macro.steps),
      })),
    ),
});

/** The macros to choose from: made for such a conversation first. Without a conversation, in their own order. */
export const offered = memberQuery("inbox.reply")({
  args: { threadId: v.optional(v.id("threads")) },
  returns: v.array(v.object({ id: v.id("macros"), name: v.string(), isSuggested: v.boolean() })),
  handler: async (ctx, { threadId }) => {
    const thread = threadId === undefined ? null : await requireThread(ctx, ctx.orgId, threadId);
    const macros = (await macrosOf(ctx, ctx)).filter(({ isEnabled }) => isEnabled);
    const ordered = thread === null ? macros : offeredOrder(macros, thread);
    return ordered.map(({ _id: id, name, context }) => {
      return { id, name, isSuggested: thread !== null && isSuggested(context, thread) };
    });
  },
});

/**
 * What a macro would do: to each of the first twenty conversations, step by step, and why one is left alone. `problems`
 * are those that stop it altogether.
 */
export const preview = memberQuery("inbox.reply")({
  args: { macroId: v.id("macros"), target: vBulkTarget },
  returns: v.object({
    name: v.string(),
    steps: v.array(vMacroStep),
    problems: v.array(vMacroProblem),
    count: v.number(),
    isMore: v.boolean(),
    threads: v.array(
      v.object({
        threadId: v.id("threads"),
        number: v.number(),
        subject: v.string(),
        plans: v.array(vStepPlan),
        outcome: vStepPlan.fields.outcome,
        /** The reply with what is known filled in; ⟦name⟧ where nothing is. */
        replyText: v.union(v.string(), v.null()),
      }),
    ),
  }),
  handler: async (ctx, { macroId, target }) =>
    await previewMacro(ctx, ctx, await requireMacro(ctx, ctx, macroId), target),
});
