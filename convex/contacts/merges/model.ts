import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { addressesOf, MAX_ADDRESSES, requireContact, usableAddress } from "../model";
import { ADDRESS_CHANNELS } from "../schema";
import { fieldsOf, searchTextOf } from "./model/fields";
import { moveBatch, undoBatch } from "./model/moves";
import { mergedFields, unmergedFields } from "./rules";
import { patchContact } from "../model/rows";

/** How long a merge can be undone. */
const UNDO_KEPT_MS = 30 * DAY_MS;
const FINALISE_BATCH = 400;
/** Merges of one contact that are looked at: two have to be under way at once to need more. */
const MAX_MERGES = 100;

type Merge = Doc<"contactMerges">;
type Contact = Doc<"contacts">;

/** The merge, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireMerge(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  mergeId: Id<"contactMerges">,
): Promise<Merge> {
  const merge = await ctx.db.get("contactMerges", mergeId);
  if (merge === null || merge.orgId !== orgId) throw appError("not_found", "This merge does not exist.");
  return merge;
}

/** Merges that made a contact what it is, newest first. */
export async function mergesOf(ctx: QueryCtx, keptId: Id<"contacts">): Promise<Merge[]> {
  return await ctx.db
    .query("contactMerges")
    .withIndex("by_kept", (q) => q.eq("keptId", keptId))
    .order("desc")
    .take(MAX_MERGES);
}

/** The merge that made a contact part of another one; null when none is in force. */
export async function mergeInto(ctx: QueryCtx, mergedId: Id<"contacts">): Promise<Merge | null> {
  const newest = await ctx.db
    .query("contactMerges")
    .withIndex("by_merged", (q) => q.eq("mergedId", mergedId))
    .order("desc")
    .first();
  return newest === null || newest.state.kind === "undone" ? null : newest;
}

/**
 * Makes one contact part of another: its addresses, conversations, bookings and messages are the other's from now on, and
 * what it agreed to counts for the other. Of fields that differ the kept contact's stay, except those named in `taken`
 * (rules.ts); for "email", "sms", "whatsapp" the other's address becomes the first. The same merge again changes nothing.
 * Throws `conflict` while another merge or an erasure of the two is under way, `invalid` for one contact twice or too
 * many addresses.
 */
export async function mergeContacts(
  ctx: MutationCtx,
  asked: { member: Doc<"members">; keptId: Id<"contacts">; mergedId: Id<"contacts">; taken: readonly string[] },
): Promise<Id<"contactMerges">> {
  const { member, taken } = asked;
  const { orgId } = member;
  const kept = await requireContact(ctx, orgId, asked.keptId);
  const merged = await requireContact(ctx, orgId, asked.mergedId);
  if (merged.mergedInto === kept._id) {
    const known = await mergeInto(ctx, merged._id);
    if (known !== null) return known._id;
  }
  await requireMergeable(ctx, kept, merged);
  const own = await addressesOf(ctx, kept._id);
  const theirs = await addressesOf(ctx, merged._id);
  if (own.length + theirs.length > MAX_ADDRESSES) {
    throw appError("invalid", `A contact has at most ${MAX_ADDRESSES} addresses.`, { field: "mergedId" });
  }
  const before = fieldsOf(kept);
  const after = mergedFields(
    before,
    fieldsOf(merged),
    taken,
    own.map(({ address }) => address),
  );
  const mergeId = await ctx.db.insert("contactMerges", {
    orgId,
    keptId: kept._id,
    mergedId: merged._id,
    mergedBy: member._id,
    state: { kind: "moving", part: 0, cursor: null },
    undo: {
      before,
      after,
      mergedSearchText: merged.searchText,
      addresses: [...own.map((row) => asWas(row, false)), ...theirs.map((row) => asWas(row, true))],
    },
  });
  await joinAddresses(ctx, kept._id, own, theirs, taken);
  const addresses = [...own, ...theirs].map(({ address }) => address);
  const mergedIds = [...(kept.mergedIds ?? []), merged._id, ...(merged.mergedIds ?? [])];
  const searchText = searchTextOf(after.name, addresses);
  await patchContact(ctx, kept._id, { ...after, mergedIds, searchText });
  // Out of the search index: who is part of another is found as the other.
  await patchContact(ctx, merged._id, { mergedInto: kept._id, searchText: "" });
  await note(ctx, member, "contact.merged", kept._id, merged._id);
  await moveBatch(ctx, mergeId);
  await ctx.scheduler.runAfter(UNDO_KEPT_MS, internal.contacts.merges.jobs.expire, { mergeId });
  return mergeId;
}

/**
 * Makes two contacts of one again, as they were: every row that changed hands goes back, every field that is as the merge
 * left it gets its earlier value. What came since stays with the kept contact. Undoing twice changes nothing. Throws
 * `conflict` for merges older than 30 days, and while a later one has to be undone first.
 */
