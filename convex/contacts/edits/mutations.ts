import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vAttributeValue } from "../schema";
import { changeContact } from "./model";

/** Changes what is known about a contact; null takes a value away, what is absent stays. */
export const change = memberMutation("contacts.edit")({
  args: {
    contactId: v.id("contacts"),
    name: v.optional(v.string()),
    locale: v.optional(v.union(v.string(), v.null())),
    timezone: v.optional(v.union(v.string(), v.null())),
    accountId: v.optional(v.union(v.id("accounts"), v.null())),
    tags: v.optional(v.array(v.string())),
    attributes: v.optional(v.record(v.string(), v.union(vAttributeValue, v.null()))),
  },
  returns: v.null(),
  handler: async (ctx, { contactId, ...said }) => {
    await changeContact(ctx, ctx.member, contactId, said);
    return null;
  },
});
