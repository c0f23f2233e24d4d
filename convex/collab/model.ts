import { Presence } from "@convex-dev/presence";
import { components } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { requireThread } from "../inbox/model/rows";
import { requireMember } from "../lib/access";
import { requireMemberOf } from "../orgs/model";

/** Room = thread. The component's user is "<organisation>/<member>": its list must say whose workspace it is. */
const presence = new Presence<Id<"threads">, string>(components.presence);

/** A browser says so every ten seconds; outside these bounds somebody would look absent, or present for ever. */
const MIN_INTERVAL_MS = 2_000;
const MAX_INTERVAL_MS = 60_000;

/** Faces shown at most; more people do not look at one conversation. */
const MAX_VIEWERS = 20;

/** `lastDisconnected` is UTC ms, 0 while online. */
type Viewer = { userId: Id<"members">; online: boolean; lastDisconnected: number; name: string };

/**
 * The member is looking at the thread. Returns tokens: one to list who else is, one to leave with. Throws `not_found`
 * for another organisation's thread. Sessions of different members and threads never meet, whatever the browser calls
 * them.
 */
export async function lookAt(
  ctx: MutationCtx,
  member: Doc<"members">,
  { threadId, sessionId, interval }: { threadId: Id<"threads">; sessionId: string; interval: number },
): Promise<{ roomToken: string; sessionToken: string }> {
  await requireThread(ctx, member.orgId, threadId);
  const bounded = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, interval));
  const session = `${threadId}/${member._id}/${sessionId}`;
  return await presence.heartbeat(ctx, threadId, `${member.orgId}/${member._id}`, session, bounded);
}

/**
 * Who looks at the thread behind a room token, online first; nobody for an unknown token. Throws `unauthenticated` or
 * `not_found` for a caller outside the organisation.
 */
export async function listViewers(ctx: QueryCtx, roomToken: string): Promise<Viewer[]> {
  const viewers: Viewer[] = [];
  for (const { userId, online, lastDisconnected } of await presence.list(ctx, roomToken, MAX_VIEWERS)) {
    const [org = "", member = ""] = userId.split("/");
    const orgId = ctx.db.normalizeId("organisations", org);
    const memberId = ctx.db.normalizeId("members", member);
    if (orgId === null || memberId === null) continue;
    if (viewers.length === 0) await requireMember(ctx, orgId, "inbox.read");
    const { displayName: name } = await requireMemberOf(ctx, orgId, memberId);
    viewers.push({ userId: memberId, online, lastDisconnected, name });
  }
  return viewers;
}

/** Faces a row of the list can name; whether anybody is there matters more than how many. */
const MAX_IN_ROW = 3;

/** Names of the others who are looking at a thread now. Throws `not_found` for another organisation's thread. */
export async function namesInThread(ctx: QueryCtx, member: Doc<"members">, threadId: Id<"threads">): Promise<string[]> {
  const thread = await requireThread(ctx, member.orgId, threadId);
  // One more than are named: the caller may be among them.
  const rows = await presence.listRoom(ctx, thread._id, true, MAX_IN_ROW + 1);
  const ids = rows.flatMap(({ userId }) => ctx.db.normalizeId("members", userId.split("/")[1] ?? "") ?? []);
  const others = ids.filter((id) => id !== member._id).slice(0, MAX_IN_ROW);
  return await Promise.all(others.map(async (id) => (await requireMemberOf(ctx, member.orgId, id)).displayName));
}

/** Ends a session. The token is the proof: browsers send it while closing, without their sign-in. */
export async function leave(ctx: MutationCtx, sessionToken: string): Promise<void> {
  await presence.disconnect(ctx, sessionToken);
}