export async function undoMerge(ctx: MutationCtx, merge: Merge, member: Doc<"members">): Promise<void> {
  if (merge.state.kind === "undoing" || merge.state.kind === "undone") return;
  const { undo, keptId, mergedId, orgId } = merge;
  if (merge.state.kind !== "done" || undo === undefined) {
    const why = merge.state.kind === "moving" ? "This merge is under way." : "This merge cannot be undone any more.";
    throw appError("conflict", why, { field: "mergeId" });
  }
  const kept = await requireContact(ctx, orgId, keptId);
  const merged = await requireContact(ctx, orgId, mergedId);
  const newest = (await mergesOf(ctx, keptId)).find(({ state }) => state.kind !== "undone");
  if (kept.mergedInto !== undefined || newest?._id !== merge._id) {
    throw appError("conflict", "Undo the later merge first.", { field: "mergeId" });
  }
  for (const { id, wasOfMerged, wasPrimary } of undo.addresses) {
    const row = await ctx.db.get("contactAddresses", id);
    if (row?.contactId !== keptId) continue;
    await ctx.db.patch("contactAddresses", id, { contactId: wasOfMerged ? mergedId : keptId, isPrimary: wasPrimary });
  }
  const back = unmergedFields(fieldsOf(kept), undo.before, undo.after);
  const gone = [mergedId, ...(merged.mergedIds ?? [])];
  const mergedIds = (kept.mergedIds ?? []).filter((id) => !gone.includes(id));
  const left = (await addressesOf(ctx, keptId)).map(({ address }) => address);
  await patchContact(ctx, keptId, {
    ...back,
    mergedIds: mergedIds.length === 0 ? undefined : mergedIds,
    searchText: searchTextOf(back.name, left),
  });
  await patchContact(ctx, mergedId, { mergedInto: undefined, searchText: undo.mergedSearchText });
  await ctx.db.patch("contactMerges", merge._id, { state: { kind: "undoing" } });
  await note(ctx, member, "contact.unmerged", keptId, mergedId);
  await undoBatch(ctx, merge._id);
}

/** Throws away what an undo would need, batch by batch. What was undone stays so. */
export async function finalise(ctx: MutationCtx, mergeId: Id<"contactMerges">): Promise<void> {
  const merge = await ctx.db.get("contactMerges", mergeId);
  if (merge === null || merge.state.kind === "undoing" || merge.state.kind === "undone") return;
  await ctx.db.patch("contactMerges", mergeId, { state: { kind: "final" }, undo: undefined });
  const moves = await ctx.db
    .query("contactMergeMoves")
    .withIndex("by_merge", (q) => q.eq("mergeId", mergeId))
    .take(FINALISE_BATCH);
  for (const { _id } of moves) await ctx.db.delete("contactMergeMoves", _id);
  if (moves.length < FINALISE_BATCH) return;
  await ctx.scheduler.runAfter(0, internal.contacts.merges.jobs.expire, { mergeId });
}

async function requireMergeable(ctx: QueryCtx, kept: Contact, merged: Contact): Promise<void> {
  if (kept._id === merged._id) throw appError("invalid", "Choose two contacts.", { field: "mergedId" });
  for (const contact of [kept, merged]) {
    if (contact.erasedAt !== undefined) throw appError("conflict", "This person was erased.");
    if (contact.mergedInto !== undefined) throw appError("conflict", "This contact is part of another one already.");
    const newest = [(await mergesOf(ctx, contact._id))[0], await mergeInto(ctx, contact._id)];
    if (newest.some((merge) => merge?.state.kind === "moving" || merge?.state.kind === "undoing")) {
      throw appError("conflict", "A merge of this contact is under way.");
    }
  }
}

// One first address a channel: the kept contact's, unless it has no usable one or the other's was chosen.
async function joinAddresses(
  ctx: MutationCtx,
  keptId: Id<"contacts">,
  own: readonly Doc<"contactAddresses">[],
  theirs: readonly Doc<"contactAddresses">[],
  taken: readonly string[],
): Promise<void> {
  for (const channel of ADDRESS_CHANNELS) {
    const ofKept = usableAddress(own, channel);
    const ofMerged = usableAddress(theirs, channel);
    const first = ofKept === null || (ofMerged !== null && taken.includes(channel)) ? ofMerged : ofKept;
    for (const row of [...own, ...theirs].filter((each) => each.channel === channel)) {
      await ctx.db.patch("contactAddresses", row._id, { contactId: keptId, isPrimary: row._id === first?._id });
    }
  }
}

function asWas({ _id: id, isPrimary: wasPrimary }: Doc<"contactAddresses">, wasOfMerged: boolean) {
  return { id, wasOfMerged, wasPrimary };
}

async function note(
  ctx: MutationCtx,
  { orgId, _id: memberId }: Doc<"members">,
  action: AuditAction,
  id: Id<"contacts">,
  mergedId: Id<"contacts">,
): Promise<void> {
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "contacts", id }, details: { mergedId } });
}
