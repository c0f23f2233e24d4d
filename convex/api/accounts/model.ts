import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import {
  changeAccount,
  deleteAccount as putAway,
  domainRows,
  ensureAccount,
  listAccounts as pageOfAccounts,
  livingAccount,
  presentAccount,
  UNDO_DELETION_MS,
  type ByActor,
} from "../../contacts/accounts/model";
import type { AccountKind } from "../../contacts/accounts/kinds";
import { appError } from "../../lib/errors";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiAccount, ApiAccountChange, ApiAccountDeletion, ApiNewAccount } from "./schema";

const NO_SUCH_ACCOUNT = "This organisation does not exist.";

/** The id of the organisation a request names in `field`. Throws `not_found` for another's, a deleted or unknown one. */
export async function accountIdOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  id: string,
  field?: string,
): Promise<Id<"accounts">> {
  return (await accountById(ctx, orgId, id, field))._id;
}

/** A page of customer and partner organisations by name, of one kind if asked; with `search` those that have its words. */
export async function listAccounts(
  ctx: QueryCtx,
  { orgId }: ApiCaller,
  { search, kind, ...page }: { search?: string; kind?: AccountKind; limit: number; cursor?: string },
) {
  const result = await pageOfAccounts(ctx, orgId, { text: search, kind, paginationOpts: paginationOf(page) });
  return pageOf(await Promise.all(result.page.map((account) => presentAccount(ctx, account))), result);
}

/** One organisation. Throws `not_found`. */
export async function readAccount(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiAccount> {
  return await presentAccount(ctx, await accountById(ctx, orgId, id));
}

/**
 * Makes an organisation, 201; the one there is of that name and kind is answered with 200 and gets the domains that are
 * new. Throws `invalid` or `conflict` with the field.
 */
export async function createAccount(
  ctx: MutationCtx,
  caller: ApiCaller,
  { domains, ...asked }: ApiNewAccount,
  write: Write,
): Promise<Answer<ApiAccount>> {
  return await once(ctx, caller, write, async () => {
    const by = byCaller(caller);
    const { accountId, isNew } = await ensureAccount(ctx, by, asked);
    if (domains.length > 0) {
      const known = (await domainRows(ctx, accountId)).map(({ domain }) => domain);
      await changeAccount(ctx, by, accountId, { domains: [...known, ...domains] });
    }
    return { status: isNew ? 201 : 200, body: await readAccount(ctx, caller, accountId) };
  });
}

/** Changes an organisation. Throws like `createAccount`, and `conflict` for a name that another one of its kind has. */
export async function updateAccount(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  change: ApiAccountChange,
  write: Write,
): Promise<Answer<ApiAccount>> {
  return await once(ctx, caller, write, async () => {
    const account = await accountById(ctx, caller.orgId, id);
    await requireMatch(write, await presentAccount(ctx, account));
    await changeAccount(ctx, byCaller(caller), account._id, change);
    return { status: 200, body: await readAccount(ctx, caller, account._id) };
  });
}

/** Deletes an organisation; its people and conversations stay. Throws `not_found`, `conflict` for an older `If-Match`. */
export async function deleteAccount(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  write: Write,
): Promise<Answer<ApiAccountDeletion>> {
  return await once(ctx, caller, write, async () => {
    const account = await accountById(ctx, caller.orgId, id);
    await requireMatch(write, await presentAccount(ctx, account));
    const now = Date.now();
    await putAway(ctx, byCaller(caller), account._id, now);
    return { status: 200, body: { undoUntil: now + UNDO_DELETION_MS } };
  });
}

function byCaller({ orgId, memberId }: ApiCaller): ByActor {
  return { orgId, actor: { kind: "member", memberId } };
}

async function accountById(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  id: string,
  field?: string,
): Promise<Doc<"accounts">> {
  const account = await livingAccount(ctx, idOf(ctx, "accounts", id, NO_SUCH_ACCOUNT, field));
  if (account !== null && account.orgId === orgId) return account;
  throw appError("not_found", NO_SUCH_ACCOUNT, field === undefined ? {} : { field });
}
