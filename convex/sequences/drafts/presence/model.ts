import { Presence } from "@convex-dev/presence";
import { components } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { requireMemberOf } from "../../../orgs/model";
import { requireSequence } from "../../model/sequences";

/** Room = sequence. The component's user is "<organisation>/<member>", as it is for conversations. */
const presence = new Presence<Id<"sequences">, string>(components.presence);

/** A browser says so every ten seconds; outside these bounds somebody would look absent, or present for ever. */
const MIN_INTERVAL_MS = 2_000;
const MAX_INTERVAL_MS = 60_000;
/** Faces shown at most. */
const MAX_PRESENT = 20;
/** Ids of nodes are shorter. */
const MAX_ID_CHARS = 64;

/** Somebody who has the builder open; `selected` is the node they are at. */
export type Present = { memberId: Id<"members">; name: string; selected: string | null };

/** The member has the builder open at a node, or at none. Returns a token to see who else has, and one to leave with. */
export async function lookAt(
  ctx: MutationCtx,
  member: Doc<"members">,
  args: { sequenceId: Id<"sequences">; sessionId: string; interval: number; selected: string | null },
): Promise<{ roomToken: string; sessionToken: string }> {
  const { sequenceId, sessionId, interval, selected } = args;
  await requireSequence(ctx, member.orgId, sequenceId);
  const bounded = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, interval));
  const user = `${member.orgId}/${member._id}`;
  const tokens = await presence.heartbeat(ctx, sequenceId, user, `${sequenceId}/${member._id}/${sessionId}`, bounded);
  await presence.updateRoomUser(ctx, sequenceId, user, selected?.slice(0, MAX_ID_CHARS) ?? null);
  return tokens;
}

/** The other members of the organisation who have the builder open now, of the room behind a token. */
export async function othersIn(ctx: QueryCtx, member: Doc<"members">, roomToken: string): Promise<Present[]> {
  const others: Present[] = [];
  for (const { userId, online, data } of await presence.list(ctx, roomToken, MAX_PRESENT)) {
    const [org, id = ""] = userId.split("/");
    const memberId = ctx.db.normalizeId("members", id);
    if (!online || org !== member.orgId || memberId === null || memberId === member._id) continue;
    const { displayName: name } = await requireMemberOf(ctx, member.orgId, memberId);
    others.push({ memberId, name, selected: typeof data === "string" ? data : null });
  }
  return others;
}
