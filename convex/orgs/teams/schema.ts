import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { TEAM_MODES } from "./modes";

export const vTeamMode = literals(...TEAM_MODES);
export type TeamMode = Infer<typeof vTeamMode>;

/** Since when a member is away, the words they left and when they are back by themselves (UTC ms). Who is away is given nothing. */
export const vAway = v.object({ since: v.number(), note: v.optional(v.string()), until: v.optional(v.number()) });

export const teamTables = {
  // People who share a queue of conversations. Written by inbox/teams; read by assignment; archived, never removed:
  // conversations and records name them.
  teams: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    mode: vTeamMode,
    /** Only members with an open tab are given work; otherwise everybody who is not away. */
    onlyOnline: v.boolean(),
    /** The opening hours their deadlines go by; absent: the organisation's default ones. */
    calendarId: v.optional(v.id("calendars")),
    isArchived: v.boolean(),
  }).index("by_org", ["orgId", "name"]),
  // Who is in which team.
  teamMembers: defineTable({
    orgId: v.id("organisations"),
    teamId: v.id("teams"),
    memberId: v.id("members"),
    /** The team's count when it was this member's turn last; 0 = never. */
    lastTurn: v.number(),
  })
    .index("by_team", ["teamId", "memberId"])
    .index("by_member", ["memberId"]),
  // When a member's open tab last said so; written about once a minute, hence not on the member's row.
  memberPresence: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    seenAt: v.number(),
    /** When one in which somebody looked and acted said so last: pushes wait meanwhile. */
    lookedAt: v.optional(v.number()),
  }).index("by_member", ["memberId"]),
};
