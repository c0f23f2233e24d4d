import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";

const MAX_NAME_CHARS = 200;

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

/** Customer and partner organisations by name; with `text` those whose name begins with it, to the letter. */
export async function listAccounts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { text = "", paginationOpts }: { text?: string; paginationOpts: PaginationOptions },
) {
  const begin = text.trim();
  return await ctx.db
    .query("accounts")
    .withIndex("by_org", (q) =>
      // U+FFFF: after everything a name can go on with.
      begin === "" ? q.eq("orgId", orgId) : q.eq("orgId", orgId).gte("name", begin).lt("name", `${begin}\uffff`),
    )
    .paginate(paginationOpts);
}

/** The organisation of that name and kind, made if there is none. Throws `invalid` for a name that is none. */
export async function ensureAccount(
  ctx: MutationCtx,
  member: Doc<"members">,
  asked: { name: string; kind: Doc<"accounts">["kind"] },
): Promise<Id<"accounts">> {
  const { orgId } = member;
  const name = checkName(asked.name);
  const same = await accountNamed(ctx, orgId, name, asked.kind);
  if (same !== undefined) return same._id;
  const accountId = await ctx.db.insert("accounts", { orgId, name, kind: asked.kind });
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "accounts", id: accountId };
  await record(ctx, { orgId, actor, action: "account.created", subject, details: { kind: asked.kind } });
  return accountId;
}

/** Gives an organisation another name. Throws `invalid` for none, `conflict` when another one of its kind has it. */
export async function renameAccount(
  ctx: MutationCtx,
  member: Doc<"members">,
  accountId: Id<"accounts">,
  asked: string,
): Promise<void> {
  const { orgId } = member;
  const account = await requireAccount(ctx, orgId, accountId);
  const name = checkName(asked);
  if (name === account.name) return;
  if ((await accountNamed(ctx, orgId, name, account.kind)) !== undefined) {
    throw appError("conflict", `There is an organisation called ${name}.`, { field: "name" });
  }
  await ctx.db.patch("accounts", accountId, { name });
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "accounts", id: accountId };
  await record(ctx, { orgId, actor, action: "account.changed", subject, details: { from: account.name, to: name } });
}

async function accountNamed(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  name: string,
  kind: Doc<"accounts">["kind"],
): Promise<Doc<"accounts"> | undefined> {
  const named = await ctx.db
    .query("accounts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("name", name))
    .take(2);
  return named.find((account) => account.kind === kind);
}

function checkName(text: string): string {
  const name = text.normalize("NFC").replace(/\s+/g, " ").trim();
  if (name !== "" && name.length <= MAX_NAME_CHARS) return name;
  throw appError("invalid", `A name has 1 to ${MAX_NAME_CHARS} characters.`, { field: "name" });
}
