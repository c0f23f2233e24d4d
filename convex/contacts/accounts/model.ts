import { filter } from "convex-helpers/server/filter";
import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import type { Actor } from "../../audit/schema";
import { appError } from "../../lib/errors";
import { HOUR_MS } from "../../lib/time";
import { domainOf, MAX_DOMAINS, readDomain } from "./domains";
import type { AccountKind } from "./kinds";

const MAX_NAME_CHARS = 200;

/** So long a deleted organisation can be brought back as it was. */
export const UNDO_DELETION_MS = HOUR_MS;

/** Who changes an organisation, and whose it is. */
export type ByActor = { orgId: Id<"organisations">; actor: Actor };

/** The customer or partner organisation, if `orgId` owns it and it was not deleted. Throws `not_found` otherwise. */
export async function requireAccount(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  accountId: Id<"accounts">,
): Promise<Doc<"accounts">> {
  const account = await ownAccount(ctx, orgId, accountId);
  if (account.deletedAt === undefined) return account;
  throw appError("not_found", "This organisation does not exist.");
}

/** The same for deleted ones that are not forgotten yet. */
export async function ownAccount(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  accountId: Id<"accounts">,
): Promise<Doc<"accounts">> {
  const account = await ctx.db.get("accounts", accountId);
  if (account === null || account.orgId !== orgId) throw appError("not_found", "This organisation does not exist.");
  return account;
}

/** The organisation that a row names; null where it names none, or one that was deleted. */
export async function livingAccount(
  ctx: QueryCtx,
  accountId: Id<"accounts"> | undefined,
): Promise<Doc<"accounts"> | null> {
  const account = accountId === undefined ? null : await ctx.db.get("accounts", accountId);
  return account?.deletedAt === undefined ? account : null;
}

/** The organisation as whatever belongs to it shows it; null for none. */
export function nameOf(account: Doc<"accounts"> | null) {
  return account === null ? null : { id: account._id, name: account.name, kind: account.kind };
}

/** An organisation with its domains. */
export async function presentAccount(ctx: QueryCtx, account: Doc<"accounts">) {
  const { _id: id, name, kind, _creationTime: createdAt } = account;
  return { id, name, kind, domains: (await domainRows(ctx, id)).map(({ domain }) => domain), createdAt };
}

/** An organisation's people by name, the first `limit`. The account must have been loaded. */
export async function peopleOfAccount(
  ctx: QueryCtx,
  accountId: Id<"accounts">,
  limit: number,
): Promise<Doc<"contacts">[]> {
  return await ctx.db
    .query("contacts")
    .withIndex("by_account", (q) => q.eq("accountId", accountId))
    .take(limit);
}

/** Customer and partner organisations by name, of one kind if asked; with `text` those whose name has its words. */
export async function listAccounts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { text = "", kind, paginationOpts }: { text?: string; kind?: AccountKind; paginationOpts: PaginationOptions },
) {
  const words = text.trim();
  if (words !== "") {
    const found = ctx.db.query("accounts").withSearchIndex("search_name", (q) => {
      const named = q.search("name", words).eq("orgId", orgId);
      return kind === undefined ? named : named.eq("kind", kind);
    });
    return await filter(found, ({ deletedAt }) => deletedAt === undefined).paginate(paginationOpts);
  }
  const accounts = ctx.db.query("accounts");
  return await (
    kind === undefined
      ? accounts.withIndex("by_org", (q) => q.eq("orgId", orgId).eq("deletedAt", undefined))
      : accounts.withIndex("by_org_kind", (q) => q.eq("orgId", orgId).eq("deletedAt", undefined).eq("kind", kind))
  ).paginate(paginationOpts);
}

/** The organisation of that name and kind, made if there is none. Throws `invalid` for a name that is none. */
export async function ensureAccount(
  ctx: MutationCtx,
  { orgId, actor }: ByActor,
  asked: { name: string; kind: AccountKind },
): Promise<{ accountId: Id<"accounts">; isNew: boolean }> {
  const name = checkName(asked.name);
  const same = await accountNamed(ctx, orgId, name, asked.kind);
  if (same !== undefined) return { accountId: same._id, isNew: false };
  const accountId = await ctx.db.insert("accounts", { orgId, name, kind: asked.kind });
  const subject = { table: "accounts", id: accountId };
  await record(ctx, { orgId, actor, action: "account.created", subject, details: { kind: asked.kind } });
  return { accountId, isNew: true };
}

/** What is said about an organisation; what is absent stays. */
export type AccountChange = { name?: string; kind?: AccountKind; domains?: readonly string[] };

/**
 * Changes an organisation. Throws `invalid` for no name or no domain, `conflict` when another one of its kind has the name
 * or another one the domain; each with the field.
 */
export async function changeAccount(
  ctx: MutationCtx,
  { orgId, actor }: ByActor,
  accountId: Id<"accounts">,
  asked: AccountChange,
): Promise<void> {
  const account = await requireAccount(ctx, orgId, accountId);
  const name = asked.name === undefined ? account.name : checkName(asked.name);
  const { kind = account.kind } = asked;
  const details: AuditDetails = {};
  if (name !== account.name || kind !== account.kind) {
    await refuseSame(ctx, account, name, kind);
    await ctx.db.patch("accounts", accountId, { name, kind });
    if (name !== account.name) Object.assign(details, { from: account.name, to: name });
    if (kind !== account.kind) details.kind = kind;
  }
  if (asked.domains !== undefined && (await setDomains(ctx, account, asked.domains))) {
    details.domains = (await domainRows(ctx, accountId)).map(({ domain }) => domain).join(", ");
  }
  if (Object.keys(details).length === 0) return;
  const subject = { table: "accounts", id: accountId };
  await record(ctx, { orgId, actor, action: "account.changed", subject, details });
}

