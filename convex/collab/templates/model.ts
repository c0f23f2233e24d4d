import { Presence } from "@convex-dev/presence";
import { components } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireMemberOf } from "../../orgs/model";
import { requireTeams } from "../../templates/drafts/model";

/** Room = template. The component's user is "<organisation>/<member>", as it is for conversations. */
const presence = new Presence<Id<"templates">, string>(components.presence);

/** A browser says so every ten seconds; outside these bounds somebody would look absent, or present for ever. */
const MIN_INTERVAL_MS = 2_000;
const MAX_INTERVAL_MS = 60_000;
/** Faces shown at most. */
const MAX_PRESENT = 20;

/** The member has the template open. Returns a token to see who else has, and one to leave with. Throws `not_found`. */
export async function lookAtTemplate(
  ctx: MutationCtx,
  { _id: memberId, orgId }: Doc<"members">,
  { templateId, sessionId, interval }: { templateId: Id<"templates">; sessionId: string; interval: number },
): Promise<{ roomToken: string; sessionToken: string }> {
  await requireTeams(ctx, orgId, templateId);
  const bounded = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, interval));
  const session = `${templateId}/${memberId}/${sessionId}`;
  return await presence.heartbeat(ctx, templateId, `${orgId}/${memberId}`, session, bounded);
}

/** The other members of the organisation who have the template open now, of the room behind a token. */
export async function othersAt(ctx: QueryCtx, member: Doc<"members">, roomToken: string) {
  const others: { memberId: Id<"members">; name: string }[] = [];
  for (const { userId, online } of await presence.list(ctx, roomToken, MAX_PRESENT)) {
    const [org, id = ""] = userId.split("/");
    const memberId = ctx.db.normalizeId("members", id);
    if (!online || org !== member.orgId || memberId === null || memberId === member._id) continue;
    others.push({ memberId, name: (await requireMemberOf(ctx, member.orgId, memberId)).displayName });
  }
  return others;
}
