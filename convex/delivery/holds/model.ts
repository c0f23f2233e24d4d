import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { goesOnAs, requireContact } from "../../contacts/model";
import { MINUTE_MS } from "../../lib/time";
import { settingsOf } from "../settings/model";
import { releaseHeld } from "../model/pauses";
import type { HoldCause } from "./schema";

/** Conversations one person has at once, with room. */
const MAX_HOLDS = 50;
/** Whoever types says so with every pause; the end moves on only now and then. */
const EXTENDED_EVERY_MS = MINUTE_MS;
/** Holds one transaction lets messages go of, after the settings changed. */
const RECONSIDER_PAGE = 20;

export type PersonHold = Doc<"personHolds">;

export type NewHold = {
  orgId: Id<"organisations">;
  contactId: Id<"contacts">;
  cause: HoldCause;
  threadId?: string;
  memberId?: Id<"members">;
  /** UTC ms; absent: until it is lifted. */
  until?: number;
};

/** Why automatic messages to a person wait, in no order; a few that are over may be among them. */
export async function holdsOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<PersonHold[]> {
  return await ctx.db
    .query("personHolds")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_HOLDS);
}

/** True while anybody in the organisation is held: otherwise no message needs a look. */
export async function hasHolds(ctx: QueryCtx, orgId: Id<"organisations">): Promise<boolean> {
  const first = await ctx.db
    .query("personHolds")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .first();
  return first !== null;
}

/**
 * From now on automatic messages to a person wait (product.md O-4). One that stands already lasts longer; it is never cut
 * short. Complaints are kept one a conversation, the other causes one a person. Nothing happens where the organisation
 * does not want it.
 */
export async function holdPerson(ctx: MutationCtx, hold: NewHold): Promise<void> {
  const { humanFirst } = await settingsOf(ctx, hold.orgId);
  if (!humanFirst.isEnabled || (hold.cause === "complaint" && !humanFirst.holdsOnComplaints)) return;
  const { _id: contactId } = await goesOnAs(ctx, await requireContact(ctx, hold.orgId, hold.contactId));
  const known = await knownHold(ctx, { ...hold, contactId });
  if (known === null) {
    const holdId = await ctx.db.insert("personHolds", { ...hold, contactId, at: Date.now() });
    if (hold.until !== undefined) await ctx.scheduler.runAt(hold.until, internal.delivery.holds.jobs.end, { holdId });
    return;
  }
  if (known.until === undefined || hold.until === undefined) return;
  if (hold.until < known.until + EXTENDED_EVERY_MS) return;
  const { threadId, memberId, until } = hold;
  await ctx.db.patch("personHolds", known._id, { threadId, memberId, until });
}

async function knownHold(
  ctx: QueryCtx,
  { contactId, cause, threadId }: Pick<NewHold, "contactId" | "cause" | "threadId">,
): Promise<PersonHold | null> {
  const ofCause = (await holdsOf(ctx, contactId)).filter((hold) => hold.cause === cause);
  return ofCause.find((hold) => cause !== "complaint" || hold.threadId === threadId) ?? null;
}

/** The customer went on with a talk that is under way: it lasts until then. Without one nothing happens. */
export async function prolongTalk(ctx: MutationCtx, contactId: Id<"contacts">, until: number): Promise<void> {
  const known = await knownHold(ctx, { contactId, cause: "conversation" });
  if (known?.until !== undefined && known.until > Date.now() && until >= known.until + EXTENDED_EVERY_MS) {
    await ctx.db.patch("personHolds", known._id, { until });
  }
}

/** A complaint is settled, or a talk is over: what waits for it goes on. Nothing happens when there is no such hold. */
export async function liftHold(
  ctx: MutationCtx,
  { contactId, cause, threadId }: { contactId: Id<"contacts">; cause: HoldCause; threadId?: string },
): Promise<void> {
  for (const hold of await holdsOf(ctx, contactId)) {
    if (hold.cause === cause && hold.threadId === threadId) await removeHold(ctx, hold._id);
  }
}

/** Ends a hold and lets go what waits for it, in the background; whatever another one keeps is held again. */
export async function removeHold(ctx: MutationCtx, holdId: Id<"personHolds">): Promise<void> {
  await ctx.db.delete("personHolds", holdId);
  await ctx.scheduler.runAfter(0, internal.delivery.jobs.releaseHeld, { pauseId: holdId });
}

/** The time of a hold has come: it ends, unless it lasts longer by now. */
export async function endHold(ctx: MutationCtx, holdId: Id<"personHolds">): Promise<void> {
  const hold = await ctx.db.get("personHolds", holdId);
  if (hold?.until === undefined) return;
  if (hold.until > Date.now()) await ctx.scheduler.runAt(hold.until, internal.delivery.holds.jobs.end, { holdId });
  else await removeHold(ctx, holdId);
}

/**
 * The settings changed: what waits is looked at by the new ones, a page of holds at a time; those that are not wanted any
 * more end. Returns where to go on, or null.
 */
export async function reconsiderHolds(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  cursor: string | null,
): Promise<string | null> {
  const { isEnabled, holdsOnComplaints } = (await settingsOf(ctx, orgId)).humanFirst;
  const { page, isDone, continueCursor } = await ctx.db
    .query("personHolds")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .paginate({ cursor, numItems: RECONSIDER_PAGE });
  for (const { _id, cause } of page) {
    if (!isEnabled || (cause === "complaint" && !holdsOnComplaints)) await removeHold(ctx, _id);
    // What still waits by the new settings is held again when its queue looks at it.
    else if (await releaseHeld(ctx, _id)) {
      await ctx.scheduler.runAfter(0, internal.delivery.jobs.releaseHeld, { pauseId: _id });
    }
  }
  return isDone ? null : continueCursor;
}
