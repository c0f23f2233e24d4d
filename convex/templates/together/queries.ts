import { v } from "convex/values";
import { vEditor } from "../../lib/editors";
import { memberQuery } from "../../lib/functions";
import { requireTeams } from "../drafts/model";
import { findWriting, requireWriting, stepsAfter, writingOf } from "./model";

/** Which document of a template is being written in; null: none. Throws `not_found`. */
export const current = memberQuery("templates.edit")({
  args: { templateId: v.id("templates") },
  returns: v.union(v.null(), v.id("templateWritings")),
  handler: async (ctx, { templateId }) => {
    const { _id } = await requireTeams(ctx, ctx.orgId, templateId);
    return (await writingOf(ctx, _id))?._id ?? null;
  },
});

// What @convex-dev/prosemirror-sync's editor extension asks for, under the names and in the shapes it expects.

/** The newest whole text; null when writing in it has ended. */
export const getSnapshot = memberQuery("templates.edit")({
  args: { id: v.id("templateWritings") },
  returns: v.union(v.null(), v.object({ content: v.string(), version: v.number() })),
  handler: async (ctx, { id }) => {
    const writing = await findWriting(ctx, ctx.orgId, id);
    return writing && { content: writing.document, version: writing.version };
  },
});

/** The version the words have reached; null when writing in them has ended. */
export const latestVersion = memberQuery("templates.edit")({
  args: { id: v.id("templateWritings") },
  returns: v.union(v.null(), v.number()),
  // An error here would take the page down with it.
  handler: async (ctx, { id }) => (await findWriting(ctx, ctx.orgId, id))?.version ?? null,
});

/** What was done after a version. */
export const getSteps = memberQuery("templates.edit")({
  args: { id: v.id("templateWritings"), version: v.number() },
  returns: v.object({ steps: v.array(v.string()), clientIds: v.array(vEditor), version: v.number() }),
  handler: async (ctx, { id, version }) => await stepsAfter(ctx, await requireWriting(ctx, ctx.orgId, id), version),
});
