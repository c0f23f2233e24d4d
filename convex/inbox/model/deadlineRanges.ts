import type { OrderedQuery } from "convex/server";
import type { DataModel, Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { ThreadChannel } from "../../lib/closedSets";
import type { ThreadScope } from "../../lib/threadScope";
import { mergeLists, skipPast, type Key } from "../access/merge";
import { NO_DEADLINE, orderOf } from "./listOrder";
import type { Viewer } from "./ranges";
import type { Ranged } from "./threadRanges";

// Open conversations by their next deadline: of one place the ranges of those that are past it, those that have one
// before them and those that have none, read as one list. Snoozed ones lie among them and are left out as rows are read;
// a tag, a status, a priority and a type are looked at row by row too.

type Threads = OrderedQuery<DataModel["threads"]>;

/** Whose conversations: everybody's, one holder's (undefined: nobody's), or those of a mailbox, a team or a channel. */
type Place =
  | { by: "all" }
  | { by: "assignee"; id: Id<"members"> | undefined }
  | { by: "mailbox"; id: Id<"channels"> }
  | { by: "team"; id: Id<"teams"> }
  | { by: "channel"; id: ThreadChannel };

/** The conversations of a filter that is put in this order, from behind a place; some may not fit it. */
export function rowsByDeadline(
  ctx: QueryCtx,
  { orgId, member }: Viewer,
  wanted: Ranged,
  after: Key | null = null,
): AsyncIterable<Doc<"threads">> {
  const order = orderOf("all", "deadline");
  return skipPast(mergeLists(listsOf(ctx, orgId, placeOf(wanted, member), after), order), order, after);
}

function placeOf({ view, assigneeId, teamId, channelId, channel }: Ranged, member: Doc<"members">): Place {
  if (view === "mine") return { by: "assignee", id: member._id };
  if (view === "unassigned") return { by: "assignee", id: undefined };
  if (assigneeId !== undefined) return { by: "assignee", id: assigneeId };
  if (teamId !== undefined) return { by: "team", id: teamId };
  if (channelId !== undefined) return { by: "mailbox", id: channelId };
  return channel === undefined ? { by: "all" } : { by: "channel", id: channel };
}

/** The same for a member who sees only some: of each of their mailboxes and teams, and of what they have. */
export function deadlinesInScope(
  ctx: QueryCtx,
  { viewer, scope, after }: { viewer: Viewer; scope: ThreadScope; after: Key | null },
): Threads[] {
  const places: Place[] = [
    ...scope.channelIds.map((id) => ({ by: "mailbox", id }) as const),
    ...scope.teamIds.map((id) => ({ by: "team", id }) as const),
    { by: "assignee", id: viewer.member._id },
  ];
  return places.flatMap((place) => listsOf(ctx, viewer.orgId, place, after));
}

/** Past it, before it, without one: each in the order of all. */
function listsOf(ctx: QueryCtx, orgId: Id<"organisations">, place: Place, after: Key | null): Threads[] {
  const [first = -Infinity, second = -Infinity] = [after?.[0] ?? undefined, after?.[1] ?? undefined];
  const none = rangeOf(ctx, orgId, place, { isDated: false, before: first === NO_DEADLINE ? -second : Infinity });
  if (first === NO_DEADLINE) return [none.order("desc")];
  const dated = ([true, undefined] as const).map((isOverdue) =>
    rangeOf(ctx, orgId, place, { isDated: true, isOverdue, from: first }),
  );
  return [...dated.map((range) => range.order("asc")), none.order("desc")];
}

type Part = { isDated: true; isOverdue: true | undefined; from: number } | { isDated: false; before: number };

function rangeOf(ctx: QueryCtx, orgId: Id<"organisations">, place: Place, part: Part) {
  const threads = ctx.db.query("threads");
  const isOverdue = part.isDated ? part.isOverdue : undefined;
  switch (place.by) {
    case "all":
      return threads.withIndex("by_org_overdue", (q) => {
        const here = q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", isOverdue);
        if (part.isDated) return here.gte("responseDueAt", part.from);
        return here.eq("responseDueAt", undefined).lt("_creationTime", part.before);
      });
    case "assignee":
      return threads.withIndex("by_org_overdue_assignee", (q) => {
        const here = q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", isOverdue).eq("assigneeId", place.id);
        if (part.isDated) return here.gte("responseDueAt", part.from);
        return here.eq("responseDueAt", undefined).lt("_creationTime", part.before);
      });
    case "mailbox":
      return threads.withIndex("by_org_overdue_mailbox", (q) => {
        const here = q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", isOverdue).eq("channelId", place.id);
        if (part.isDated) return here.gte("responseDueAt", part.from);
        return here.eq("responseDueAt", undefined).lt("_creationTime", part.before);
      });
    case "team":
      return threads.withIndex("by_org_overdue_team", (q) => {
        const here = q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", isOverdue).eq("teamId", place.id);
        if (part.isDated) return here.gte("responseDueAt", part.from);
        return here.eq("responseDueAt", undefined).lt("_creationTime", part.before);
      });
    case "channel":
      return threads.withIndex("by_org_overdue_channel", (q) => {
        const here = q.eq("orgId", orgId).eq("isOpen", true).eq("isOverdue", isOverdue).eq("channel", place.id);
        if (part.isDated) return here.gte("responseDueAt", part.from);
        return here.eq("responseDueAt", undefined).lt("_creationTime", part.before);
      });
  }
}
