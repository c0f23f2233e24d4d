import { v } from "convex/values";
import { vEditor } from "../../lib/editors";
import { memberQuery } from "../../lib/functions";
import { vAttachment } from "../attachments/schema";
import { requireThread } from "../model/rows";
import { vDraftParts } from "../recipients/schema";
import * as model from "./model";

/** What is written together in a thread, and which colleagues write for themselves: their names, not their words. */
export const onThread = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.object({
    shared: v.array(
      v.object({
        id: v.id("sharedDrafts"),
        isMine: v.boolean(),
        startedBy: v.string(),
        writers: v.array(v.object({ memberId: v.id("members"), name: v.string(), at: v.number() })),
        parts: v.optional(vDraftParts),
        /** Those of `parts` that are still there. */
        files: v.array(vAttachment),
      }),
    ),
    others: v.array(v.object({ memberId: v.id("members"), name: v.string() })),
  }),
  handler: async (ctx, { threadId }) =>
    await model.draftsOnThread(ctx, ctx, (await requireThread(ctx, ctx.orgId, threadId))._id),
});

// What @convex-dev/prosemirror-sync's editor extension asks for, under the names and in the shapes it expects.

/** The newest whole text; null for a draft that is gone. */
export const getSnapshot = memberQuery("inbox.reply")({
  args: { id: v.id("sharedDrafts"), version: v.optional(v.number()) },
  returns: v.union(v.object({ content: v.null() }), v.object({ content: v.string(), version: v.number() })),
  handler: async (ctx, { id, version }) => {
    if ((await model.latestVersion(ctx, ctx, id)) === null) return { content: null };
    return await model.snapshotOf(ctx, id, version);
  },
});

/** The version the words have reached; null for a draft that is gone. */
export const latestVersion = memberQuery("inbox.reply")({
  args: { id: v.id("sharedDrafts") },
  returns: v.union(v.null(), v.number()),
  handler: async (ctx, { id }) => await model.latestVersion(ctx, ctx, id),
});

/** What was done after a version. */
export const getSteps = memberQuery("inbox.reply")({
  args: { id: v.id("sharedDrafts"), version: v.number() },
  returns: v.object({ steps: v.array(v.string()), clientIds: v.array(vEditor), version: v.number() }),
  handler: async (ctx, { id, version }) => {
    await model.requireSharedDraft(ctx, ctx.orgId, id);
    return await model.stepsAfter(ctx, id, version);
  },
});
