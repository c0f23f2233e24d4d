import { v, type Infer } from "convex/values";
import type { Role } from "./permissions";

// Who may see which conversations (product.md A-51). The one rule; lib/threadAccess.ts finds its facts.

/** Roles that can be narrowed to some channels and teams; all others lead or serve the whole organisation. */
const SCOPED_ROLES: readonly Role[] = ["agent", "technician", "viewer"];

/** The mailboxes and numbers, and the teams, whose conversations a member sees: those in any of them. */
export const vThreadScope = v.object({ channelIds: v.array(v.id("channels")), teamIds: v.array(v.id("teams")) });
export type ThreadScope = Infer<typeof vThreadScope>;

/** True for roles whose holders can be narrowed to channels and teams. */
export function canBeScoped(role: Role): boolean {
  return SCOPED_ROLES.includes(role);
}

/** What a member sees; null: everything. A scope that was set before somebody's role grew counts no more. */
export function scopeOf({ role, scope }: { role: Role; scope?: ThreadScope }): ThreadScope | null {
  return scope !== undefined && canBeScoped(role) ? scope : null;
}

/** Stands in no list, whoever asks: it was merged into another one, or deleted. */
export function isAway({ mergedIntoId, deleted }: { mergedIntoId?: string | undefined; deleted?: object | undefined }) {
  return mergedIntoId !== undefined || deleted !== undefined;
}

/** What of a conversation decides whether one member may open it. */
export type ThreadFacts = {
  channelId?: string | undefined;
  teamId?: string | undefined;
  /** It is theirs. */
  isAssigned: boolean;
  /** They follow it: by their own wish, or because a note names them. */
  isFollowing: boolean;
};

/** Why a member may open a conversation; null: they may not, and it is as if it did not exist. */
export type ThreadAccess = "everything" | "channel" | "team" | "assigned" | "following";

/**
 * Whether and why a member may open a conversation. One that is in none of their channels and teams is still theirs to
 * open while it is assigned to them and while they follow it.
 */
export function threadAccess(scope: ThreadScope | null, facts: ThreadFacts): ThreadAccess | null {
  if (scope === null) return "everything";
  const { channelId, teamId } = facts;
  if (scope.channelIds.some((id) => id === channelId)) return "channel";
  if (scope.teamIds.some((id) => id === teamId)) return "team";
  if (facts.isAssigned) return "assigned";
  return facts.isFollowing ? "following" : null;
}

/** True when a conversation lies in a scope by where it came in or who works on it, whoever looks. */
export function isPlacedIn(scope: ThreadScope, place: Pick<ThreadFacts, "channelId" | "teamId">): boolean {
  return threadAccess(scope, { ...place, isAssigned: false, isFollowing: false }) !== null;
}
