import type { OrderedQuery } from "convex/server";
import type { DataModel, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { NARROWINGS, type ListOrderName, type Narrowing, type RangedView } from "../filters";
import { directionOf } from "./listOrder";
import type { Viewer } from "./ranges";

// The index ranges over conversations that answer the filters of members who see everything.

type Range = {
  rows: OrderedQuery<DataModel["threads"]>;
  /** The conditions the range does not answer by itself. */
  rest: readonly (keyof Narrowing)[];
};

/** A filter whose view is a range of conversations, with an order the view can be put in. */
export type Ranged = Narrowing & { view: RangedView; order?: ListOrderName | undefined };

/** The range of a filter, in its order. */
export function rangeOf(ctx: QueryCtx, { orgId, member }: Viewer, wanted: Ranged): Range {
  const rest = (...answered: (keyof Narrowing)[]) =>
    NARROWINGS.filter((name) => wanted[name] !== undefined && !answered.includes(name));
  const { view } = wanted;
  // One mailbox says more than a channel.
  const place = wanted.channelId === undefined ? "channel" : "channelId";
  if (view === "overdue") return { rows: overdue(ctx, orgId, wanted), rest: rest(place) };
  if (view === "snoozed") return { rows: snoozed(ctx, orgId, wanted), rest: rest(place) };
  if (view === "spam") return { rows: spam(ctx, orgId), rest: rest() };
  if (view === "mine") return { rows: heldBy(ctx, orgId, member._id, wanted), rest: rest("channel") };
  if (view === "unassigned") return { rows: heldBy(ctx, orgId, undefined, wanted), rest: rest("channel") };
  const isOpen = view === "all";
  if (isOpen && wanted.assigneeId !== undefined) {
    return { rows: heldBy(ctx, orgId, wanted.assigneeId, wanted), rest: rest("assigneeId", "channel") };
  }
  return ofKind(ctx, orgId, { ...wanted, isOpen }, rest);
}

// Awake threads, or closed ones: snoozed ones lie elsewhere in each of these indexes.
function ofKind(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { isOpen, order, teamId, channelId, status, priority, threadType, channel }: Ranged & { isOpen: boolean },
  rest: (...answered: (keyof Narrowing)[]) => readonly (keyof Narrowing)[],
): Range {
  const threads = ctx.db.query("threads");
  const direction = directionOf(order);
  if (teamId !== undefined) {
    const rows = threads.withIndex("by_org_team", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("teamId", teamId).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order(direction), rest: rest("teamId") };
  }
  if (channelId !== undefined) {
    const rows = threads.withIndex("by_org_mailbox", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("channelId", channelId).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order(direction), rest: rest("channelId") };
  }
  if (status !== undefined) {
    const rows = threads.withIndex("by_org_status", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("status", status).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order(direction), rest: rest("status") };
  }
  if (priority !== undefined) {
    const rows = threads.withIndex("by_org_priority", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("priority", priority).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order(direction), rest: rest("priority") };
  }
  if (threadType !== undefined) {
    const rows = threads.withIndex("by_org_type", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("threadType", threadType).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order(direction), rest: rest("threadType") };
  }
  if (channel !== undefined) {
    const rows = threads.withIndex("by_org_channel", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("channel", channel).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order(direction), rest: rest("channel") };
  }
  const rows = threads.withIndex("by_org_awake", (q) =>
    q.eq("orgId", orgId).eq("isOpen", isOpen).eq("snoozedUntil", undefined),
  );
  return { rows: rows.order(direction), rest: rest() };
}

function heldBy(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  assigneeId: Id<"members"> | undefined,
  { channel, order }: Ranged,
) {
  const threads = ctx.db.query("threads");
  const range =
    channel === undefined
      ? threads.withIndex("by_org_assignee", (q) =>
          q.eq("orgId", orgId).eq("isOpen", true).eq("assigneeId", assigneeId).eq("snoozedUntil", undefined),
        )
      : threads.withIndex("by_org_assignee_channel", (q) =>
          q
            .eq("orgId", orgId)
            .eq("isOpen", true)
            .eq("assigneeId", assigneeId)
            .eq("channel", channel)
            .eq("snoozedUntil", undefined),
        );
  return range.order(directionOf(order));
}

function overdue(ctx: QueryCtx, orgId: Id<"organisations">, { channel, channelId }: Ranged) {
  const threads = ctx.db.query("threads");
  if (channelId !== undefined) {
    const inMailbox = threads.withIndex("by_org_overdue_mailbox", (q) =>
      q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", true).eq("channelId", channelId),
    );
    return inMailbox.order("asc");
  }
  const range =
    channel === undefined
      ? threads.withIndex("by_org_overdue", (q) => q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", true))
      : threads.withIndex("by_org_overdue_channel", (q) =>
          q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", true).eq("channel", channel),
        );
  return range.order("asc");
}

function snoozed(ctx: QueryCtx, orgId: Id<"organisations">, { channel, channelId }: Ranged) {
  // Those that wait for the customer (null) come first, threads that are not snoozed (undefined) lie before them.
  const threads = ctx.db.query("threads");
  if (channelId !== undefined) {
    const inMailbox = threads.withIndex("by_org_mailbox", (q) =>
      q.eq("orgId", orgId).eq("isOpen", true).eq("channelId", channelId).gte("snoozedUntil", null),
    );
    return inMailbox.order("asc");
  }
  const range =
    channel === undefined
      ? threads.withIndex("by_org_snoozed", (q) => q.eq("orgId", orgId).gte("snoozedUntil", null))
      : threads.withIndex("by_org_snoozed_channel", (q) =>
          q.eq("orgId", orgId).eq("channel", channel).gte("snoozedUntil", null),
        );
  return range.order("asc");
}

function spam(ctx: QueryCtx, orgId: Id<"organisations">) {
  const range = ctx.db.query("threads").withIndex("by_org_spam", (q) => q.eq("orgId", orgId).eq("isSpam", true));
  return range.order("desc");
}
