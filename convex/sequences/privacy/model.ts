import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { personRows, type PersonPage } from "../../lib/dataSubjects";

const PAGE = 100;

/** The journeys a person was or is in. Their messages are cancelled with the messages; what is left names nobody. */
export async function exportJourneys(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  await requireContact(ctx, orgId, contactId);
  const page = await ctx.db
    .query("enrolments")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .paginate({ cursor, numItems: PAGE });
  return { rows: personRows(page.page), files: [], cursor: page.isDone ? null : page.continueCursor };
}
