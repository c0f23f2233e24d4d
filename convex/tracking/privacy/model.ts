import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { messagesPage } from "../../delivery/privacy/model";
import { personRows, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";

/** Messages whose reports one transaction looks at. */
const PAGE = 50;
const MAX_REPORTS = 100;

/** What providers reported about a person's messages: delivery, opens, clicks. */
export async function exportReceipts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  await requireContact(ctx, orgId, contactId);
  const page = await messagesPage(ctx, contactId, cursor, PAGE);
  const receipts = await Promise.all(page.page.map(({ _id }) => receiptsOf(ctx, _id)));
  return { rows: personRows(receipts.flat()), files: [], cursor: page.isDone ? null : page.continueCursor };
}

/** Takes out of the reports where and with what a person opened or clicked. That something arrived stays. */
export async function eraseReceipts(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<ErasedPage> {
  await requireContact(ctx, orgId, contactId);
  const page = await messagesPage(ctx, contactId, cursor, PAGE);
  let count = 0;
  for (const { _id } of page.page) {
    for (const receipt of await receiptsOf(ctx, _id)) {
      await ctx.db.patch("receipts", receipt._id, {
        ip: undefined,
        userAgent: undefined,
        url: undefined,
        reason: undefined,
      });
      count += 1;
    }
  }
  return { count, cursor: page.isDone ? null : page.continueCursor };
}

async function receiptsOf(ctx: QueryCtx, queueId: Id<"messageQueue">): Promise<Doc<"receipts">[]> {
  return await ctx.db
    .query("receipts")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(MAX_REPORTS);
}
