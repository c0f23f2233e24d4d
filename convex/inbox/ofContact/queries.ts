import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { requireContact } from "../../contacts/model";
import { vChannel, vThreadStatus } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { pageOfContactThreads } from "../model/lists";

/** A person's conversations, newest activity first. */
export const threads = memberQuery("inbox.read")({
  args: { contactId: v.id("contacts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      id: v.id("threads"),
      number: v.number(),
      subject: v.string(),
      status: vThreadStatus,
      channel: vChannel,
      order: v.union(v.string(), v.null()),
      lastMessageAt: v.number(),
    }),
  ),
  handler: async (ctx, { contactId, paginationOpts }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const result = await pageOfContactThreads(ctx, contactId, paginationOpts);
    const page = result.page.map(({ _id: id, number, subject, status, channel, orderRef, lastMessageAt }) => {
      return { id, number, subject, status, channel, order: orderRef ?? null, lastMessageAt };
    });
    return { ...result, page };
  },
});
