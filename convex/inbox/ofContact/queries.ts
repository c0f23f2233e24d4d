import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { requireContact } from "../../contacts/model";
import { memberQuery } from "../../lib/functions";
import { pageOfContactThreads } from "../model/lists";
import { summaryOf } from "./model";
import { vThreadSummary } from "./schema";

/** A person's conversations, newest activity first. */
export const threads = memberQuery("inbox.read")({
  args: { contactId: v.id("contacts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vThreadSummary),
  handler: async (ctx, { contactId, paginationOpts }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const result = await pageOfContactThreads(ctx, contactId, paginationOpts);
    return { ...result, page: await Promise.all(result.page.map((thread) => summaryOf(ctx, thread))) };
  },
});
