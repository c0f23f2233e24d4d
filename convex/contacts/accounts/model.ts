import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";

/** The customer or partner organisation, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireAccount(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  accountId: Id<"accounts">,
): Promise<Doc<"accounts">> {
  const account = await ctx.db.get("accounts", accountId);
  if (account === null || account.orgId !== orgId) throw appError("not_found", "This organisation does not exist.");
  return account;
}
