import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { DAY_MS } from "../../lib/time";

/** Coming messages of one person that are looked at: far more than one booking plans. */
const MAX_PLANNED = 50;

/** What was sent or waits longer back than this has no bearing on what is to come. */
const LOOK_BACK_MS = 14 * DAY_MS;
/** Messages of one person that are read, sent ones included. */
const MAX_READ = 300;
/** Messages ahead whose way is looked for. */
const MAX_AHEAD = 60;

/** What is ahead for a person and what has been, as their lane is made of; `isCut` when there is more ahead. */
export type PersonLane = { ahead: Doc<"messageQueue">[]; past: Doc<"messageQueue">[]; isCut: boolean };

/** What waits to be sent to a person or is on its way, in the order of its times, and what went before. */
export async function laneRows(ctx: QueryCtx, contactId: Id<"contacts">, now: number): Promise<PersonLane> {
  const rows = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gt("dueAt", now - LOOK_BACK_MS))
    .take(MAX_READ);
  const ahead = rows.filter(isAhead);
  const isCut = rows.length === MAX_READ || ahead.length > MAX_AHEAD;
  return { ahead: ahead.slice(0, MAX_AHEAD), past: rows.filter((row) => !isAhead(row)), isCut };
}

/**
 * A page of what went to a person or was not sent, whatever its source, the latest first. The person must have been loaded
 * with `requireContact`.
 */
export async function pageOfPast(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  now: number,
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Doc<"messageQueue">>> {
  const result = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).lte("dueAt", now))
    .order("desc")
    .paginate(paginationOpts);
  return { ...result, page: result.page.filter((row) => !isAhead(row)) };
}

function isAhead({ group }: Doc<"messageQueue">): boolean {
  return group === "waiting" || group === "sending";
}

/** True when a booking has messages ahead for this person: they may mean it when they write "cancel". */
export async function hasBookingAhead(ctx: QueryCtx, contactId: Id<"contacts">, now: number): Promise<boolean> {
  const planned = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gt("dueAt", now))
    .take(MAX_PLANNED);
  return planned.some(({ source, state }) => source.kind === "sequence" && state.kind === "pending");
}