/** Deletes an organisation: gone at once, forgotten after an hour. People and conversations stay. */
export async function deleteAccount(
  ctx: MutationCtx,
  { orgId, actor }: ByActor,
  accountId: Id<"accounts">,
  now: number,
): Promise<void> {
  const { name } = await requireAccount(ctx, orgId, accountId);
  await ctx.db.patch("accounts", accountId, { deletedAt: now });
  const subject = { table: "accounts", id: accountId };
  await record(ctx, { orgId, actor, action: "account.deleted", subject, details: { name } });
}

/** Brings a deleted one back as it was. Throws `conflict` when its time is over, or when its name is taken by now. */
export async function restoreAccount(
  ctx: MutationCtx,
  { orgId, actor }: ByActor,
  accountId: Id<"accounts">,
  now: number,
): Promise<void> {
  const account = await ownAccount(ctx, orgId, accountId);
  if (account.deletedAt === undefined) return;
  // What is being forgotten is half gone.
  if (now >= account.deletedAt + UNDO_DELETION_MS) throw appError("conflict", "It is too late to undo this.");
  await refuseSame(ctx, account, account.name, account.kind);
  await ctx.db.patch("accounts", accountId, { deletedAt: undefined });
  const subject = { table: "accounts", id: accountId };
  await record(ctx, { orgId, actor, action: "account.restored", subject, details: { name: account.name } });
}

/** The organisation that mail addresses belong to by their domain; undefined for none. */
export async function accountOfAddresses(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  addresses: readonly string[],
): Promise<Id<"accounts"> | undefined> {
  for (const address of addresses) {
    const domain = domainOf(address);
    const row = domain === null ? null : await domainRow(ctx, orgId, domain);
    const account = row === null ? null : await livingAccount(ctx, row.accountId);
    if (account !== null) return account._id;
  }
  return undefined;
}

/** The domains of an organisation, as rows. */
export async function domainRows(ctx: QueryCtx, accountId: Id<"accounts">): Promise<Doc<"accountDomains">[]> {
  return await ctx.db
    .query("accountDomains")
    .withIndex("by_account", (q) => q.eq("accountId", accountId))
    .take(MAX_DOMAINS);
}

async function domainRow(ctx: QueryCtx, orgId: Id<"organisations">, domain: string) {
  return await ctx.db
    .query("accountDomains")
    .withIndex("by_domain", (q) => q.eq("orgId", orgId).eq("domain", domain))
    .unique();
}

/** Makes these the domains of an organisation; false when they were. */
async function setDomains(
  ctx: MutationCtx,
  { _id: accountId, orgId }: Doc<"accounts">,
  texts: readonly string[],
): Promise<boolean> {
  const wanted = checkDomains(texts);
  const known = await domainRows(ctx, accountId);
  const gone = known.filter(({ domain }) => !wanted.includes(domain));
  const added = wanted.filter((domain) => !known.some((row) => row.domain === domain));
  for (const { _id } of gone) await ctx.db.delete("accountDomains", _id);
  for (const domain of added) {
    const row = await domainRow(ctx, orgId, domain);
    const owner = row === null ? null : await livingAccount(ctx, row.accountId);
    if (owner !== null) throw appError("conflict", `${domain} belongs to ${owner.name}.`, { field: "domains" });
    if (row !== null) await ctx.db.delete("accountDomains", row._id);
    await ctx.db.insert("accountDomains", { orgId, accountId, domain });
  }
  return gone.length + added.length > 0;
}

function checkDomains(texts: readonly string[]): string[] {
  const field = { field: "domains" };
  const domains = texts
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const read = readDomain(text);
      if (read.ok) return read.domain;
      if (read.problem === "free_mail")
        throw appError("invalid", `Anybody gets an address at "${text.trim()}".`, field);
      throw appError("invalid", `"${text.trim()}" is no domain.`, field);
    });
  const once = [...new Set(domains)];
  if (once.length <= MAX_DOMAINS) return once;
  throw appError("invalid", `An organisation has at most ${MAX_DOMAINS} domains.`, field);
}

async function refuseSame(ctx: QueryCtx, account: Doc<"accounts">, name: string, kind: AccountKind): Promise<void> {
  const same = await accountNamed(ctx, account.orgId, name, kind);
  if (same === undefined || same._id === account._id) return;
  throw appError("conflict", `There is an organisation called ${name}.`, { field: "name" });
}

async function accountNamed(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  name: string,
  kind: AccountKind,
): Promise<Doc<"accounts"> | undefined> {
  const named = await ctx.db
    .query("accounts")
    .withIndex("by_org_kind", (q) => q.eq("orgId", orgId).eq("deletedAt", undefined).eq("kind", kind).eq("name", name))
    .first();
  return named ?? undefined;
}

function checkName(text: string): string {
  const name = text.normalize("NFC").replace(/\s+/g, " ").trim();
  if (name !== "" && name.length <= MAX_NAME_CHARS) return name;
  throw appError("invalid", `A name has 1 to ${MAX_NAME_CHARS} characters.`, { field: "name" });
}
