import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { createPreferenceLink } from "./model";

/** A link to a person's preference page, to hand over. It can be read only here. */
export const createLink = memberMutation("contacts.edit")({
  args: { contactId: v.id("contacts") },
  returns: v.string(),
  handler: async (ctx, { contactId }) => await createPreferenceLink(ctx, ctx.member, contactId),
});
