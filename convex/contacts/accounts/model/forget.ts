import { internal } from "../../../_generated/api";
import type { Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { domainRows, UNDO_DELETION_MS } from "../model";
import { FORGET_PARTS } from "./parts";
import { patchContact } from "../../model/rows";

// Deleted organisations are taken from everything that names them once nobody can bring them back. Each batch is a
// transaction, finds by index what is left and writes nothing twice: cut short, the next round goes on.

/** People one transaction writes. */
const PEOPLE = 200;
/** Organisations one round begins with. */
const MAX_BEGUN = 20;

/** Begins, or takes up, forgetting what was deleted long enough ago. */
export async function lookAfterDeleted(ctx: MutationCtx, now: number): Promise<void> {
  const due = await ctx.db
    .query("accounts")
    .withIndex("by_deleted", (q) => q.gt("deletedAt", 0).lte("deletedAt", now - UNDO_DELETION_MS))
    .take(MAX_BEGUN);
  for (const { _id } of due)
    await ctx.scheduler.runAfter(0, internal.contacts.accounts.jobs.forget, { accountId: _id });
}

/** Clears one batch and schedules the next; the organisation itself goes last. Nothing happens to one that is there. */
export async function forgetSome(ctx: MutationCtx, accountId: Id<"accounts">, now: number): Promise<void> {
  const account = await ctx.db.get("accounts", accountId);
  if (account?.deletedAt === undefined || now < account.deletedAt + UNDO_DELETION_MS) return;
  const { orgId } = account;
  for (const { ref } of FORGET_PARTS) {
    if (await ctx.runMutation(ref, { orgId, accountId })) continue;
    await ctx.scheduler.runAfter(0, internal.contacts.accounts.jobs.forget, { accountId });
    return;
  }
  for (const { _id } of await domainRows(ctx, accountId)) await ctx.db.delete("accountDomains", _id);
  await ctx.db.delete("accounts", accountId);
}

/** A batch of its people belongs to nobody. True when none is left. */
export async function forgetPeople(ctx: MutationCtx, accountId: Id<"accounts">): Promise<boolean> {
  const people = await ctx.db
    .query("contacts")
    .withIndex("by_account", (q) => q.eq("accountId", accountId))
    .take(PEOPLE);
  for (const { _id } of people) await patchContact(ctx, _id, { accountId: undefined });
  return people.length < PEOPLE;
}
