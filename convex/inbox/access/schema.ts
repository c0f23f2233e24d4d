import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";

export const accessTables = {
  // How many conversations lie in a mailbox and team, for members who see only some. Written by model/rows with the
  // conversation; read by the counts; as few rows as there are pairs of mailboxes and teams.
  placeCounts: defineTable({
    orgId: v.id("organisations"),
    /** Absent: begun by us, nobody wrote yet. */
    channelId: v.optional(v.id("channels")),
    channel: vChannel,
    teamId: v.optional(v.id("teams")),
    /** Open and awake; `free` of them are nobody's. */
    open: v.number(),
    free: v.number(),
    /** Open and past their deadline, snoozed ones too. */
    late: v.number(),
  }).index("by_org_place", ["orgId", "channelId", "channel", "teamId"]),
};
