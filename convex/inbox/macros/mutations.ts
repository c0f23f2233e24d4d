import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { appError } from "../../lib/errors";
import { begin } from "../bulk/model";
import { vBulkTarget } from "../bulk/schema";
import { changeMacro, createMacro, moveMacro, removeMacro, requireMacro, setMacroEnabled } from "./model";
import { vMacroAudience, vMacroContext, vMacroStep } from "./schema";

const fields = {
  name: v.string(),
  audience: vMacroAudience,
  context: vMacroContext,
  steps: v.array(vMacroStep),
};

/** Makes a macro: one's own, or, with the right to manage them, a shared one. */
export const create = memberMutation("inbox.reply")({
  args: fields,
  returns: v.id("macros"),
  handler: async (ctx, macro) => await createMacro(ctx, ctx, macro),
});

/** Changes all of a macro. */
export const change = memberMutation("inbox.reply")({
  args: { macroId: v.id("macros"), ...fields },
  returns: v.null(),
  handler: async (ctx, { macroId, ...macro }): Promise<null> => {
    await changeMacro(ctx, ctx, macroId, macro);
    return null;
  },
});

/** Offers a macro, or offers it no more. */
export const setEnabled = memberMutation("inbox.reply")({
  args: { macroId: v.id("macros"), isEnabled: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { macroId, isEnabled }): Promise<null> => {
    await setMacroEnabled(ctx, ctx, macroId, isEnabled);
    return null;
  },
});

/** Puts a macro at the `index`-th place among those of its kind. */
export const move = memberMutation("inbox.reply")({
  args: { macroId: v.id("macros"), index: v.number() },
  returns: v.null(),
  handler: async (ctx, { macroId, index }): Promise<null> => {
    await moveMacro(ctx, ctx, macroId, index);
    return null;
  },
});

/** Removes a macro. */
export const remove = memberMutation("inbox.reply")({
  args: { macroId: v.id("macros") },
  returns: v.null(),
  handler: async (ctx, { macroId }): Promise<null> => {
    await removeMacro(ctx, ctx, macroId);
    return null;
  },
});

/**
 * Runs a macro on conversations, in the caller's name: each as a whole or not at all. `bulk.undo` takes all of it back. The
 * same `clientId` again is the same run. Throws `forbidden` or `invalid` where a step cannot be done at all.
 */
export const run = memberMutation("inbox.reply")({
  args: { macroId: v.id("macros"), target: vBulkTarget, clientId: v.string() },
  returns: v.id("bulkOperations"),
  handler: async (ctx, { macroId, ...order }) => {
    const { name, steps, isEnabled } = await requireMacro(ctx, ctx, macroId);
    if (!isEnabled) throw appError("not_found", `“${name}” is switched off.`);
    return await begin(ctx, ctx, { ...order, action: { kind: "macro", macroId, name, steps } });
  },
});
