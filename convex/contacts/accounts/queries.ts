import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listAccounts, requireAccount } from "./model";

/** Customer and partner organisations by name, or those whose name begins with `text`. */
export const list = memberQuery("contacts.read")({
  args: { text: v.optional(v.string()), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({ id: v.id("accounts"), name: v.string(), kind: literals("customer", "partner") }),
  ),
  handler: async (ctx, asked) => {
    const result = await listAccounts(ctx, ctx.orgId, asked);
    return { ...result, page: result.page.map(({ _id: id, name, kind }) => ({ id, name, kind })) };
  },
});

/** One customer or partner organisation. */
export const get = memberQuery("contacts.read")({
  args: { accountId: v.id("accounts") },
  returns: v.object({ name: v.string(), kind: literals("customer", "partner") }),
  handler: async (ctx, { accountId }) => {
    const { name, kind } = await requireAccount(ctx, ctx.orgId, accountId);
    return { name, kind };
  },
});
