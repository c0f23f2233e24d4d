import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { pageOfFollowed } from "../../lib/followed";

type Wanted = { since: number; accountId?: Id<"accounts"> };

/**
 * A page of contacts that changed since an instant (UTC ms), as lib/followed.ts has them; without those that were erased,
 * became part of another one, or stand for somebody of the team.
 */
export async function pageOfChangedContacts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { since, accountId }: Wanted,
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Doc<"contacts">>> {
  const before = () =>
    ctx.db
      .query("contacts")
      .withIndex("by_org_changed", (q) => q.eq("orgId", orgId).eq("changedAt", undefined).gte("_creationTime", since));
  const changed = ctx.db
    .query("contacts")
    .withIndex("by_org_changed", (q) => q.eq("orgId", orgId).gte("changedAt", since));
  const ranges = { hasBefore: async () => (await before().first()) !== null, before: before(), changed };
  const result = await pageOfFollowed(ranges, paginationOpts);
  const page = result.page.filter(
    (contact) =>
      contact.erasedAt === undefined &&
      contact.mergedInto === undefined &&
      contact.staffEmail === undefined &&
      (accountId ?? contact.accountId) === contact.accountId,
  );
  return { ...result, page };
}
