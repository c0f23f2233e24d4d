import { v } from "convex/values";
import { vPurpose } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { vAddressChannel } from "../schema";
import { topicsOf } from "./model";
import { vLocalText } from "./schema";

/** What people can choose on their preference page, archived topics included, in their order. */
export const list = memberQuery("contacts.read")({
  args: {},
  returns: v.array(
    v.object({
      key: v.string(),
      name: vLocalText,
      description: vLocalText,
      purpose: vPurpose,
      channels: v.array(vAddressChannel),
      order: v.number(),
      isArchived: v.boolean(),
    }),
  ),
  handler: async (ctx) => await topicsOf(ctx, ctx.orgId),
});
