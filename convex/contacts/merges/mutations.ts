import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { mergeContacts, requireMerge, undoMerge } from "./model";

/** Makes `mergedId` part of `keptId`; `taken` names what comes from the former. The same again changes nothing. */
export const merge = memberMutation("contacts.edit")({
  args: { keptId: v.id("contacts"), mergedId: v.id("contacts"), taken: v.array(v.string()) },
  returns: v.id("contactMerges"),
  handler: async (ctx, { keptId, mergedId, taken }) =>
    await mergeContacts(ctx, { member: ctx.member, keptId, mergedId, taken }),
});

/** Makes two contacts of one again, as they were. */
export const undo = memberMutation("contacts.edit")({
  args: { mergeId: v.id("contactMerges") },
  returns: v.null(),
  handler: async (ctx, { mergeId }) => {
    await undoMerge(ctx, await requireMerge(ctx, ctx.orgId, mergeId), ctx.member);
    return null;
  },
});
