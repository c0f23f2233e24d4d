import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { requireAccount } from "../../contacts/accounts/model";
import { memberQuery } from "../../lib/functions";
import { summaryOf } from "../ofContact/model";
import { vThreadSummary } from "../ofContact/schema";
import { ordersOfAccount, pageOfAccount } from "./model";

/** The conversations of a customer or partner organisation and its people, newest activity first. */
export const threads = memberQuery("inbox.read")({
  args: { accountId: v.id("accounts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vThreadSummary),
  handler: async (ctx, { accountId, paginationOpts }) => {
    await requireAccount(ctx, ctx.orgId, accountId);
    const result = await pageOfAccount(ctx, accountId, paginationOpts);
    return { ...result, page: await Promise.all(result.page.map((thread) => summaryOf(ctx, thread))) };
  },
});

/** The orders its latest conversations are about, the latest first. */
export const orders = memberQuery("inbox.read")({
  args: { accountId: v.id("accounts") },
  returns: v.array(
    v.object({ order: v.string(), threadId: v.id("threads"), lastMessageAt: v.number(), count: v.number() }),
  ),
  handler: async (ctx, { accountId }) => {
    await requireAccount(ctx, ctx.orgId, accountId);
    return await ordersOfAccount(ctx, accountId);
  },
});
