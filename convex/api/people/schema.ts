import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vTeamMode } from "../../orgs/teams/schema";
import { vRole } from "../../lib/permissions";

/** Somebody who works here (requirement S1, user). Instants are UTC ms. */
export const vApiMember = v.object({
  id: v.string(),
  name: v.string(),
  role: vRole,
  status: literals("active", "suspended"),
  skills: v.array(v.string()),
  isAway: v.boolean(),
  /** When they are back, where they said so. */
  awayUntil: v.union(v.number(), v.null()),
  teamIds: v.array(v.string()),
});
export type ApiMember = Infer<typeof vApiMember>;

/** People who share a queue of conversations. */
export const vApiTeam = v.object({
  id: v.string(),
  name: v.string(),
  mode: vTeamMode,
  isArchived: v.boolean(),
  memberIds: v.array(v.string()),
});
export type ApiTeam = Infer<typeof vApiTeam>;
