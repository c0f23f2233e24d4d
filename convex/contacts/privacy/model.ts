import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { personRows, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { proofKeptUntil } from "../../orgs/retention/rules";
import { isAdvertising } from "../consentRules";
import { deleteRow } from "../imports/model/rows";
import { finalise, mergeInto, mergesOf } from "../merges/model";
import { addressesOf, requireContact } from "../model";
import { eraseNotes, notesOf } from "../notes/model";
import { allOfAddress, hashedAddress } from "../suppressions/model";
import { PURPOSES } from "../../lib/closedSets";
import { patchContact } from "../model/rows";

const PAGE = 200;
/** Small lists of one person: requests, soft bounces, links of one request. */
const MAX_SMALL = 200;

/** Who the person is: profile, addresses and what is suppressed for them. One page. */
export async function exportProfile(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<PersonPage> {
  const contact = await requireContact(ctx, orgId, contactId);
  const addresses = await addressesOf(ctx, contactId);
  const suppressions = await Promise.all(
    addresses.map(async ({ channel, address }) => await allOfAddress(ctx, { orgId, channel, address })),
  );
  const requests = await requestsOf(ctx, contactId);
  const notes = await notesOf(ctx, contactId);
  const rows = [{ ...contact, addresses, notes, suppressions: suppressions.flat(), confirmationRequests: requests }];
  return { rows: personRows(rows), files: [], cursor: null };
}

/** The consent ledger of a person. */
export async function exportConsents(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  const page = await ctx.db
    .query("consents")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .paginate({ cursor, numItems: PAGE });
  return { rows: personRows(page.page), files: [], cursor: page.isDone ? null : page.continueCursor };
}

/**
 * Takes a person out of the contacts: name, addresses and attributes go. What stays, and why: the ledger as the proof of
 * what was agreed to, until the limitation period is over; a keyed hash of each address, so that whoever comes back is
 * not advertised to; an empty row that the log of messages refers to. The last part of an erasure: the others look up
 * name and addresses here.
 */
export async function eraseContact(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<ErasedPage> {
  const contact = await requireContact(ctx, orgId, contactId);
  const page = await ctx.db
    .query("consents")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .paginate({ cursor, numItems: PAGE });
  for (const row of page.page) {
    await ctx.db.patch("consents", row._id, { keepUntil: proofKeptUntil(row.at), reason: undefined });
  }
  if (!page.isDone) return { count: page.page.length, cursor: page.continueCursor };
  const requests = await eraseRequests(ctx, contactId);
  await endMerges(ctx, contact);
  const count =
    requests +
    (await eraseNotes(ctx, contactId)) +
    (await eraseAddresses(ctx, contactId)) +
    (await eraseImportedLines(ctx, contactId));
  await patchContact(ctx, contact._id, {
    name: "",
    firstName: undefined,
    lastName: undefined,
    locale: undefined,
    timezone: undefined,
    preferredChannel: undefined,
    accountId: undefined,
    tags: undefined,
    attributes: {},
    searchText: "",
    erasedAt: contact.erasedAt ?? Date.now(),
  });
  return { count: page.page.length + count + 1, cursor: null };
}

/** Removes one batch of proofs whose time is over. True when there may be more. */
export async function pruneProofs(ctx: MutationCtx, now: number): Promise<boolean> {
  const consents = await ctx.db
    .query("consents")
    .withIndex("by_keep", (q) => q.gt("keepUntil", 0).lt("keepUntil", now))
    .take(PAGE);
  for (const { _id } of consents) await ctx.db.delete("consents", _id);
  const requests = await ctx.db
    .query("optInRequests")
    .withIndex("by_keep", (q) => q.gt("keepUntil", 0).lt("keepUntil", now))
    .take(PAGE);
  for (const { _id } of requests) await ctx.db.delete("optInRequests", _id);
  return consents.length === PAGE || requests.length === PAGE;
}

// What an undo of a merge would need says who somebody was: both sides of it go.
async function endMerges(ctx: MutationCtx, { _id }: Doc<"contacts">): Promise<void> {
  const own = await mergeInto(ctx, _id);
  const merges = [...(await mergesOf(ctx, _id)), ...(own === null ? [] : [own])];
  for (const merge of merges) await finalise(ctx, merge._id);
}

async function eraseRequests(ctx: MutationCtx, contactId: Id<"contacts">): Promise<number> {
  const requests = await requestsOf(ctx, contactId);
  for (const request of requests) {
    const tokens = await ctx.db
      .query("optInTokens")
      .withIndex("by_request", (q) => q.eq("requestId", request._id))
      .take(MAX_SMALL);
    for (const { _id } of tokens) await ctx.db.delete("optInTokens", _id);
    const address = await hashedAddress(request.orgId, request.address);
    if (request.keepUntil !== undefined) continue;
    await ctx.db.patch("optInRequests", request._id, { address, keepUntil: proofKeptUntil(request.requestedAt) });
  }
  return requests.length;
}

async function eraseAddresses(ctx: MutationCtx, contactId: Id<"contacts">): Promise<number> {
  const addresses = await addressesOf(ctx, contactId);
  for (const row of addresses) {
    await hashSuppressions(ctx, row);
    const bounces = await ctx.db
      .query("softBounces")
      .withIndex("by_address", (q) => q.eq("orgId", row.orgId).eq("channel", row.channel).eq("address", row.address))
      .take(MAX_SMALL);
    for (const { _id } of bounces) await ctx.db.delete("softBounces", _id);
    await ctx.db.delete("contactAddresses", row._id);
  }
  return addresses.length;
}

// What a file said about the person; without its lines an undo of the import leaves the empty row alone.
async function eraseImportedLines(ctx: MutationCtx, contactId: Id<"contacts">): Promise<number> {
  let count = 0;
  // One a file, and one an order.
  for await (const { _id } of ctx.db
    .query("contactImportRows")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))) {
    await deleteRow(ctx, _id);
    count += 1;
  }
  return count;
}

async function hashSuppressions(ctx: MutationCtx, { orgId, channel, address }: Doc<"contactAddresses">): Promise<void> {
  const hash = await hashedAddress(orgId, address);
  for (const row of await allOfAddress(ctx, { orgId, channel, address })) {
    await ctx.db.patch("suppressions", row._id, { address: hash, searchText: "", note: undefined });
  }
  for (const purpose of PURPOSES.filter(isAdvertising)) {
    const fields = { orgId, channel, address: hash, purpose, reason: "erased", source: "erasure" } as const;
    await ctx.db.insert("suppressions", { ...fields, searchText: "", at: Date.now() });
  }
}

async function requestsOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"optInRequests">[]> {
  return await ctx.db
    .query("optInRequests")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_SMALL);
}
