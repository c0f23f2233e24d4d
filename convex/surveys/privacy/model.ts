import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { personRows, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";

const PAGE = 100;

/** How a person rated conversations, and in which words. */
export async function exportSurveys(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  const page = await pageOf(ctx, orgId, contactId, cursor);
  const rows = page.page.map(({ tokenHash: _, ...row }: Doc<"surveys">) => row);
  return { rows: personRows(rows), files: [], cursor: page.isDone ? null : page.continueCursor };
}

/** Takes a person's words out of their ratings, and ends the links; the figures stay. */
export async function eraseSurveys(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<ErasedPage> {
  const page = await pageOf(ctx, orgId, contactId, cursor);
  for (const { _id } of page.page) await ctx.db.patch("surveys", _id, { comment: undefined, tokenHash: undefined });
  return { count: page.page.length, cursor: page.isDone ? null : page.continueCursor };
}

async function pageOf(ctx: QueryCtx, orgId: Id<"organisations">, contactId: Id<"contacts">, cursor: string | null) {
  await requireContact(ctx, orgId, contactId);
  return await ctx.db
    .query("surveys")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .paginate({ cursor, numItems: PAGE });
}
