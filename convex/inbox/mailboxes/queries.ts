import { v } from "convex/values";
import { vAccountName } from "../../contacts/accounts/schema";
import { livingAccount, nameOf } from "../../contacts/accounts/model";
import { vChannelType } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { mailboxesOf } from "./model";

/** The mailboxes and numbers whose conversations the caller sees, by name: what the list can be narrowed to. */
export const list = memberQuery("inbox.read")({
  args: {},
  returns: v.array(
    v.object({ id: v.id("channels"), name: v.string(), channelType: vChannelType, isActive: v.boolean() }),
  ),
  handler: async (ctx) => await mailboxesOf(ctx, ctx),
});

/** The organisation a list is narrowed to; null for one that is gone. */
export const account = memberQuery("inbox.read")({
  args: { accountId: v.id("accounts") },
  returns: v.union(vAccountName, v.null()),
  handler: async (ctx, { accountId }) => {
    const found = await livingAccount(ctx, accountId);
    return found?.orgId === ctx.orgId ? nameOf(found) : null;
  },
});
