import type { OrderedQuery } from "convex/server";
import type { DataModel, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { Channel } from "../../lib/closedSets";
import { NARROWINGS, type Narrowing, type RangedView } from "../filters";
import type { Viewer } from "./ranges";

// The index ranges over conversations that answer the filters of members who see everything.

type Range = {
  rows: OrderedQuery<DataModel["threads"]>;
  /** The conditions the range does not answer by itself. */
  rest: readonly (keyof Narrowing)[];
};

/** A filter whose view is a range of conversations. */
export type Ranged = Narrowing & { view: RangedView };

/** The range of a filter, in its order. */
export function rangeOf(ctx: QueryCtx, { orgId, member }: Viewer, wanted: Ranged): Range {
  const rest = (...answered: (keyof Narrowing)[]) =>
    NARROWINGS.filter((name) => wanted[name] !== undefined && !answered.includes(name));
  const { view, channel } = wanted;
  if (view === "overdue") return { rows: overdue(ctx, orgId, channel), rest: rest("channel") };
  if (view === "snoozed") return { rows: snoozed(ctx, orgId, channel), rest: rest("channel") };
  if (view === "spam") return { rows: spam(ctx, orgId), rest: rest() };
  if (view === "mine") return { rows: heldBy(ctx, orgId, member._id, channel), rest: rest("channel") };
  if (view === "unassigned") return { rows: heldBy(ctx, orgId, undefined, channel), rest: rest("channel") };
  const isOpen = view === "all";
  if (isOpen && wanted.assigneeId !== undefined) {
    return { rows: heldBy(ctx, orgId, wanted.assigneeId, channel), rest: rest("assigneeId", "channel") };
  }
  return ofKind(ctx, orgId, { ...wanted, isOpen }, rest);
}

// Awake threads, or closed ones: snoozed ones lie elsewhere in each of these indexes.
function ofKind(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { isOpen, teamId, status, priority, threadType, channel }: Narrowing & { isOpen: boolean },
  rest: (...answered: (keyof Narrowing)[]) => readonly (keyof Narrowing)[],
): Range {
  const threads = ctx.db.query("threads");
  if (teamId !== undefined) {
    const rows = threads.withIndex("by_org_team", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("teamId", teamId).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order("desc"), rest: rest("teamId") };
  }
  if (status !== undefined) {
    const rows = threads.withIndex("by_org_status", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("status", status).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order("desc"), rest: rest("status") };
  }
  if (priority !== undefined) {
    const rows = threads.withIndex("by_org_priority", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("priority", priority).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order("desc"), rest: rest("priority") };
  }
  if (threadType !== undefined) {
    const rows = threads.withIndex("by_org_type", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("threadType", threadType).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order("desc"), rest: rest("threadType") };
  }
  if (channel !== undefined) {
    const rows = threads.withIndex("by_org_channel", (q) =>
      q.eq("orgId", orgId).eq("isOpen", isOpen).eq("channel", channel).eq("snoozedUntil", undefined),
    );
    return { rows: rows.order("desc"), rest: rest("channel") };
  }
  const rows = threads.withIndex("by_org_awake", (q) =>
    q.eq("orgId", orgId).eq("isOpen", isOpen).eq("snoozedUntil", undefined),
  );
  return { rows: rows.order("desc"), rest: rest() };
}

function heldBy(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  assigneeId: Id<"members"> | undefined,
  channel: Channel | undefined,
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
  return range.order("desc");
}

function overdue(ctx: QueryCtx, orgId: Id<"organisations">, channel: Channel | undefined) {
  const threads = ctx.db.query("threads");
  const range =
    channel === undefined
      ? threads.withIndex("by_org_overdue", (q) => q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", true))
      : threads.withIndex("by_org_overdue_channel", (q) =>
          q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", true).eq("channel", channel),
        );
  return range.order("asc");
}

function snoozed(ctx: QueryCtx, orgId: Id<"organisations">, channel: Channel | undefined) {
  // Those that wait for the customer (null) come first, threads that are not snoozed (undefined) lie before them.
  const threads = ctx.db.query("threads");
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
