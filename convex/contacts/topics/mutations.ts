import { v } from "convex/values";
import { vPurpose } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { vAddressChannel } from "../schema";
import { orderTopics, saveTopic } from "./model";
import { vLocalText } from "./schema";

/** Makes or changes a topic; archiving takes it off the preference page. */
export const save = memberMutation("consent.manage")({
  args: {
    key: v.string(),
    name: vLocalText,
    description: vLocalText,
    purpose: vPurpose,
    channels: v.array(vAddressChannel),
    isArchived: v.boolean(),
  },
  returns: v.null(),
  handler: async (ctx, topic) => {
    await saveTopic(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, ...topic });
    return null;
  },
});

/** Puts the topics into this order. */
export const reorder = memberMutation("consent.manage")({
  args: { keys: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { keys }) => {
    await orderTopics(ctx, ctx.orgId, keys);
    return null;
  },
});
