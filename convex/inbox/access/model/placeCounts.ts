import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { THREAD_CHANNELS, type ThreadChannel } from "../../../lib/closedSets";
import { isPlacedIn, type ThreadScope } from "../../../lib/threadScope";
import { personalThreads } from "./personalThreads";

// Counts of open conversations for members who see only some. Sums of rows, one a mailbox and team: a tree of counts as
// for everybody's would be asked once for each of those pairs.

/** Pairs of mailboxes and teams that have or had open conversations. */
const MAX_PLACES = 2_000;

type Place = Pick<Doc<"threads">, "orgId" | "channelId" | "channel" | "teamId">;
type Tally = Pick<Doc<"placeTallies">, "open" | "free" | "late">;

/** What one conversation adds to the counts of its place. */
function tallyOf({ isOpen, snoozedUntil, assigneeId, isOverdue }: Doc<"threads">): Tally {
  const isAwake = isOpen && snoozedUntil === undefined;
  return {
    open: Number(isAwake),
    free: Number(isAwake && assigneeId === undefined),
    late: Number(isOpen && isOverdue === true),
  };
}

/** Moves a conversation from where it was counted (null: nowhere, it is new) to where it lies now; its row says `isPlaced` from then on. */
export async function countPlace(
  ctx: MutationCtx,
  before: Doc<"threads"> | null,
  after: Doc<"threads">,
): Promise<void> {
  // From before there were these counts: nowhere either.
  if (before?.isPlaced !== true) {
    await add(ctx, after, tallyOf(after));
    return;
  }
  const [was, is] = [tallyOf(before), tallyOf(after)];
  if (isSamePlace(before, after)) {
    await add(ctx, after, { open: is.open - was.open, free: is.free - was.free, late: is.late - was.late });
    return;
  }
  await add(ctx, before, { open: -was.open, free: -was.free, late: -was.late });
  await add(ctx, after, is);
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.channelId === b.channelId && a.channel === b.channel && a.teamId === b.teamId;
}

async function add(ctx: MutationCtx, { orgId, channelId, channel, teamId }: Place, more: Tally): Promise<void> {
  if (more.open === 0 && more.free === 0 && more.late === 0) return;
  const row = await ctx.db
    .query("placeTallies")
    .withIndex("by_org_place", (q) =>
      q.eq("orgId", orgId).eq("channelId", channelId).eq("channel", channel).eq("teamId", teamId),
    )
    .unique();
  if (row === null) {
    await ctx.db.insert("placeTallies", { orgId, channelId, channel, teamId, ...more });
    return;
  }
  const { open, free, late } = row;
  await ctx.db.patch("placeTallies", row._id, {
    open: open + more.open,
    free: free + more.free,
    late: late + more.late,
  });
}

/** The mailboxes and numbers of a scope: its own, and those with conversations of its teams. */
export async function placesInScope(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  scope: ThreadScope,
): Promise<ReadonlySet<Id<"channels">>> {
  const rows = await ctx.db
    .query("placeTallies")
    .withIndex("by_org_place", (q) => q.eq("orgId", orgId))
    .take(MAX_PLACES);
  const placed = rows.filter((row) => isPlacedIn(scope, row)).flatMap(({ channelId }) => channelId ?? []);
  return new Set([...scope.channelIds, ...placed]);
}

/** Open conversations in a scope and those beside it that are a member's own or followed; as `countThreads` counts all. */
export async function countInScope(
  ctx: QueryCtx,
  viewer: { orgId: Id<"organisations">; member: Doc<"members"> },
  scope: ThreadScope,
): Promise<{ all: number; unassigned: number; overdue: number } & Record<ThreadChannel, number>> {
  const rows = await ctx.db
    .query("placeTallies")
    .withIndex("by_org_place", (q) => q.eq("orgId", viewer.orgId))
    .take(MAX_PLACES);
  const placed = rows.filter((row) => isPlacedIn(scope, row));
  const beside = (await personalThreads(ctx, viewer)).filter((thread) => !isPlacedIn(scope, thread));
  const tallies = [...placed, ...beside.map((thread) => ({ channel: thread.channel, ...tallyOf(thread) }))];
  const sum = (name: keyof Tally, among = tallies) => among.reduce((total, tally) => total + tally[name], 0);
  const perChannel = Object.fromEntries(
    THREAD_CHANNELS.map((channel) => [
      channel,
      sum(
        "open",
        tallies.filter((tally) => tally.channel === channel),
      ),
    ]),
  ) as Record<ThreadChannel, number>;
  return { all: sum("open"), unassigned: sum("free"), overdue: sum("late"), ...perChannel };
}
