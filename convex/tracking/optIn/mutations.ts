import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { vAddressChannel } from "../../contacts/schema";
import { memberMutation } from "../../lib/functions";
import { requestByMember } from "./model";

/** Asks a person by mail or text to confirm that they want a topic. `known` when they said so already. */
export const request = memberMutation("contacts.edit")({
  args: {
    contactId: v.id("contacts"),
    channel: vAddressChannel,
    topic: v.string(),
    evidence: v.optional(v.string()),
  },
  returns: literals("sent", "known"),
  handler: async (ctx, asked) => await requestByMember(ctx, ctx.member, asked),
});
