import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireContact } from "../model";
import { mergesOf } from "./model";
import { previewMerge, suggestionsFor, vPreview, vSuggestion } from "./model/preview";
import { vMergeState } from "./schema";

/** What two contacts have, side by side. */
export const preview = memberQuery("contacts.read")({
  args: { keptId: v.id("contacts"), mergedId: v.id("contacts") },
  returns: vPreview,
  handler: async (ctx, ids) => await previewMerge(ctx, ctx.orgId, ids),
});

/** Who is the same person as a contact, by an exact match. */
export const suggestions = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: v.array(vSuggestion),
  handler: async (ctx, { contactId }) => await suggestionsFor(ctx, await requireContact(ctx, ctx.orgId, contactId)),
});

/** Merges in force that made a contact what it is, newest first: only that one can be undone. */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: v.array(
    v.object({
      id: v.id("contactMerges"),
      mergedId: v.id("contacts"),
      name: v.string(),
      at: v.number(),
      state: vMergeState,
    }),
  ),
  handler: async (ctx, { contactId }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const merges = (await mergesOf(ctx, contactId)).filter(({ state }) => state.kind !== "undone");
    return await Promise.all(
      merges.map(async ({ _id: id, mergedId, state, _creationTime: at }) => {
        const { name } = await requireContact(ctx, ctx.orgId, mergedId);
        return { id, mergedId, name, at, state };
      }),
    );
  },
});
