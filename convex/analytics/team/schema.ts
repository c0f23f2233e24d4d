import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { TEAM_GRAINS } from "./periods";

export const vSums = v.record(v.string(), v.number());

/** Where something happened; null: in no mailbox, no team, nobody's. */
export const vPlace = v.object({
  channel: v.union(vChannel, v.null()),
  channelId: v.union(v.id("channels"), v.null()),
  teamId: v.union(v.id("teams"), v.null()),
  agentId: v.union(v.id("members"), v.null()),
});

const vTally = v.object({
  received: v.number(),
  answers: v.number(),
  isEscalated: v.boolean(),
  status: v.union(v.null(), v.object({ at: v.number(), closedIn: v.union(v.null(), vPlace) })),
  routed: v.union(v.null(), v.object({ at: v.number(), to: v.id("members") })),
  solved: v.union(v.null(), v.object({ at: v.number(), ms: v.number(), isInTime: v.union(v.null(), v.boolean()) })),
});

export const teamTables = {
  // Figures of one place in one stretch of time (sums.ts). Written by the roll-up job from domain events; read by the
  // reports. Days are pruned after 100, weeks and months stay.
  teamRollups: defineTable({
    orgId: v.id("organisations"),
    grain: literals(...TEAM_GRAINS),
    /** Start of the stretch, UTC ms. */
    at: v.number(),
    ...vPlace.fields,
    sums: vSums,
  })
    .index("by_place", ["orgId", "grain", "at", "channel", "channelId", "teamId", "agentId"])
    .index("by_age", ["grain", "at"]),
  // What the events said of one conversation so far (tally.ts). Written by the roll-up job; goes into the tally of the
  // conversation it is merged into.
  teamTallies: defineTable({ orgId: v.id("organisations"), threadId: v.id("threads"), tally: vTally }).index(
    "by_thread",
    ["threadId"],
  ),
  // Events before this instant do not count: they tell the story of a demo. Written by dev; absent: all count.
  teamFigureStarts: defineTable({ orgId: v.id("organisations"), from: v.number() }).index("by_org", ["orgId"]),
};
