import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { personRows, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";

/** Accounts of sevDesk one person may be; one, but for a second that was connected later. */
const MAX_LINKS = 100;

/** Who the person is in sevDesk. One page. */
export async function exportLinks(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<PersonPage> {
  return { rows: personRows(await linksOf(ctx, orgId, contactId)), files: [], cursor: null };
}

/** Forgets who the person is in sevDesk, and what was to be noted there. What sevDesk holds stays: it keeps the books. */
export async function eraseLinks(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<ErasedPage> {
  const links = await linksOf(ctx, orgId, contactId);
  for (const { _id } of links) {
    const report = await ctx.db
      .query("bookkeepingReports")
      .withIndex("by_link", (q) => q.eq("linkId", _id))
      .first();
    if (report !== null) await ctx.db.delete("bookkeepingReports", report._id);
    await ctx.db.delete("bookkeepingLinks", _id);
  }
  return { count: links.length, cursor: links.length === MAX_LINKS ? "more" : null };
}

async function linksOf(ctx: QueryCtx, orgId: Id<"organisations">, contactId: Id<"contacts">) {
  await requireContact(ctx, orgId, contactId);
  return await ctx.db
    .query("bookkeepingLinks")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_LINKS);
}
