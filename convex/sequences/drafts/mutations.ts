import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vChoices } from "../sweeps/schema";
import * as drafts from "./model";
import { vEdit } from "./schema";

const atRevision = { sequenceId: v.id("sequences"), revision: v.number() };
const names = { name: v.string(), description: v.string() };

/** A new journey, empty or with the steps of another. Throws `invalid` with the field. */
export const create = memberMutation("sequences.edit")({
  args: { ...names, copyOf: v.optional(v.id("sequences")) },
  returns: v.id("sequences"),
  handler: async (ctx, fields) => await drafts.create(ctx, ctx, fields),
});

/** Throws `invalid` with the field. */
export const rename = memberMutation("sequences.edit")({
  args: { sequenceId: v.id("sequences"), ...names },
  returns: v.null(),
  handler: async (ctx, fields) => {
    await drafts.rename(ctx, ctx, fields);
    return null;
  },
});

/** Changes the draft, all or nothing, whatever others did meanwhile. Throws `conflict` with the step that is gone. */
export const edit = memberMutation("sequences.edit")({
  args: { sequenceId: v.id("sequences"), edits: v.array(vEdit) },
  returns: v.object({ revision: v.number() }),
  handler: async (ctx, args) => ({ revision: await drafts.edit(ctx, ctx, args) }),
});

/** Gives up what is not published. Throws `conflict` when it is no longer at `revision`. */
export const discard = memberMutation("sequences.edit")({
  args: atRevision,
  returns: v.null(),
  handler: async (ctx, args) => {
    await drafts.discard(ctx, ctx, args);
    return null;
  },
});

/** Deletes a journey that was never switched on. */
export const remove = memberMutation("sequences.edit")({
  args: { sequenceId: v.id("sequences") },
  returns: v.null(),
  handler: async (ctx, { sequenceId }) => {
    await drafts.remove(ctx, ctx, sequenceId);
    return null;
  },
});

/**
 * Switches on what the caller has seen; people inside go by `choices`, each for the step they stand at. Throws `conflict`
 * when the draft is no longer at `revision` or an earlier change is under way, `invalid` for problems.
 */
export const publish = memberMutation("sequences.edit")({
  args: { ...atRevision, choices: vChoices },
  returns: v.null(),
  handler: async (ctx, args) => {
    await drafts.publish(ctx, ctx, args);
    return null;
  },
});
