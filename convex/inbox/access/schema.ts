import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vThreadChannel } from "../../lib/closedSets";

export const accessTables = {
  // How many conversations lie in a mailbox and team, for members who see only some. Written by model/rows with the
  // conversation; read by the counts; as few rows as there are pairs of mailboxes and teams. A conversation from before
  // it counts once it says so (threads.isPlaced). (`placeCounts` was this without that; nothing reads it any more.)
  placeTallies: defineTable({
    orgId: v.id("organisations"),
    /** Absent: begun by us, nobody wrote yet. */
    channelId: v.optional(v.id("channels")),
    channel: vThreadChannel,
    teamId: v.optional(v.id("teams")),
    /** Open and awake; `free` of them are nobody's. */
    open: v.number(),
    free: v.number(),
    /** Open and past their deadline, snoozed ones too. */
    late: v.number(),
  }).index("by_org_place", ["orgId", "channelId", "channel", "teamId"]),
  // How far the walk over conversations from before the counts is: one row for all organisations.
  placeWalks: defineTable({
    /** Where it goes on: the creation time of the last conversation looked at. */
    after: v.number(),
    isDone: v.boolean(),
    /** When its last batch was, UTC ms: one that was cut short is taken up again. */
    workedAt: v.number(),
  }),
};
