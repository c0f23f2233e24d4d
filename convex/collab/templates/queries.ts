import { v } from "convex/values";
import { caretsOfOthers } from "../../inbox/sharedDrafts/carets/model";
import { caretFields } from "../../inbox/sharedDrafts/carets/schema";
import { memberQuery } from "../../lib/functions";
import { findWriting } from "../../templates/together/model";
import { othersAt } from "./model";

/** Who else has the template open; the token came from a heartbeat there. */
export const others = memberQuery("templates.read")({
  args: { roomToken: v.string() },
  returns: v.array(v.object({ memberId: v.id("members"), name: v.string() })),
  handler: async (ctx, { roomToken }) => await othersAt(ctx, ctx.member, roomToken),
});

/** Where the others are in a text the caller may write in; nobody where writing together has ended. */
export const othersInText = memberQuery("templates.edit")({
  args: { draftId: v.id("templateWritings") },
  returns: v.array(v.object({ memberId: v.id("members"), name: v.string(), tone: v.number(), ...caretFields })),
  handler: async (ctx, { draftId }) => {
    const draft = await findWriting(ctx, ctx.orgId, draftId);
    return draft === null ? [] : await caretsOfOthers(ctx, draft._id, ctx.member._id);
  },
});
