import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listAccounts, ownAccount, presentAccount, UNDO_DELETION_MS } from "./model";
import { vAccountKind, vAccountName } from "./schema";

const accountFields = { ...vAccountName.fields, domains: v.array(v.string()), createdAt: v.number() };

/** Customer and partner organisations by name, of one kind if asked, or those whose name has the words of `text`. */
export const list = memberQuery("contacts.read")({
  args: { text: v.optional(v.string()), kind: v.optional(vAccountKind), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(v.object(accountFields)),
  handler: async (ctx, asked) => {
    const result = await listAccounts(ctx, ctx.orgId, asked);
    return { ...result, page: await Promise.all(result.page.map((account) => presentAccount(ctx, account))) };
  },
});

/** One customer or partner organisation; `undoUntil` (UTC ms) says until when a deleted one can be brought back. */
export const get = memberQuery("contacts.read")({
  args: { accountId: v.id("accounts") },
  returns: v.object({ ...accountFields, undoUntil: v.union(v.number(), v.null()) }),
  handler: async (ctx, { accountId }) => {
    const account = await ownAccount(ctx, ctx.orgId, accountId);
    const { deletedAt } = account;
    const undoUntil = deletedAt === undefined ? null : deletedAt + UNDO_DELETION_MS;
    return { ...(await presentAccount(ctx, account)), undoUntil };
  },
});
