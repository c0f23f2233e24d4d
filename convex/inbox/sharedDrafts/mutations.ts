import { v } from "convex/values";
import { vEditor } from "../../lib/editors";
import { memberMutation } from "../../lib/functions";
import { vDraftParts } from "../recipients/schema";
import * as model from "./model";

/** Lets the team write in the caller's answer. `doc` is Tiptap JSON text. */
export const share = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), doc: v.string(), parts: v.optional(vDraftParts) },
  returns: v.id("sharedDrafts"),
  handler: async (ctx, args) => await model.share(ctx, ctx, args),
});

/** Makes the shared draft the caller's own again; only for who shared it, and at the version they saw. */
export const keepToMyself = memberMutation("inbox.reply")({
  args: { draftId: v.id("sharedDrafts"), version: v.number(), doc: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await model.keepToMyself(ctx, ctx, args);
    return null;
  },
});

/** Who the shared answer goes to and what goes with it. */
export const saveParts = memberMutation("inbox.reply")({
  args: { draftId: v.id("sharedDrafts"), parts: vDraftParts },
  returns: v.null(),
  handler: async (ctx, args) => {
    await model.saveParts(ctx, ctx, args);
    return null;
  },
});

/** Throws a shared draft away for everybody. */
export const discard = memberMutation("inbox.reply")({
  args: { draftId: v.id("sharedDrafts") },
  returns: v.null(),
  handler: async (ctx, { draftId }) => {
    await model.discardShared(ctx, ctx, draftId);
    return null;
  },
});

// What @convex-dev/prosemirror-sync's editor extension sends.

/** What an editor did on top of a version; answered with what came before it when there was something. */
export const submitSteps = memberMutation("inbox.reply")({
  args: { id: v.id("sharedDrafts"), version: v.number(), clientId: vEditor, steps: v.array(v.string()) },
  returns: v.union(
    v.object({ status: v.literal("synced") }),
    v.object({ status: v.literal("needs-rebase"), clientIds: v.array(vEditor), steps: v.array(v.string()) }),
  ),
  handler: async (ctx, args) => await model.submitSteps(ctx, ctx, args),
});

/** The whole text at a version. */
export const submitSnapshot = memberMutation("inbox.reply")({
  args: { id: v.id("sharedDrafts"), version: v.number(), content: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await model.submitSnapshot(ctx, ctx, args);
    return null;
  },
});
